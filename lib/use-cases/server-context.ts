import { differences } from '../core/configuration.ts';
import type { Rules } from '../core/decide.ts';
import { decideIdle, launchOf } from '../core/idle.ts';
import type { IdleMemory } from '../core/idle-memory.ts';
import { lastStep } from '../core/idle-removal.ts';
import type { PlannedDecision } from '../core/plan.ts';
import { type Reason, reasons } from '../core/reasons.ts';
import { nothingKnown, type Shard, type Sighting } from '../core/resource.ts';
import type { Server } from '../core/server.ts';
import type { BoundServer } from '../resource-types/bind-server.ts';
import type { BoundType, Present, ResourceType } from '../resource-types/define.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Ports } from './ports.ts';
import { ownKeys } from './scan-servers.ts';

/** One server at its step, read again just before. */
export interface ServerContext {
  ports: Ports;
  run: string;
  shard: Shard;
  rules: Rules;
  bound: BoundType;
  server: BoundServer;
  decision: PlannedDecision;
  present: Present & { server: Server };
  memory: IdleMemory;
  /** What the ledger knows of its expiry tags. */
  sighting?: Sighting;
}

interface Looking {
  bound: BoundType;
  server: BoundServer;
  type: ResourceType;
  id: string;
}

/**
 * Reads a server again and decides again: only where both say the same the step is done. Metrics can only save a
 * server, and those of the scan are minutes old, so they are not asked for twice.
 */
export async function lookAgain(
  ports: Ports,
  { bound, server, type, id }: Looking,
  { run, shard, rules }: { run: string; shard: Shard; rules: Rules },
  decision: PlannedDecision,
): Promise<ServerContext | Outcome> {
  const [found] = await bound.describe([id]);
  if (found?.kind === 'gone' || found?.kind === 'leaving') return outcomeOf(decision, 'gone');
  if (found?.kind !== 'present' || found.server === undefined) {
    const why = found?.kind === 'unreadable' ? found.why : 'its service does not show it as a server';
    return outcomeOf(decision, 'failed', `it can't be read again: ${why}`);
  }
  const present = { ...found, server: found.server };
  const all = (await ports.ledger.memories([decision.arn])).get(decision.arn) ?? nothingKnown;
  const memory = all.identity === undefined || all.identity === present.identity ? all.idle : undefined;
  if (memory === undefined) return outcomeOf(decision, 'changed', 'the ledger does not know this server');
  const changes = differences(memory.configuration, present.server.configuration, ownKeys(rules.policy));
  if (changes.length > 0) return outcomeOf(decision, 'changed', changes.join(', '));
  const isStarted = memory.stopped === undefined && launchOf(present.server) > memory.since;
  if (isStarted) return outcomeOf(decision, 'changed', 'it was started since');
  const { sighting } = all;
  const about = { ports, run, shard, rules, bound, server, decision, present, memory };
  const context = { ...about, ...(sighting !== undefined && { sighting }) };
  const again = reasonNow(context, type);
  if (again === decision.reason) return context;
  return outcomeOf(
    decision,
    'changed',
    again === undefined ? 'the idle rule is not about it now' : reasons[again].sentence,
  );
}

/** What is decided now; of a stopped server that is about to go, whether its copy is still the matter. */
function reasonNow({ ports, rules, decision, present, memory }: ServerContext, type: ResourceType): Reason | undefined {
  const { tags, owner, server } = present;
  const now = ports.clock.now();
  const seen = { tags, server, memory, metrics: {}, ...(owner !== undefined && { owner }) };
  const again = decideIdle(seen, rules.policy, now)?.reason;
  const isLast = decision.reason === 'idle' || decision.reason === 'copy-failing';
  if (!isLast || again !== 'stopped') return again;
  return lastStep(memory, server, { leavesCopy: type.leavesCopy === true, now }).reason;
}
