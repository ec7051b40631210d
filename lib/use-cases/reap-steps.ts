import { loweredMode } from '../core/account-mode.ts';
import type { Rules } from '../core/decide.ts';
import type { Policy } from '../core/policy.ts';
import { type Duration, type Instant, minute } from '../core/time.ts';
import { isGone } from './outcome.ts';
import type { Ports } from './ports.ts';
import { reapInPart } from './reap-shard.ts';
import { loadWork, shardName } from './step-documents.ts';
import { stepServers } from './step-servers.ts';
import type { RunMessage, ShardItem } from './sweep-steps.ts';

/** Removals may take this long from the start of the run; what is left then is `waiting` for the next one. */
const removalsLast: Duration = 40 * minute;

/** How long one call waits for what the service still works on, before the state machine waits without paying. */
const patience: Duration = 10_000;

/**
 * Goes on with the removals of one shard, until quiet, until nothing but the service's own work is left, or until
 * `stopAt`. Called again while `pending` is more than 0. Throws only where ledger or run store fail.
 */
export async function reapStep(
  ports: Ports,
  policy: Policy,
  message: RunMessage,
  item: ShardItem,
  stopAt: Instant,
): Promise<{ pending: number }> {
  const { run, fence, startedAt, paused } = message;
  const name = shardName('reap', item);
  const work = await loadWork(ports, run, item);
  const over = new Set(work.outcomes.map(({ arn }) => arn));
  // A deploy to observe or exclude while the run is under way counts from the next call on.
  const accountMode = loweredMode(policy, item.account, item.mode);
  const rules: Rules = { policy, accountMode, dryRun: false, paused };
  const until = startedAt + removalsLast;
  const shard = { account: item.account, region: item.region };
  const servers = work.servers.filter(({ arn }) => !over.has(arn));
  const stepped = await stepServers(ports, { run, fence, shard, decisions: servers, rules, stopAt });
  const { outcomes, open } = await reapInPart(ports, {
    run,
    fence,
    shard,
    removals: work.removals.filter(({ arn }) => !over.has(arn)),
    rules,
    plannedAt: work.plannedAt,
    stopAt: Math.min(stopAt, until),
    settled: new Set([...work.settled, ...work.outcomes.filter(isGone).map(({ arn }) => arn)]),
    patience,
  });
  const isLast = ports.clock.now() >= until || open.size === 0;
  const ended = outcomes.filter(({ arn, outcome }) => isLast || !(open.has(arn) || outcome === 'blocked'));
  await ports.runStore.save(run, name, { ...work, outcomes: [...work.outcomes, ...stepped, ...ended] });
  return { pending: isLast ? 0 : open.size };
}
