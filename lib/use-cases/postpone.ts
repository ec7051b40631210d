import { memoryOf } from '../core/decide.ts';
import type { Wanted } from '../core/extend.ts';
import { matchesIdle } from '../core/idle.ts';
import type { Policy } from '../core/policy.ts';
import { isGoingDown, postpone, whyNotPostponed } from '../core/postpone.ts';
import { type Instant, toIso } from '../core/time.ts';
import type { FoundTarget } from './find-targets.ts';
import type { Ports } from './ports.ts';

/** An order about dates, and who gave it. */
export interface DateOrder {
  policy: Policy;
  wanted: Wanted;
  reason?: string;
  who: string;
}

/** What became of the idle date of one server. */
export type Postponement =
  | { kind: 'postponed'; from: Instant; to: Instant; note?: string }
  /** Nothing was tried. */
  | { kind: 'not-extended'; why: string }
  | { kind: 'failed'; why: string };

/** Whether the idle rule is about it. */
export function isIdleServer({ present, type }: FoundTarget, { idle }: Policy): boolean {
  const isServer = type.needs.stop !== undefined && present.server !== undefined;
  return isServer && idle !== undefined && matchesIdle(present.tags, idle);
}

/** Whether it is a server that is warned of its stop, or is just being copied. */
export function goesDown(target: FoundTarget, policy: Policy, now: Instant): boolean {
  const { idle: memory } = memoryOf(target.resource);
  const { server } = target.present;
  if (!isIdleServer(target, policy) || policy.idle === undefined) return false;
  return memory !== undefined && server !== undefined && isGoingDown(memory, server, policy.idle, now);
}

/**
 * Moves the date from which a server of the idle rule is idle; its warnings were about the old one, so it is warned
 * again. Nothing is written but the ledger. Call it for servers that `isIdleServer` tells.
 */
export async function postponeServer(
  { ledger, clock }: Pick<Ports, 'ledger' | 'clock'>,
  { policy, wanted, who, reason }: DateOrder,
  { present, resource }: FoundTarget,
): Promise<Postponement> {
  const { idle: memory } = memoryOf(resource);
  const { server } = present;
  const { idle, expiry } = policy;
  if (server === undefined || idle === undefined)
    return { kind: 'not-extended', why: 'it is no server of the idle rule' };
  const obstacle = whyNotPostponed(memory, server);
  if (memory === undefined || obstacle !== undefined) return { kind: 'not-extended', why: obstacle ?? '' };
  const { from, to, cutBy } = postpone(memory, wanted, { expiry, idle }, clock.now());
  if (to <= from) {
    const most = cutBy === undefined ? '' : `, the most that expiry.${cutBy} allows`;
    return { kind: 'not-extended', why: `it is not stopped before ${toIso(from)} anyway${most}` };
  }
  try {
    const { identity, createdAt } = present;
    const known = { identity, ...(createdAt !== undefined && { createdAt }) };
    const order = { kind: 'postponed' as const, to, by: who, ...(reason !== undefined && { reason }) };
    await ledger.record([{ arn: resource.arn, at: clock.now(), ...known, ...order }]);
  } catch (error) {
    return { kind: 'failed', why: `the ledger can't be written: ${(error as Error).message}` };
  }
  return { kind: 'postponed', from, to, ...(cutBy !== undefined && { note: `less than asked for: expiry.${cutBy}` }) };
}
