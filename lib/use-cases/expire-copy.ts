import { copiesIn } from '../core/idle-copies.ts';
import type { RememberedCopy } from '../core/idle-memory.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Shard } from '../core/resource.ts';
import type { BoundServer } from '../resource-types/bind-server.ts';
import { identify } from '../resource-types/index.ts';
import { partKey } from '../resource-types/own-copy.ts';
import { lookAtCopy } from './look-at-copy.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Ports } from './ports.ts';
import { tryToRecord, unrecorded } from './record-outcomes.ts';
import { isNamed } from './scan-copies.ts';

interface Expiring {
  ports: Ports;
  run: string;
  shard: Shard;
  decision: PlannedDecision;
  /** Of the type of the server that it is a copy of. */
  server: BoundServer;
}

/**
 * Deletes a copy whose time is over. It is read again just before: its date must be the one that was decided on, the
 * ledger must know it as Mayfly's own, and nothing may use it.
 */
export async function expireCopy({ ports, run, shard, decision, server }: Expiring): Promise<Outcome> {
  const { copyOf: of = '', arn } = decision;
  const copies = copiesIn(await ports.ledger.history(of));
  // One that the ledger has forgotten may be there all the same: what could not be deleted then goes now.
  const copy = copies.find((one) => isNamed(one, of, arn));
  if (copy === undefined) return outcomeOf(decision, 'changed', 'the ledger does not know it as a copy of Mayfly');
  const seen = await lookAtCopy(server, copy, decision, ports.clock.now());
  if (seen.kind === 'unreadable') {
    return outcomeOf(decision, 'failed', `it can't be read again: ${seen.why}; the next sweep looks again`);
  }
  if (seen.kind !== 'gone') {
    if (decision.decidedOn[partKey] !== undefined)
      return outcomeOf(decision, 'changed', 'its image is there after all');
    if (seen.kind === 'changed') return outcomeOf(decision, 'changed', seen.why);
    const use = await useOf(ports, shard, copy);
    if (use !== undefined && 'used' in use) return outcomeOf(decision, 'blocked', `it is in use: ${use.used}`);
    if (use !== undefined) return outcomeOf(decision, 'failed', `who uses it can't be read: ${use.unreadable}`);
  }
  return discard({ ports, run, shard, decision, server }, copy, isLast(copy, copies));
}

/** With the last copy goes what only a restore needs. */
function isLast(copy: RememberedCopy, copies: ReturnType<typeof copiesIn>): boolean {
  return !copies.some(({ id, ended, verifiedAt }) => id !== copy.id && ended === undefined && verifiedAt !== undefined);
}

/**
 * Who uses a copy, in words: an image may start servers of somebody's group or template by now. `unreadable`: it may be
 * in use.
 */
export async function useOf(
  ports: Pick<Ports, 'cloud'>,
  shard: Shard,
  { id, arn }: Pick<RememberedCopy, 'id' | 'arn'>,
): Promise<{ used: string } | { unreadable: string } | undefined> {
  const type = identify(arn)?.type;
  if (type === undefined) return undefined;
  const session = await ports.cloud.reader(shard);
  const bound = await type.bind(session.source, { ...shard, partition: session.partition });
  const [found] = await bound.describe([id]);
  if (found?.kind === 'unreadable') return { unreadable: found.why };
  const users = found?.kind === 'present' ? (found.usedBy ?? []) : [];
  return users.length === 0 ? undefined : { used: users.map(({ words }) => words).join(', ') };
}

const asLong = 'kept as long as it was to be';

async function discard(
  { ports, run, decision, server }: Expiring,
  copy: ReturnType<typeof copiesIn>[number],
  last: boolean,
): Promise<Outcome> {
  const discarded = await server.discardCopy(copy, { last });
  // Listings show it for hours after it was deleted: that is told once.
  if (discarded.kind === 'gone' && copy.ended === 'discarded') return outcomeOf(decision, 'gone');
  if (discarded.kind === 'transient') return outcomeOf(decision, 'waiting', discarded.why);
  if (discarded.kind === 'refused') return outcomeOf(decision, 'failed', discarded.why);
  const at = ports.clock.now();
  const why = await tryToRecord(ports, [
    { arn: copy.of, at, run, kind: 'copy-discarded', copy: copy.id },
    { arn: copy.arn, at, run, kind: 'removed', detail: `a copy of ${copy.of}, ${asLong}`, copyOf: copy.of },
  ]);
  const { kind } = discarded;
  const detail = discarded.kind === 'done' ? discarded.detail : undefined;
  const outcome = outcomeOf(decision, kind === 'gone' ? 'gone' : 'removed', detail);
  return why === undefined ? outcome : unrecorded(outcome, why);
}
