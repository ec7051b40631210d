import { differences } from '../core/configuration.ts';
import type { Rules } from '../core/decide.ts';
import { type Event, remember } from '../core/history.ts';
import {
  decideIdle,
  idleAtOf,
  isIdleCandidate,
  isUnderRule,
  launchOf,
  matchesIdle,
  type SeenServer,
} from '../core/idle.ts';
import { isServerWork } from '../core/idle-reasons.ts';
import type { PlannedDecision } from '../core/plan.ts';
import { isTypeOn, type Policy } from '../core/policy.ts';
import { type Memory, nothingKnown, type Shard } from '../core/resource.ts';
import type { Server } from '../core/server.ts';
import type { Instant } from '../core/time.ts';
import type { Present, ResourceType } from '../resource-types/define.ts';
import { identify } from '../resource-types/index.ts';
import type { Ports, Session } from './ports.ts';
import { askAboutCandidates } from './server-evidence.ts';

/** A server of the rule, as far as this scan knows it. */
export interface ScannedServer {
  type: ResourceType;
  present: Present & { server: Server };
  memory: Memory;
  seen: SeenServer;
  /** It was warned of, and this has changed since. */
  changed?: string;
}

export interface ServerScan {
  servers: ScannedServer[];
  /** For the ledger: configurations that are new or have changed, and what CloudTrail said. */
  events: Event[];
  /** What could not be read, in words: such a server is not judged. */
  problems: string[];
}

/**
 * Finds the servers that the idle rule is about, and what is known of each. `stopped`: ARNs that the ledger knows as
 * stopped by Mayfly; they stay under the rule whatever their tags say. Throws where servers can't be listed.
 */
export async function scanServers(
  ports: Ports,
  session: Session,
  shard: Shard,
  rules: Rules,
  stopped: readonly string[] = [],
): Promise<ServerScan> {
  const { policy } = rules;
  const { idle } = policy;
  if (idle === undefined) return { servers: [], events: [], problems: [] };
  const now = ports.clock.now();
  const { listed, problems } = await ports.inventory.tagged(session, shard, Object.keys(idle.match));
  const matching = listed.filter(({ tags }) => matchesIdle(tags, idle)).map(({ arn }) => arn);
  const found = await describeServers(session, shard, [...new Set([...matching, ...stopped])], policy);
  const memories = await ports.ledger.memories(found.servers.map(({ present }) => present.arn));
  const first = found.servers
    .map((one) => knownServer(one, memories.get(one.present.arn) ?? nothingKnown, policy, now))
    // The listing lags behind: what has lost its tags by now is none of the rule's.
    .filter(({ server }) => isUnderRule(server.seen, idle));
  const servers = first.map(({ server }) => server);
  const candidates = servers.filter(({ seen }) => isIdleCandidate(seen, policy, now));
  const asked = await askAboutCandidates(ports, session, shard, candidates, policy);
  return {
    servers: servers.map((server) => asked.servers.get(server.present.arn) ?? server),
    events: [...first.flatMap(({ events }) => events), ...asked.events],
    problems: [...problems, ...found.problems],
  };
}

type Described = Pick<ScannedServer, 'type' | 'present'>;

async function describeServers(
  session: Session,
  shard: Shard,
  arns: readonly string[],
  policy: Policy,
): Promise<{ servers: Described[]; problems: string[] }> {
  const servers: Described[] = [];
  const problems: string[] = [];
  for (const [type, some] of Map.groupBy(arns, (arn) => identify(arn)?.type)) {
    if (type?.needs.stop === undefined || !isTypeOn(type.id, policy)) continue;
    const bound = await type.bind(session.source, { ...shard, partition: session.partition });
    for (const answer of await bound.describe(some.flatMap((arn) => identify(arn)?.id ?? []))) {
      if (answer.kind === 'unreadable') problems.push(`${type.id} ${answer.id}: ${answer.why}`);
      const { server } = answer.kind === 'present' ? answer : {};
      if (answer.kind !== 'present' || server === undefined) continue;
      servers.push({ type, present: { ...answer, server } });
    }
  }
  return { servers, problems };
}

