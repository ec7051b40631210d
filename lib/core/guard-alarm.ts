import { type GuardEvent, type GuardMemory, type Heard, isHeard } from './guard-memory.ts';
import type { GuardReason } from './guard-reasons.ts';

/**
 * An alarm of AWS about an account: told once, however often it is delivered. It changes nothing by itself, but may
 * stand for one of the two looks that must agree, for a day. An alarm that names no account is only told.
 */
export function hearAlarm(
  memory: GuardMemory,
  { id, source }: Pick<Heard, 'id' | 'source'>,
): { reason: GuardReason; events: readonly GuardEvent[] } {
  if (isHeard(memory, id)) return { reason: 'alarm-known', events: [] };
  return { reason: 'alarm-heard', events: [{ kind: 'guard-heard', id, source }] };
}
