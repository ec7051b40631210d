import type { Rules } from '../core/decide.ts';
import type { PlannedDecision } from '../core/plan.ts';
import { nothingKnown, type Shard } from '../core/resource.ts';
import type { Present } from '../resource-types/define.ts';
import { identify } from '../resource-types/index.ts';
import { outcomeEvents } from './apply-batch.ts';
import { finishRemovals } from './finish-removals.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Ports } from './ports.ts';
import { settingsOf } from './removal-settings.ts';

/**
 * Ends what earlier runs left open: they were killed between the removal and the ledger, or the service took longer
 * than the run. What is gone now was removed; what is still there is decided anew by this run's own plan.
 */
export async function settleOpen(
  ports: Ports,
  shards: readonly Shard[],
  rules: Rules,
  run: string,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { arn } of await ports.ledger.openRemovals()) {
    const known = identify(arn);
    const asked = (await ports.ledger.history(arn)).findLast((event) => event.kind === 'removal-requested');
    const shard = shards.find((one) => isPlace(one, known?.arn, asked));
    if (known?.type === undefined || known.id === undefined || shard === undefined) continue;
    const { type, id } = known;
    try {
      const session = await ports.cloud.reader(shard);
      const bound = await type.bind(session.source, { ...shard, partition: session.partition });
      const [now] = await bound.describe([id]);
      if (now?.kind !== 'gone') continue;
      const memory = (await ports.ledger.memories([arn])).get(arn) ?? nothingKnown;
      const decision = forgotten(arn, type.id, shard);
      const target: Present = { kind: 'present', id, arn, identity: memory.identity ?? '', tags: {}, facts: {} };
      const settings = settingsOf(ports, rules.policy, shard, ports.clock.now());
      const context = { ports, session, shard, rules, run, settings, plannedAt: ports.clock.now() };
      const problem = (await finishRemovals(context, [{ type, decision, target }])).get(arn);
      const detail = ['an earlier run asked for it', problem].filter((part) => part !== undefined).join('; ');
      const outcome = outcomeOf(decision, 'removed', detail);
      await ports.ledger.record(outcomeEvents(outcome, run, ports.clock.now()));
      outcomes.push(outcome);
    } catch {
      // The shard's own scan names what can't be read there; the removal stays open for the next run.
    }
  }
  return outcomes;
}

/**
 * ARNs of buckets, images and snapshots name no account; the order to remove them does. In another account they would
 * only look gone.
 */
function isPlace(shard: Shard, arn: Shard | undefined, asked: Partial<Shard> | undefined): boolean {
  const account = arn?.account || asked?.account;
  const region = arn?.region || asked?.region;
  return account === shard.account && region === shard.region;
}

/** The plan of the earlier run is not needed any more: the resource is gone. */
function forgotten(arn: string, type: string, shard: Shard): PlannedDecision {
  return { arn, type, ...shard, action: 'remove', reason: 'expired', decidedOn: {} };
}