/** A server with what the ledger knows, brought up to what its service shows now. */
export function knownServer(
  one: Described,
  before: Memory,
  policy: Policy,
  now: Instant,
): { server: ScannedServer; events: Event[] } {
  const { arn, identity, tags, owner, server } = one.present;
  const configured = configurationEvents(one.present, before, policy, now);
  const events = [...configured, ...wakingEvents(one.present, configured.reduce(remember, before), now)];
  const memory = events.reduce(remember, before);
  const { idle } = memory;
  if (idle === undefined) throw new Error(`${arn} (${identity}): a configuration that was seen is not remembered`);
  const seen: SeenServer = { tags, server, memory: idle, ...(owner !== undefined && { owner }) };
  const changed = changedSinceWarned(before, configured);
  return { server: { ...one, memory, seen, ...(changed !== undefined && { changed }) }, events };
}

/** What its owner, who was warned, did about it. */
function changedSinceWarned({ idle }: Memory, configured: readonly Event[]): string | undefined {
  const wasWarned = (idle?.receipts.length ?? 0) > 0;
  const change = configured.find((event) => event.kind === 'configured' && event.change !== undefined);
  return wasWarned && change?.kind === 'configured' ? change.change : undefined;
}

/** When a stopped server wakes by itself its service may show only once it is stopped. */
function wakingEvents({ arn, identity, server }: ScannedServer['present'], { idle }: Memory, at: Instant): Event[] {
  const { state, wakesAt } = server;
  const stopped = idle?.stopped;
  if (state !== 'stopped' || stopped === undefined || wakesAt === undefined || wakesAt === stopped.wakesAt) return [];
  return [{ arn, at, identity, kind: 'will-wake', wakesAt }];
}

/** Nothing where the ledger knows this configuration under this version of the table. */
function configurationEvents(present: ScannedServer['present'], memory: Memory, policy: Policy, at: Instant): Event[] {
  const { arn, identity, createdAt, server } = present;
  const { configuration } = server;
  const about = { arn, at, identity, ...(createdAt !== undefined && { createdAt }), configuration };
  const idle = memory.identity === undefined || memory.identity === identity ? memory.idle : undefined;
  if (idle === undefined) return [{ ...about, kind: 'configured', ...firstSight(server, at) }];
  const changes = differences(idle.configuration, configuration, ownKeys(policy));
  if (changes.length > 0) {
    return [{ ...about, kind: 'configured', since: at, from: 'seen by Mayfly', change: changes.join(', ') }];
  }
  const launched = launchOf(server);
  // Whoever starts a server means to use it. Where Mayfly had stopped it, the rule itself says what that means.
  if (launched > idle.since && idle.stopped === undefined) {
    return [{ ...about, kind: 'configured', since: launched, from: 'launched', change: 'it was started' }];
  }
  if (idle.configuration.version === configuration.version) return [];
  return [{ ...about, kind: 'configured', since: idle.since, from: idle.from }];
}

/** Keys whose values are Mayfly's business and no configuration. */
export function ownKeys({ expiry, protect, idle }: Policy): string[] {
  return [...expiry.tags, protect.tag, idle?.exclude ?? ''].map((key) => key.toLowerCase());
}

/** The newest instant that the service shows; where it shows none, now. */
function firstSight({ milestones }: Server, now: Instant): { since: Instant; from: string } {
  const newest = milestones.toSorted((a, b) => b.at - a.at)[0];
  return newest === undefined ? { since: now, from: 'first sight' } : { since: newest.at, from: newest.what };
}

/** The decision about a server, as plans show it; `undefined` where the rule is not about it. */
export function serverDecision(
  { type, present, seen, changed }: ScannedServer,
  shard: Shard,
  rules: Rules,
  now: Instant,
):
  | Pick<PlannedDecision, 'arn' | 'type' | 'account' | 'region' | 'action' | 'reason' | 'detail' | 'idleAt' | 'changed'>
  | undefined {
  const decision = decideIdle(seen, rules.policy, now);
  if (decision === undefined || rules.policy.idle === undefined) return undefined;
  const acts = decision.action !== 'keep' && decision.action !== 'hold';
  const works = acts || isServerWork(decision.reason);
  const isObserved = works && !rules.dryRun && rules.accountMode !== 'enforce';
  const held = acts && rules.paused && !rules.dryRun ? ({ action: 'hold', reason: 'paused' } as const) : decision;
  const said = isObserved ? ({ action: 'keep', reason: 'account-observed' } as const) : held;
  const idleAt = decision.idleAt ?? idleAtOf(seen.memory, rules.policy.idle);
  const { detail } = decision;
  return {
    arn: present.arn,
    type: type.id,
    account: shard.account,
    region: shard.region,
    action: said.action,
    reason: said.reason,
    idleAt,
    ...(detail !== undefined && { detail }),
    ...(changed !== undefined && { changed }),
  };
}
