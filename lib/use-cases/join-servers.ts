import type { Rules } from '../core/decide.ts';
import { copyIsTooOld } from '../core/idle.ts';
import { isServerWork } from '../core/idle-reasons.ts';
import type { PlannedDecision } from '../core/plan.ts';
import { type Action, actionOf, type Reason } from '../core/reasons.ts';
import type { Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import { type ScannedServer, serverDecision } from './scan-servers.ts';

/** What weighs more where the expiry and the idle rule say something: each sweep does one step. */
const weight: Record<Action, number> = { remove: 5, stop: 4, copy: 3, warn: 2, hold: 1, keep: 0 };

type About = Pick<PlannedDecision, 'name' | 'owner' | 'environment' | 'managedBy' | 'decidedOn'>;

/**
 * One decision for each resource: its expiry's, or the idle rule's where that is about it and weighs more. A server
 * that Mayfly stopped never goes before a copy holds all that it wrote.
 */
export function joinServers(
  decisions: readonly PlannedDecision[],
  servers: readonly ScannedServer[],
  about: (tags: Readonly<Record<string, string>>) => About,
  { shard, rules, now }: { shard: Shard; rules: Rules; now: Instant },
): PlannedDecision[] {
  const byArn = new Map(decisions.map((decision) => [decision.arn, decision]));
  for (const server of servers) {
    const { arn, tags } = server.present;
    const idle = serverDecision(server, shard, rules, now);
    const expiry = byArn.get(arn);
    const gated = expiry && afterCopy(expiry, server);
    if (idle === undefined) continue;
    if (gated === undefined) byArn.set(arn, { ...idle, ...about(tags) });
    else if (gated === expiry && weighs(idle, gated)) byArn.set(arn, { ...gated, ...idle });
    else byArn.set(arn, gated);
  }
  return [...byArn.values()];
}

/** Where both keep, the idle rule says more about a server than that its expiry has not come. */
function weighs(idle: { action: Action; reason: Reason }, expiry: PlannedDecision): boolean {
  if (weight[idle.action] !== weight[expiry.action]) return weight[idle.action] > weight[expiry.action];
  return isServerWork(idle.reason) || expiry.reason === 'no-expiry';
}

/** The removal of a server that Mayfly stopped: of its newest state there must be a copy, or one is made. */
function afterCopy(expiry: PlannedDecision, { type, seen }: ScannedServer): PlannedDecision {
  if (expiry.action !== 'remove' || seen.memory.stopped === undefined) return expiry;
  // A database's removal makes a copy of its last state itself.
  const why = type.leavesCopy ? undefined : copyIsTooOld(seen.memory, seen.server);
  const reason: Reason = why === undefined ? 'idle-done' : 'idle';
  return { ...expiry, action: actionOf(reason), reason, ...(why !== undefined && { detail: why }) };
}
