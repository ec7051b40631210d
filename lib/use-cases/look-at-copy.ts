import type { RememberedCopy } from '../core/idle-memory.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Instant } from '../core/time.ts';
import type { BoundServer } from '../resource-types/bind-server.ts';
import { copyKeys } from '../resource-types/own-copy.ts';

/** What a last look at a copy shows, in words where it is not what was decided on. */
export type SeenAgain =
  | { kind: 'as-decided' }
  | { kind: 'gone' }
  | { kind: 'changed'; why: string }
  | { kind: 'unreadable'; why: string };

/** Reads a copy again before anything is done about it: it must still carry the date that was decided on. */
export async function lookAtCopy(
  server: BoundServer | undefined,
  copy: RememberedCopy,
  { decidedOn }: Pick<PlannedDecision, 'decidedOn'>,
  now: Instant,
): Promise<SeenAgain> {
  const [reading] = (await server?.copyState([copy], now)) ?? [];
  if (reading === undefined) return { kind: 'unreadable', why: 'the service gave no answer about it' };
  const { state, keepUntil = 'absent' } = reading;
  if (state.kind === 'unreadable' || state.kind === 'gone') return state;
  if (keepUntil === decidedOn[copyKeys.keepUntil]) return { kind: 'as-decided' };
  return { kind: 'changed', why: `its ${copyKeys.keepUntil} is ${keepUntil} now` };
}
