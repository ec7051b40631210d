import type { Answer, Named, Option, Told, Words } from '../core/answer.ts';
import { tagsNamed } from '../core/expiry.ts';
import { copiesIn } from '../core/idle-copies.ts';
import { quoted } from '../core/slash-words.ts';
import { type Instant, showDuration } from '../core/time.ts';
import { refused } from './as-member.ts';
import type { Asking } from './asker.ts';
import { describeIn } from './describe-targets.ts';
import { findRestorable, type Restorable } from './find-restorable.ts';
import { CouldNotStart } from './lease.ts';
import { restore } from './restore.ts';
import type { Restoration } from './restoring.ts';

/** How a restore for a person in Slack goes about it. */
export interface RestoreWork {
  name: string;
  /** Until then it is waited for. */
  until: Instant;
  /** It went on before: nobody is told of the beginning again. */
  goesOn?: boolean;
  /** Tells the person on the way. */
  tell?: (answer: Answer) => Promise<unknown>;
}

/**
 * Restores what a person named, if they may. `unfinished`: the waiting ended before all of it was done. Throws as
 * `findRestorable` and `restore` do.
 */
export async function restoreFor(
  asking: Asking,
  { name, until, goesOn, tell }: RestoreWork,
): Promise<{ answer: Answer; unfinished: boolean }> {
  const { ports, policy, asker } = asking;
  const found = await findRestorable(ports, policy, name);
  const [target, ...others] = found;
  if (target === undefined || others.length > 0)
    return { answer: await askBack(asking, name, found), unfinished: false };
  let isAllowed = false;
  let named: Named = namedOf(target, {});
  const whyNot = async (ownerTag: string | undefined) => {
    const why = await asker.whyNot('restore', ownerTag);
    isAllowed ||= why === undefined;
    return why;
  };
  const begun = async (tags: Readonly<Record<string, string>>, how: string) => {
    named = namedOf(target, tags);
    if (goesOn) return;
    // Who can't be told now is told at the end.
    await tell?.({ kind: 'shown', about: named, lines: [[`It ${how}. You are told when that has ended.`]] }).catch(
      () => undefined,
    );
  };
  const order = { policy, who: asker.by, until, whyNot, begun };
  const ended = await restore(ports, order, target).catch(async (error: unknown): Promise<Restoration> => {
    // What is not theirs to restore is not theirs to know of.
    const why = isAllowed || !(error instanceof CouldNotStart) ? undefined : await asker.whyNot('restore', undefined);
    if (why === undefined) throw error;
    return { kind: 'refused', why };
  });
  const why = ended.kind === 'failed' && !isAllowed ? await asker.whyNot('restore', undefined) : undefined;
  if (why !== undefined) return { answer: refused(why), unfinished: false };
  return {
    answer: answerTo(asking, ended, { ...named, arn: ended.kind === 'restored' ? ended.arn : target.arn }, goesOn),
    unfinished: ended.kind === 'restored' && ended.pending.length > 0,
  };
}

function namedOf({ arn, type, account, region }: Restorable, tags: Readonly<Record<string, string>>): Named {
  const name = tagsNamed(tags, ['Name'])[0]?.[1];
  return { arn, type: type.id, account, region, ...(name !== undefined && { name }) };
}

function answerTo({ slack, policy }: Asking, ended: Restoration, about: Named, goesOn = false): Answer {
  if (ended.kind === 'refused') return refused(ended.why);
  const told = (words: Words): Told => ({ about, words });
  if (ended.kind === 'failed')
    return { kind: 'done', order: 'restore', done: [], failed: [told([ended.why])], notes: [] };
  const { lost, pending, notes, from, arn } = ended;
  const { idle } = policy;
  const isAnew = ended.how !== 'running' && idle !== undefined;
  const anew = isAnew ? `; it is idle again in ${showDuration(idle.after)} at the earliest` : '';
  const again: Words = ['Ask for ', { code: `${slack.command} restore ${quoted(from)}` }, ' again to go on with that.'];
  return {
    kind: 'done',
    order: 'restore',
    done: [told([`${deedOf(ended, goesOn)}${arn === from ? '' : `, in place of ${from}`}${anew}`])],
    failed: [],
    notes: [
      ...notes.map((note): Words => [`${note[0]?.toUpperCase()}${note.slice(1)}.`]),
      ...lost.map((one): Words => [`Not restored: ${one}.`]),
      ...pending.map((one): Words => [`Not done yet: ${one}.`]),
      ...(pending.length === 0 ? [] : [again]),
    ],
  };
}

function deedOf({ how, copy }: Restoration & { kind: 'restored' }, goesOn: boolean): string {
  switch (how) {
    case 'started':
      return 'was started';
    case 'made':
      return `is back, made of its copy ${copy}`;
    case 'running':
      return goesOn ? 'runs' : 'runs already: nothing was to be done';
    default:
      return how satisfies never;
  }
}

const optionsMax = 10;

/** Only what they may restore is named. */
async function askBack(asking: Asking, name: string, found: readonly Restorable[]): Promise<Answer> {
  const allowed: Option[] = [];
  let unread = 0;
  for (const one of found) {
    if (allowed.length > optionsMax) break;
    try {
      const why = await asking.asker.whyNot('restore', await ownerOf(asking, one));
      if (why === undefined) allowed.push(optionOf(one));
    } catch {
      unread += 1;
    }
  }
  if (allowed.length === 0) {
    const lines: Words[] = [
      [`"${name}" means several servers, and none of them is yours. An ARN says which one you mean.`],
    ];
    return refused(...lines, ...(unread === 0 ? [] : [[`${unread} of them can't be read.`]]));
  }
  const options = allowed.slice(0, optionsMax);
  const question: Words = [`"${name}" means several servers. Which of them?`];
  return { kind: 'choice', question, options, more: allowed.length - options.length };
}

function optionOf({ arn, id, type, account, region, copy }: Restorable): Option {
  const from = copy === undefined ? '' : ` from ${copy}`;
  return { label: `${type.title} ${id}${from}, ${account} ${region}`, command: `restore ${quoted(copy ?? arn)}` };
}

/** By its tags of now, or by those that a restore would give it. */
async function ownerOf({ ports, policy }: Asking, target: Restorable): Promise<string | undefined> {
  const { account, region, type, id, arn, copy } = target;
  const [seen] = await describeIn(ports, { account, region }, type, [id]);
  if (seen?.kind === 'present') return tagsNamed(seen.tags, policy.tags.owner)[0]?.[1];
  const all = copiesIn(await ports.ledger.history(arn));
  const copies = all.filter((one) => (copy === undefined ? !one.ofGuard : one.id === copy));
  const newest = copies.at(-1);
  const kept = newest === undefined ? undefined : await ports.recipes.load(newest.name);
  return tagsNamed(kept?.recipe.tags ?? {}, policy.tags.owner)[0]?.[1];
}
