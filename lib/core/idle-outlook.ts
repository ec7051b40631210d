import type { Words } from './answer.ts';
import type { Decision } from './decide.ts';
import { copyAgainFrom, type IdleDecision, stopFrom } from './idle.ts';
import type { IdleMemory } from './idle-memory.ts';
import { isServerWork } from './idle-reasons.ts';
import { onlyObserved } from './next-step.ts';
import type { Mode, Policy } from './policy.ts';
import { type Reason, reasons } from './reasons.ts';
import type { Instant } from './time.ts';

/** What happens next to a server, if nobody does anything. */
export interface ServerOutlook {
  /** `warn`, `copy`, `verify`, `stop`, `expires`, `remove`, or `kept: …` with the sentence of the reason. */
  nextStep: string;
  /** Now, where the next sweep does it; absent where it is kept, or the date is not known. */
  on?: Instant;
}

/** What the two rules say of one server, and what follows from both. */
export interface ServerDecisions {
  idle?: IdleDecision | undefined;
  expiry?: Decision | undefined;
  joined: Decision & { idleAt?: Instant };
}

/** Of both rules' next steps the sooner one; where they leave it alone, why. Pure, like the decisions. */
export function serverOutlook(
  { idle, expiry, joined }: ServerDecisions,
  memory: IdleMemory,
  policy: Pick<Policy, 'idle'>,
  now: Instant,
): ServerOutlook {
  const isDue = (joined.action !== 'keep' && joined.action !== 'hold') || isServerWork(joined.reason);
  const about = { memory, idle: policy.idle, now };
  const stepOf = (one: ServerDecisions['joined'] | undefined) =>
    one && stepAfter[one.reason]?.({ ...about, decision: one });
  const asked = isDue ? [joined] : [idle, expiry];
  const steps = asked.flatMap((one) => stepOf(one) ?? []);
  // A step that is due and is not what both came to is one that something forbids.
  const open = isDue ? steps : steps.filter(({ on }) => on === undefined || on > now);
  const [next] = open.toSorted((a, b) => (a.on ?? now) - (b.on ?? now));
  return next ?? kept(joined.reason);
}

const stepWords: Readonly<Record<string, { is: string; would?: string }>> = {
  warn: { is: 'its owner is warned', would: 'its owner would be warned' },
  copy: { is: 'a copy of it is made', would: 'a copy of it would be made' },
  verify: { is: 'its copy is looked after', would: 'its copy would be looked after' },
  stop: { is: 'it is stopped', would: 'it would be stopped' },
  // It expires in observed accounts, too.
  expires: { is: 'it expires' },
  remove: { is: 'it is removed', would: 'it would be removed' },
};

/** The next step for people; `undefined` where it is kept. In an observed account it is what would be done. */
export function outlookInWords({ nextStep, on }: ServerOutlook, now: Instant, mode: Mode): Words | undefined {
  const { is, would } = stepWords[nextStep] ?? {};
  if (is === undefined) return undefined;
  const [said, why] = mode === 'observe' && would !== undefined ? [would, [onlyObserved]] : [is, []];
  if (on === undefined) return [said, ...why];
  return on <= now ? [`${said} by the next sweep`, ...why] : [`${said} `, { at: on }, ...why];
}

function kept(reason: Reason): ServerOutlook {
  return { nextStep: `kept: ${reasons[reason].sentence}` };
}

interface StepAbout {
  decision: Pick<ServerDecisions['joined'], 'expiresAt' | 'idleAt'>;
  memory: IdleMemory;
  idle: Policy['idle'];
  now: Instant;
}

type Step = (about: StepAbout) => ServerOutlook | undefined;

const bySweep =
  (nextStep: string): Step =>
  ({ now }) => ({ nextStep, on: now });

const down: Step = ({ decision: { idleAt }, memory, idle, now }) =>
  idle === undefined || idleAt === undefined ? undefined : towardsStop(memory, idle, idleAt, now);

/** For each reason that leads somewhere; for all others a server is kept, and no date ends that. */
const stepAfter: Partial<Record<Reason, Step>> = {
  'changed-lately': down,
  postponed: down,
  'warned-of-stop': down,
  'idle-soon': bySweep('warn'),
  expiring: bySweep('warn'),
  'expired-unwarned': bySweep('warn'),
  idle: bySweep('copy'),
  copying: bySweep('verify'),
  'copy-failing': ({ memory, now }) => afterFailure(memory, now),
  'idle-copied': bySweep('stop'),
  'woke-up': bySweep('stop'),
  'stop-unfinished': bySweep('stop'),
  'not-due': ({ decision: { expiresAt } }) =>
    expiresAt === undefined ? undefined : { nextStep: 'expires', on: expiresAt },
  expired: bySweep('remove'),
  'let-go': bySweep('remove'),
  'idle-done': bySweep('remove'),
  'warned-recently': () => ({ nextStep: 'remove' }),
  'outside-window': () => ({ nextStep: 'remove' }),
};

/** The next warning, or the copy that the last one leads to. */
function towardsStop(
  memory: IdleMemory,
  idle: NonNullable<Policy['idle']>,
  idleAt: Instant,
  now: Instant,
): ServerOutlook {
  const warnings = idle.warnings.map((lead) => idleAt - lead).filter((at) => at > now);
  if (warnings.length > 0) return { nextStep: 'warn', on: Math.min(...warnings) };
  return { nextStep: 'copy', on: Math.max(idleAt, stopFrom(memory, idle, idleAt, now) ?? idleAt) };
}

/** A copy that takes long is still looked after; one that failed is tried again. */
function afterFailure(memory: IdleMemory, now: Instant): ServerOutlook {
  const newest = memory.copies.at(-1);
  if (newest !== undefined && newest.verifiedAt === undefined) return { nextStep: 'verify', on: now };
  return { nextStep: 'copy', on: Math.max(now, copyAgainFrom(memory)) };
}
