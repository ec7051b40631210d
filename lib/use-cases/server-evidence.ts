import { type Event, remember } from '../core/history.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { metricsLookBack } from '../core/server.ts';
import { day, type Instant } from '../core/time.ts';
import type { BoundServer } from '../resource-types/bind-server.ts';
import type { MetricsReading } from '../resource-types/server-operations.ts';
import type { Ports, Session } from './ports.ts';
import type { ScannedServer } from './scan-servers.ts';

export interface Asked {
  /** By ARN. */
  servers: Map<string, ScannedServer>;
  events: Event[];
}

/** CloudTrail keeps its events for this long. */
const trailKeeps = 90 * day;

/** One that could not answer is asked again after this. */
const trailAgain = day;

/**
 * Asks about servers that are idle by their configuration what costs calls: whether they may be stopped, their metrics,
 * and CloudTrail once about the time before the ledger knew them. An answer that fails is a value, never a guess.
 */
export async function askAboutCandidates(
  ports: Ports,
  session: Session,
  shard: Shard,
  candidates: readonly ScannedServer[],
  policy: Policy,
): Promise<Asked> {
  const asked: Asked = { servers: new Map(), events: [] };
  for (const [type, some] of Map.groupBy(candidates, (one) => one.type)) {
    const { server } = await type.bind(session.source, { ...shard, partition: session.partition });
    if (server === undefined) continue;
    const judged = await checked(server, some);
    const told = await withTrail(ports, server, judged, policy);
    const measured = await withMetrics(server, told.servers, ports.clock.now());
    for (const one of measured) asked.servers.set(one.present.arn, one);
    asked.events.push(...told.events);
  }
  return asked;
}

async function checked(server: BoundServer, some: readonly ScannedServer[]): Promise<ScannedServer[]> {
  const checks = await server.checkStop(some.map(({ present }) => present));
  return some.map((one, index) => {
    const check = checks[index];
    if (check?.kind === 'stoppable') return one;
    const why = check === undefined ? 'whether it may be stopped is not known' : check.why;
    return { ...one, seen: { ...one.seen, server: { ...one.seen.server, unstoppable: why } } };
  });
}

async function withTrail(
  ports: Ports,
  server: BoundServer,
  some: readonly ScannedServer[],
  { idle, roles, role }: Policy,
): Promise<{ servers: ScannedServer[]; events: Event[] }> {
  const now = ports.clock.now();
  const wanted = idle?.cloudTrail === 'off' ? [] : some.filter(({ seen }) => isTrailDue(seen.memory.trail, now));
  const since = Math.max(now - trailKeeps, Math.min(now, ...wanted.map(({ seen }) => seen.memory.since)));
  const own = {
    roles: [...new Set([role, ...Object.values(roles)])].filter(
      (name): name is string => name !== undefined && name !== 'none',
    ),
    sourceIdentity: 'mayfly-',
  };
  const answers = await server.lastChange(
    wanted.map(({ present }) => present),
    { since, own, sleep: (duration) => ports.clock.sleep(duration) },
  );
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const servers: ScannedServer[] = [];
  const events: Event[] = [];
  for (const one of some) {
    const answer = byId.get(one.present.id);
    const { arn, identity } = one.present;
    const about = { arn, at: now, identity };
    const told: Event[] = [];
    if (answer?.kind === 'unreadable') told.push({ ...about, kind: 'trail-asked', unreadable: answer.why });
    if (answer?.kind === 'none' || answer?.kind === 'changed') told.push({ ...about, kind: 'trail-asked' });
    if (answer?.kind === 'changed' && answer.at > one.seen.memory.since) {
      const { configuration } = one.seen.memory;
      const from = `CloudTrail: ${answer.words}`;
      told.push({ ...about, kind: 'configured', configuration, since: answer.at, from, change: answer.words });
    }
    const memory = told.reduce(remember, one.memory);
    events.push(...told);
    servers.push({ ...one, memory, seen: { ...one.seen, memory: memory.idle ?? one.seen.memory } });
  }
  return { servers, events };
}

function isTrailDue(trail: ScannedServer['seen']['memory']['trail'], now: Instant): boolean {
  return trail === undefined || (trail.unreadable !== undefined && now >= trail.at + trailAgain);
}

/** The same servers with what their metrics say. */
export async function withMetrics(server: BoundServer, some: readonly ScannedServer[], now: Instant) {
  const readings = await server.metrics(
    some.map(({ present }) => present),
    { since: now - metricsLookBack, until: now },
  );
  return some.map((one, index) => ({ ...one, seen: { ...one.seen, metrics: asKnown(readings[index]) } }));
}

/** What is known may already show work; only where nothing does, what is missing counts. */
function asKnown(reading: MetricsReading | undefined): NonNullable<ScannedServer['seen']['metrics']> {
  if (reading === undefined) return 'its metrics were not read';
  const { metrics, missing } = reading;
  if (missing.length === 0) return metrics;
  return { known: metrics, missing: missing.map(({ metric, why }) => `${metric}: ${why}`).join('; ') };
}
