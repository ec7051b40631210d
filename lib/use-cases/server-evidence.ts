import { type Event, remember } from '../core/history.ts';
import type { IdleEvent, IdleMemory } from '../core/idle-memory.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { metricsLookBack } from '../core/server.ts';
import { type Duration, day, type Instant } from '../core/time.ts';
import type { BoundServer } from '../resource-types/bind-server.ts';
import type { LastChange, MetricsReading } from '../resource-types/server-operations.ts';
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
 * CloudTrail answers two calls a second, and a scan must end: no more servers than these are asked about by one scan,
 * and none later than this after it has begun.
 */
const trailQuestionsMax = 200;
const trailLasts: Duration = 100_000;

/** What a scan may still ask CloudTrail. */
interface TrailBudget {
  left: number;
  until: Instant;
}

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
  const budget = { left: trailQuestionsMax, until: ports.clock.now() + trailLasts };
  for (const [type, some] of Map.groupBy(candidates, (one) => one.type)) {
    const { server } = await type.bind(session.source, { ...shard, partition: session.partition });
    if (server === undefined) continue;
    const judged = await checked(server, some);
    const told = await withTrail(ports, server, judged, policy, budget);
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
    const unread = `whether it may be stopped can't be read: ${check?.kind === 'unreadable' ? check.why : 'no answer'}`;
    const unstoppable = check?.kind === 'unstoppable' ? check.why : unread;
    return { ...one, seen: { ...one.seen, server: { ...one.seen.server, unstoppable } } };
  });
}

async function withTrail(
  ports: Ports,
  server: BoundServer,
  some: readonly ScannedServer[],
  policy: Policy,
  budget: TrailBudget,
): Promise<{ servers: ScannedServer[]; events: Event[] }> {
  const servers: ScannedServer[] = [];
  const events: Event[] = [];
  // Who was never asked about comes first, so that everybody's turn comes.
  for (const one of some.toSorted((a, b) => askedAt(a) - askedAt(b))) {
    const told = await askTrail(ports, server, one, policy, budget);
    servers.push(told.server);
    events.push(...told.events);
  }
  return { servers, events };
}

function askedAt({ seen }: ScannedServer): Instant {
  return seen.memory.trail?.at ?? 0;
}

/** One server at a time: what was answered stays answered where time runs out. */
async function askTrail(
  { clock }: Ports,
  server: BoundServer,
  one: ScannedServer,
  { idle, roles, role }: Policy,
  budget: TrailBudget,
): Promise<{ server: ScannedServer; events: Event[] }> {
  const now = clock.now();
  const { memory } = one.seen;
  if (idle?.cloudTrail === 'off' || !isTrailDue(memory.trail, now)) return { server: one, events: [] };
  if (budget.left === 0 || now >= budget.until) return { server: unasked(one), events: [] };
  budget.left -= 1;
  const own = {
    roles: [role, ...Object.values(roles)].filter((name): name is string => name !== undefined && name !== 'none'),
    sourceIdentity: 'mayfly-',
  };
  const sleep = async (duration: Duration) => {
    if (clock.now() >= budget.until + trailLasts / 5) throw new Error('CloudTrail had too much to tell for one scan');
    await clock.sleep(duration);
  };
  const since = Math.max(now - trailKeeps, Math.min(now, memory.since));
  const [answer] = await server.lastChange([one.present], { since, own, sleep });
  const about = { arn: one.present.arn, at: clock.now(), identity: one.present.identity };
  const events = eventsOf(answer, memory).map((event): Event => ({ ...about, ...event }));
  const all = events.reduce(remember, one.memory);
  return { server: { ...one, memory: all, seen: { ...one.seen, memory: all.idle ?? memory } }, events };
}

/** A server that waits for its turn is kept till then, and that is said. */
function unasked(one: ScannedServer): ScannedServer {
  // One that could not be asked about before has its own reason already.
  if (one.seen.memory.trail !== undefined) return one;
  const said = 'CloudTrail was not asked about it yet, because it answers two calls a second: the next sweep asks';
  return { ...one, seen: { ...one.seen, unasked: said } };
}

function eventsOf(answer: LastChange | undefined, { configuration, since }: IdleMemory): IdleEvent[] {
  if (answer === undefined) return [];
  if (answer.kind === 'unreadable') return [{ kind: 'trail-asked', unreadable: answer.why }];
  const asked: IdleEvent = { kind: 'trail-asked' };
  if (answer.kind === 'none' || answer.at <= since) return [asked];
  const from = `CloudTrail: ${answer.words}`;
  return [asked, { kind: 'configured', configuration, since: answer.at, from, change: answer.words }];
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
