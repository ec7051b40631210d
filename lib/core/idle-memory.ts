import type { Configuration, Copy } from './server.ts';
import type { Instant } from './time.ts';

/** A copy, as far as it is known to be whole. */
export interface RememberedCopy extends Copy {
  /** Its recipe is kept under this. */
  name: string;
  verifiedAt?: Instant;
  /** The cost guard made it before a stop: without a recipe, and of a server that ran. The idle rule counts on none. */
  ofGuard?: true;
}

/** What the ledger remembers about a server for the idle rule. */
export interface IdleMemory {
  configuration: Configuration;
  /** Since when the configuration stands. */
  since: Instant;
  /** How that is known, in words. */
  from: string;
  /** The last change that was seen, in words, and when. */
  lastChange?: string;
  changedAt?: Instant;
  /** When the ledger saw it first: what it changed before then only CloudTrail can tell. */
  sightedAt: Instant;
  /** When CloudTrail was asked about the time before, and why it could not answer. */
  trail?: { at: Instant; unreadable?: string };
  /** Warnings that arrived, each about one date. */
  receipts: readonly { idleAt: Instant; at: Instant }[];
  /** An order of its owner: it is not idle before. */
  postponedTo?: Instant;
  /** Of the newest at the end. */
  copies: readonly RememberedCopy[];
  /** Copies in a row that failed, and the last one's reason. */
  failures: number;
  lastFailure?: { at: Instant; why: string };
  /** Mayfly was about to ask for its stop then; whether it came to that is not known yet. */
  stopRequestedAt?: Instant;
  /**
   * Mayfly stopped it; the service starts it again by itself at `wakesAt`; `expiresAt` was written on it, unless it
   * keeps a later date of its own. `dating`: Mayfly was about to write that date; whether it did is not known yet.
   */
  stopped?: { at: Instant; wakesAt?: Instant; dating?: Instant; expiresAt?: Instant; keepsOwnDate?: true };
}

/** What happens to a server. */
export type IdleEvent =
  | { kind: 'configured'; configuration: Configuration; since: Instant; from: string; change?: string }
  | { kind: 'trail-asked'; unreadable?: string }
  | { kind: 'idle-warned'; idleAt: Instant; to: string; notice?: string }
  | { kind: 'postponed'; to: Instant; by: string; reason?: string }
  | { kind: 'copy-requested'; copy: Copy & Pick<RememberedCopy, 'name' | 'ofGuard'> }
  | { kind: 'copy-verified'; copy: string; sizeGb?: number }
  | { kind: 'copy-failed'; copy?: string; why: string }
  /** Of a copy: what it was made of. */
  | { kind: 'copied-from'; of: string }
  | { kind: 'copy-discarded'; copy: string }
  /** Written before the call, so that a stop by a run that is killed in between is known as Mayfly's own. */
  | { kind: 'stop-requested' }
  /** `monthlyUsd`: what it had cost; `stoppedMonthlyUsd`: what of that goes on. Absent where they are not known. */
  | { kind: 'stopped'; wakesAt?: Instant; again?: true; monthlyUsd?: number; stoppedMonthlyUsd?: number }
  /** Of a server that is stopped: its service shows when it starts it again. */
  | { kind: 'will-wake'; wakesAt: Instant }
  /** Written before the tag, so that a date by a run that is killed in between is known as Mayfly's own. */
  | { kind: 'dating'; expiresAt: Instant }
  /** `own`: of a date that stood on it and is later; nothing was written. */
  | { kind: 'dated'; expiresAt: Instant; own?: true }
  | { kind: 'started-again'; monthlyUsd?: number }
  /** A person had it back: it was started, or made of a copy, as another resource where `as` names one. */
  | { kind: 'restored'; by: string; copy?: string; as?: string; lost?: readonly string[] }
  /** Of a server that was made of a copy: what it was before. */
  | { kind: 'restored-from'; of: string; copy: string; by: string };

const kinds: Readonly<Record<IdleEvent['kind'], true>> = {
  configured: true,
  'trail-asked': true,
  'idle-warned': true,
  postponed: true,
  'copy-requested': true,
  'copy-verified': true,
  'copy-failed': true,
  'copied-from': true,
  'copy-discarded': true,
  'stop-requested': true,
  stopped: true,
  'will-wake': true,
  dating: true,
  dated: true,
  'started-again': true,
  restored: true,
  'restored-from': true,
};

