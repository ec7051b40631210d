import { readDuration } from '../core/time.ts';
import { findRestorable, type Restorable } from '../use-cases/find-restorable.ts';
import { BadRequest } from '../use-cases/find-targets.ts';
import { restore as restoreServer } from '../use-cases/restore.ts';
import type { Restoration } from '../use-cases/restoring.ts';
import { connect } from './connect.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { writeDocument } from './output.ts';
import { person } from './person.ts';
import { plain, say, styled } from './terminal.ts';

export interface RestoreOptions {
  config: string;
  wait: string;
  json?: boolean;
}

/** `mayfly restore`: has a server back, by its own name or by that of a copy. */
export async function restore(name: string, { config, wait, json }: RestoreOptions): Promise<ExitCode> {
  const patience = readDuration(wait);
  if (patience === undefined) throw new BadRequest(`--wait ${wait} is no duration such as 10min or 1h`);
  const { policy, ports, close } = await connect({ config, writes: true });
  try {
    const target = onlyOne(name, await findRestorable(ports, policy, name));
    say(`Restoring ${plain(target.arn)}${target.copy === undefined ? '' : ` from ${plain(target.copy)}`} …`);
    const until = ports.clock.now() + patience;
    let last = '';
    const says = (words: string) => {
      if (words !== last) say(`  waiting: ${plain(words)}`);
      last = words;
    };
    const begun = async (_tags: unknown, how: string) => say(`  ${plain(how)}`);
    const ended = await restoreServer(ports, { policy, who: person(), until, says, begun }, target);
    writeDocument(documentOf(ended), { ...(json && { json }) });
    return show(ended);
  } finally {
    close();
  }
}

function onlyOne(name: string, found: readonly Restorable[]): Restorable {
  const [first, ...more] = found;
  if (first !== undefined && more.length === 0) return first;
  const lines = found.map(({ arn, copy }) => `  ${arn}${copy === undefined ? '' : ` (copy ${copy})`}`);
  throw new BadRequest([`"${name}" means several servers; say which by its ARN:`, ...lines].join('\n'));
}

/** What `--json` prints. */
function documentOf(ended: Restoration): object {
  switch (ended.kind) {
    case 'restored': {
      const { arn, from, how, copy, lost, pending, notes } = ended;
      const note = notes.join('; ');
      const restored = { arn, from, how, ...(copy !== undefined && { copy }), lost, pending };
      return { restored: { ...restored, ...(note !== '' && { note }) } };
    }
    case 'failed':
      return { failed: { arn: ended.arn, why: ended.why } };
    case 'refused':
      return { failed: { why: 'you may not restore it' } };
    default:
      return ended satisfies never;
  }
}

const deeds = { started: 'started', made: 'restored', running: 'runs already' } as const;

function show(ended: Restoration): ExitCode {
  if (ended.kind !== 'restored') {
    const why = ended.kind === 'failed' ? `${ended.arn}: ${ended.why}` : 'you may not restore it';
    say(`${styled('red', 'not restored')} ${plain(why)}`);
    return exitCodes.doneWithProblems;
  }
  const { arn, from, how, copy, lost, pending, notes } = ended;
  const origin = [copy === undefined ? [] : [`from ${copy}`], arn === from ? [] : [`in place of ${from}`]].flat();
  say(`${styled('green', deeds[how])} ${plain([arn, ...origin].join(' '))}`);
  for (const note of notes) say(`  ${plain(note)}`);
  for (const one of lost) say(`  ${styled('yellow', 'not restored:')} ${plain(one)}`);
  for (const one of pending) say(`  ${styled('yellow', 'not done yet:')} ${plain(one)}`);
  if (pending.length > 0) say('  Restoring it again goes on with that.');
  return lost.length + pending.length > 0 ? exitCodes.doneWithProblems : exitCodes.done;
}
