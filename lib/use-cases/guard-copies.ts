import { afterCopy } from '../core/guard-copy.ts';
import { type Event, NotRecorded } from '../core/history.ts';
import type { Policy } from '../core/policy.ts';
import { type Duration, day, type Instant } from '../core/time.ts';
import { copyName } from '../resource-types/copy-name.ts';
import type { CopyOrder, StepFailure, StepResult } from '../resource-types/server-operations.ts';
import { type Begun, copyInGuardSessions, type Deed, type Place } from './guard-sessions.ts';
import type { Ports } from './ports.ts';
import { whose } from './server-copies.ts';

/** What the copies of one stop need besides. */
export interface Copying {
  ledger: Pick<Ports['ledger'], 'record' | 'history'>;
  run: string;
  /** What the stop was begun by: the same on every try, so that a repeated one finds the copies of the first. */
  stop: string;
  /** Asked after the copies, which may take minutes: why nothing may be stopped any more, in words. */
  obstacle: () => Promise<string | undefined>;
}

/** What came before the stop of one thing. */
export interface Before {
  /** The id of a copy that was begun just now. */
  copy?: string;
  /** Why it is not stopped now; absent: it may be. */
  instead?: StepResult;
}

/** Where the policy has no idle rule, which says how long. */
const keptFor: Duration = 90 * day;

/**
 * Begins a copy of each thing that is to be stopped, and writes it into the ledger; a copy that an earlier try began is
 * found. What has no copy, or none that the ledger knows, may not be stopped. By the keys of the deeds; never throws.
 */
export async function copyFirst(
  { cloud, clock }: Pick<Ports, 'cloud' | 'clock'>,
  place: Place,
  policy: Policy,
  deeds: readonly Deed[],
  copying: Copying,
): Promise<Map<string, Before>> {
  const at = clock.now();
  const order = ({ target }: Deed): CopyOrder => ({
    name: copyName(target, `stop of the guard ${copying.stop}`),
    keepUntil: at + (policy.idle?.keepCopies ?? keptFor),
    tags: whose(target.tags, policy),
    at,
  });
  const made = await copyInGuardSessions(cloud, place, policy, deeds, order);
  const unwritten = await write(copying, deeds, made, at);
  const why = await copying.obstacle().catch(({ message }: Error) => message);
  return new Map(
    deeds.map((deed) => {
      const before = beforeStop(deed, made.get(deed.key), unwritten.get(deed.key));
      return [deed.key, why === undefined || before.instead ? before : { ...before, instead: later(deed, why) }];
    }),
  );
}

function beforeStop(deed: Deed, made: Begun | StepResult | undefined, unwritten: string | undefined): Before {
  if (made === undefined) return { instead: later(deed, 'nothing was answered about its copy') };
  if (made.kind !== 'requested') return { instead: withoutCopy(made) };
  const { copy, found, state } = made;
  const begun = found ? {} : { copy: copy.id };
  if (unwritten !== undefined) {
    return { ...begun, instead: later(deed, `the ledger does not know its copy ${copy.id}: ${unwritten}`) };
  }
  const kind = deed.type.id.startsWith('rds:') ? 'database' : 'server';
  const after = afterCopy(kind, copy.id, state);
  if (after.kind === 'stop') return begun;
  if (after.kind === 'wait') return { ...begun, instead: later(deed, after.why) };
  return { ...begun, instead: { kind: 'refused', id: deed.target.id, why: after.why, code: 'CopyFailed' } };
}

function withoutCopy(made: StepResult): StepResult {
  if (made.kind !== 'refused' && made.kind !== 'transient') return made;
  return { ...made, why: `it can't be copied, so it is not stopped: ${made.why}` };
}

function later({ target: { id } }: Deed, why: string): StepFailure {
  return { kind: 'transient', id, why, code: 'NotYet' };
}

/** Writes what the ledger does not know yet. Gives why not, in words, by the keys of the deeds. */
async function write(
  { ledger, run }: Copying,
  deeds: readonly Deed[],
  made: ReadonlyMap<string, Begun | StepResult>,
  at: Instant,
): Promise<Map<string, string>> {
  const begun = deeds.flatMap((deed) => {
    const one = made.get(deed.key);
    return one?.kind === 'requested' ? [{ deed, ...one }] : [];
  });
  try {
    const events = await Promise.all(begun.map((one) => missing(ledger, one, { at, run })));
    if (events.flat().length > 0) await ledger.record(events.flat());
    return new Map();
  } catch (error) {
    const { message } = error as Error;
    const whys = error instanceof NotRecorded ? error.whys : undefined;
    const failed = begun.filter(({ copy }) => whys === undefined || whys.has(copy.of) || whys.has(copy.arn));
    return new Map(failed.map(({ deed, copy }) => [deed.key, whys?.get(copy.of) ?? whys?.get(copy.arn) ?? message]));
  }
}

/** As the idle rule writes its copies, and what marks them as the guard's. */
async function missing(
  ledger: Copying['ledger'],
  { deed: { target }, copy, found, name }: Begun & { deed: Deed },
  about: { at: Instant; run: string },
): Promise<Event[]> {
  const { arn, identity } = target;
  const events: Event[] = [
    { arn, ...about, identity, kind: 'copy-requested', copy: { ...copy, name, ofGuard: true } },
    { arn: copy.arn, ...about, kind: 'copied-from', of: arn },
  ];
  if (!found) return events;
  const [server, image] = await Promise.all([ledger.history(arn), ledger.history(copy.arn)]);
  const isKnown = server.some((event) => event.kind === 'copy-requested' && event.copy.id === copy.id);
  const isMarked = image.some(({ kind }) => kind === 'copied-from');
  return events.filter(({ kind }) => (kind === 'copy-requested' ? !isKnown : !isMarked));
}
