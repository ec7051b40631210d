import { inParallel } from '../resource-types/batches.ts';
import type { ApplyContext } from './apply-batch.ts';
import { type Removal, scopeOf } from './removal-scope.ts';

const finishesAtOnce = 4;

/**
 * Does what is left once removals are confirmed, such as tagging the final snapshot. Gives what went wrong by ARN, to
 * be told with the outcome: the resource is gone all the same.
 */
export async function finishRemovals(
  context: ApplyContext,
  removals: readonly Removal[],
): Promise<Map<string, string>> {
  const problems = new Map<string, string>();
  const { ports, shard, session, rules, settings } = context;
  const place = { ...shard, partition: session.partition };
  for (const [type, some] of Map.groupBy(removals, (removal) => removal.type)) {
    if (type.needs.finish === undefined) continue;
    // What finishing needs is the same for all of a type, so one session serves them.
    const acting = ports.cloud.remover(shard, scopeOf(some, place, rules.policy, 'finish'));
    await inParallel(some, finishesAtOnce, async ({ decision, target }) => {
      try {
        const bound = await type.bind((await acting).source, place);
        await bound.finish([target], settings);
      } catch (error) {
        problems.set(decision.arn, `its copy could not be tagged: ${(error as Error).message}`);
      }
    });
  }
  return problems;
}