/** Tells what happens to servers from what happens to everything. */
export function isIdleEvent<E extends { kind: string }>(event: E): event is Extract<E, { kind: IdleEvent['kind'] }> {
  return event.kind in kinds;
}

const copiesKept = 10;
const receiptsKept = 10;

/** The memory after one more event. `undefined` while no configuration was ever seen. */
export function rememberIdle(memory: IdleMemory | undefined, at: Instant, event: IdleEvent): IdleMemory | undefined {
  if (event.kind === 'configured') return configured(memory, at, event);
  if (memory === undefined) return undefined;
  switch (event.kind) {
    case 'trail-asked':
      return { ...memory, trail: { at, ...(event.unreadable !== undefined && { unreadable: event.unreadable }) } };
    case 'idle-warned':
      return { ...memory, receipts: [...memory.receipts, { idleAt: event.idleAt, at }].slice(-receiptsKept) };
    case 'postponed':
      return { ...memory, postponedTo: event.to };
    case 'copy-requested':
      if (event.copy.ofGuard) return memory;
      return { ...memory, copies: [...without(memory, event.copy.id), event.copy].slice(-copiesKept) };
    case 'copy-verified': {
      const { lastFailure: _, ...rest } = memory;
      const copies = memory.copies.map((one) => (one.id === event.copy ? { verifiedAt: at, ...one } : one));
      return { ...rest, failures: 0, copies };
    }
    case 'copy-failed': {
      const copies = without(memory, event.copy);
      return { ...memory, copies, failures: memory.failures + 1, lastFailure: { at, why: event.why } };
    }
    case 'copied-from':
    case 'restored-from':
      return memory;
    case 'copy-discarded':
      return { ...memory, copies: without(memory, event.copy) };
    case 'stop-requested':
      return { ...memory, stopRequestedAt: at };
    case 'stopped':
      return stopped(memory, at, event);
    case 'will-wake':
      return { ...memory, ...(memory.stopped && { stopped: { ...memory.stopped, wakesAt: event.wakesAt } }) };
    case 'dating':
      return { ...memory, ...(memory.stopped && { stopped: { ...memory.stopped, dating: event.expiresAt } }) };
    case 'dated':
      return { ...memory, ...(memory.stopped && { stopped: dated(memory.stopped, event) }) };
    case 'started-again':
      return backAgain(memory, at, 'a person started it again');
    case 'restored':
      return event.as === undefined ? backAgain(memory, at, `restored by ${event.by}`) : memory;
    default:
      return event satisfies never;
  }
}

/** The copies but that one: a last copy that is asked for once more is still one, and pushes no other out. */
function without({ copies }: IdleMemory, copy: string | undefined): RememberedCopy[] {
  return copies.filter(({ id }) => id !== copy);
}

/** A changed configuration is another start of the clock: who was warned was warned of the old one. */
function configured(
  memory: IdleMemory | undefined,
  at: Instant,
  { configuration, since, from, change }: IdleEvent & { kind: 'configured' },
): IdleMemory {
  const known = memory ?? { sightedAt: at, receipts: [], copies: [], failures: 0 };
  const isSameClock = memory?.since === since;
  return {
    ...known,
    receipts: isSameClock ? known.receipts : [],
    configuration,
    since,
    from,
    ...(change !== undefined && { lastChange: change, changedAt: since }),
  };
}

/** A database that is stopped again keeps the date that it was given first, but wakes at another time. */
function stopped(memory: IdleMemory, at: Instant, { wakesAt }: { wakesAt?: Instant }): IdleMemory {
  const { stopRequestedAt: _, ...rest } = memory;
  const { wakesAt: __, ...before } = memory.stopped ?? {};
  return { ...rest, stopped: { ...before, at, ...(wakesAt !== undefined && { wakesAt }) } };
}

type Stopped = NonNullable<IdleMemory['stopped']>;

function dated(before: Stopped, { expiresAt, own }: { expiresAt: Instant; own?: true }): Stopped {
  const { keepsOwnDate: _, dating: __, ...stopped } = before;
  return { ...stopped, expiresAt, ...(own && { keepsOwnDate: own }) };
}

/** Its time begins anew: what was said of the time before says nothing of this one. */
function backAgain(memory: IdleMemory, at: Instant, from: string): IdleMemory {
  const { stopped: _, stopRequestedAt: __, postponedTo: ___, ...rest } = memory;
  return { ...rest, since: at, from, receipts: [] };
}
