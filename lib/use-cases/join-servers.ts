import type { Rules } from '../core/decide.ts';
import { isServerWork } from '../core/idle-reasons.ts';
import { lastStep } from '../core/idle-removal.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Action, Reason } from '../core/reasons.ts';
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
    if (idle === undefined) continue;
    byArn.set(arn, expiry === undefined ? { ...idle, ...about(tags) } : joined(expiry, idle, server, now));
  }
  return [...byArn.values()];
}

type IdlePart = NonNullable<ReturnType<typeof serverDecision>>;

function joined(expiry: PlannedDecision, idle: IdlePart, server: ScannedServer, now: Instant): PlannedDecision {
  // Nobody is warned of a date that goes in this very sweep.
  if (idle.reason === 'started-again') return { ...expiry, ...idle };
  const isDue = expiry.action === 'remove' && server.seen.memory.stopped !== undefined;
  if (!isDue) return weighs(idle, expiry) ? { ...expiry, ...idle } : expiry;
  // Whoever started it again, or what changes at this moment, comes before a date that was given to a stopped server.
  if (idle.reason !== 'stopped') return { ...expiry, ...idle };
  const leavesCopy = server.type.leavesCopy === true;
  return { ...expiry, ...lastStep(server.seen.memory, server.seen.server, { leavesCopy, now }) };
}

/** Where both keep, the idle rule says more about a server than that its expiry has not come. */
function weighs(idle: { action: Action; reason: Reason }, expiry: PlannedDecision): boolean {
  if (weight[idle.action] !== weight[expiry.action]) return weight[idle.action] > weight[expiry.action];
  return isServerWork(idle.reason) || expiry.reason === 'no-expiry';
}
