import type { IdleMemory } from '../core/idle-memory.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { RemovalSettings } from '../resource-types/define.ts';
import type { Outcome } from './outcome.ts';
import type { Ports } from './ports.ts';
import type { RecheckContext } from './recheck.ts';
import { type Removal, scopeOf } from './removal-scope.ts';
import { serverSettings, stoppedByMayfly, verifyFinalCopy } from './server-removal.ts';

export interface FinishContext extends Pick<RecheckContext, 'ports' | 'session' | 'shard' | 'rules' | 'plannedAt'> {
  settings: RemovalSettings;
  run: string;
}

/** What was not done after a removal. `later`: a run does it once the account is enforced again. */
export interface Rest {
  why: string;
  later?: true;
}

const finishesAtOnce = 4;

/**
 * Does what is left once removals are confirmed, such as tagging the final snapshot; in an account that is only
 * observed by now that waits. Gives what was not done by ARN, to be told with the outcome: the resource is gone
 * all the same.
 */
export async function finishRemovals(context: FinishContext, removals: readonly Removal[]): Promise<Map<string, Rest>> {
  const wanted = removals.filter(({ type }) => type.needs.finish !== undefined);
  if (wanted.length === 0) return new Map();
  const obstacle = await obstacleIn(context);
  if (obstacle !== undefined) return new Map(wanted.map(({ decision }) => [decision.arn, waiting(obstacle)]));
  return finish(context, wanted);
}

/** The outcome of a removal with what was not done after it. */
export function withRest(outcome: Outcome, rest: Rest | undefined): Outcome {
  if (rest === undefined) return outcome;
  const detail = [outcome.detail, rest.why].filter((part) => part !== undefined).join('; ');
  return { ...outcome, detail, ...(rest.later && { unfinished: true }) };
}

function waiting(obstacle: string): Rest {
  return { why: `its copy, if there is one, is tagged once the account is enforced again: ${obstacle}`, later: true };
}

const onlyObserved = 'it is only observed now';

/** Why nothing may be written in the account. An order to observe it counts from the moment that it is given. */
async function obstacleIn({ ports, shard, rules }: FinishContext): Promise<string | undefined> {
  return rules.accountMode === 'enforce' ? loweredIn(ports, shard.account) : onlyObserved;
}

async function loweredIn({ ledger }: Pick<Ports, 'ledger'>, account: string): Promise<string | undefined> {
  try {
    const mode = (await ledger.loweredModes()).get(account);
    return mode === 'observe' ? onlyObserved : undefined;
  } catch (error) {
    return `whether it was lowered to observe can't be read: ${(error as Error).message}`;
  }
}

async function finish(context: FinishContext, removals: readonly Removal[]): Promise<Map<string, Rest>> {
  const rests = new Map<string, Rest>();
  const { ports, shard, session, rules, settings } = context;
  const place = { ...shard, partition: session.partition };
  for (const [type, some] of Map.groupBy(removals, (removal) => removal.type)) {
    // What finishing needs is the same for all of a type, so one session serves them.
    const acting = ports.cloud.remover(shard, scopeOf(some, place, rules.policy, 'finish'));
    await inParallel(some, finishesAtOnce, async (removal) => {
      const { decision, target } = removal;
      const problems: string[] = [];
      const tryTo = (what: string, work: () => Promise<unknown>) =>
        work().catch(({ message }: Error) => void problems.push(`${what}: ${message}`));
      let idle: IdleMemory | undefined;
      await tryTo('its copy could not be tagged', async () => {
        idle = await stoppedBefore(context, removal);
        const bound = await type.bind((await acting).source, place);
        await bound.finish([target], idle ? serverSettings(settings, rules.policy, context.plannedAt) : settings);
      });
      // Also of a copy without tags: a restore takes the newest that the ledger knows to be whole.
      const copy = idle?.copies.at(-1);
      if (copy !== undefined && copy.verifiedAt === undefined) {
        await tryTo(`its final snapshot ${copy.id} could not be looked at`, async () => {
          const why = await verifyFinalCopy(context, removal, copy);
          if (why !== undefined) problems.push(why);
        });
      }
      if (problems.length > 0) rests.set(decision.arn, { why: problems.join('; ') });
    });
  }
  return rests;
}

/** What the idle rule remembers of what is gone now, if Mayfly had stopped it. */
async function stoppedBefore({ ports }: FinishContext, { type, decision }: Removal): Promise<IdleMemory | undefined> {
  if (type.needs.stop === undefined) return undefined;
  const memory = (await ports.ledger.memories([decision.arn])).get(decision.arn);
  return memory && stoppedByMayfly(type, memory);
}
