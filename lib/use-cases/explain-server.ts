import type { Event } from '../core/history.ts';
import { isIdleCandidate, isUnderRule, type SeenServer } from '../core/idle.ts';
import type { RememberedCopy } from '../core/idle-memory.ts';
import type { PlannedDecision } from '../core/plan.ts';
import { isTypeOn, type Policy } from '../core/policy.ts';
import type { CopyState, Metrics, Server } from '../core/server.ts';
import type { Instant } from '../core/time.ts';
import type { BoundServer } from '../resource-types/bind-server.ts';
import type { FoundTarget } from './find-targets.ts';
import { type JudgedServer, judgeServer } from './judge-server.ts';
import type { Ports } from './ports.ts';
import { knownServer, type ScannedServer } from './scan-servers.ts';
import { askAboutCandidates, withMetrics } from './server-evidence.ts';

/** All that decides about one server of the idle rule. */
export interface ServerExplanation extends Omit<JudgedServer, 'decision'> {
  state: Server['state'];
  /** The changes of its configuration that the ledger knows of, the newest at the end. */
  changes: { at: Instant; change: string }[];
  metrics: SeenServer['metrics'];
  /** The most of each metric that the policy lets an idle server have. */
  limits: Required<Metrics>;
  /** How far each is by its service's word of just now. */
  copies: { copy: RememberedCopy; state: CopyState }[];
}

interface Explaining {
  history: readonly Event[];
  dryRun: boolean;
  paused: boolean;
  now: Instant;
}

/**
 * What the idle rule says of a resource that was found, and the decision that both rules come to; `undefined` where the
 * rule is not about it. Asks CloudTrail only where a sweep would, metrics always.
 */
export async function explainServer(
  ports: Ports,
  policy: Policy,
  { type, present, resource, shard, mode }: FoundTarget,
  { history, dryRun, paused, now }: Explaining,
): Promise<{ decision: PlannedDecision; server: ServerExplanation } | undefined> {
  const { idle } = policy;
  if (idle === undefined || present.server === undefined || !isTypeOn(type.id, policy)) return undefined;
  const found = { type, present: { ...present, server: present.server } };
  const known = knownServer(found, resource.memory, policy, now).server;
  if (!isUnderRule(known.seen, idle)) return undefined;
  const session = await ports.cloud.reader(shard);
  const { server } = await type.bind(session.source, { ...shard, partition: session.partition });
  if (server === undefined) return undefined;
  const scanned = isIdleCandidate(known.seen, policy, now)
    ? (await askAboutCandidates(ports, session, shard, [known], policy)).servers.get(known.present.arn)
    : await measured(server, known, now);
  const one = scanned ?? known;
  const copies = await statesOf(server, one.seen.memory.copies, now);
  const copyStates = new Map(copies.map(({ copy, state }) => [copy.id, state]));
  const judging = { policy: { ...policy, idle }, shard, mode, now, dryRun, paused, history, copyStates };
  const { decision, ...said } = judgeServer(one, judging);
  const changes = history.flatMap((event) =>
    event.kind === 'configured' && event.change !== undefined ? [{ at: event.since, change: event.change }] : [],
  );
  const { cpuPeak, networkMbPerDay, connections } = idle;
  const limits = { cpuPeak, networkMbPerDay, connections };
  const { metrics } = one.seen;
  return { decision, server: { ...said, state: one.seen.server.state, changes, metrics, limits, copies } };
}

/** Of a server that has not been without change for long enough: what they would say. */
async function measured(server: BoundServer, known: ScannedServer, now: Instant): Promise<ScannedServer | undefined> {
  return known.seen.server.state === 'running' ? (await withMetrics(server, [known], now))[0] : known;
}

async function statesOf(server: BoundServer, copies: readonly RememberedCopy[], now: Instant) {
  const readings = await server.copyState(copies, now);
  return copies.map((copy, index) => {
    const state = readings[index]?.state ?? { kind: 'unreadable' as const, why: 'the service gave no answer about it' };
    return { copy, state };
  });
}
