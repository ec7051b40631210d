import type { Rules } from '../core/decide.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Reason } from '../core/reasons.ts';
import type { Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { identify } from '../resource-types/index.ts';
import { expireCopy } from './expire-copy.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Gate, Ports } from './ports.ts';
import { lookAgain, type ServerContext } from './server-context.ts';
import { copyServer, verifyCopy } from './server-copies.ts';
import { dateServer, stopServer, takeBack } from './server-stops.ts';

export interface ServerRequest {
  run: string;
  fence: number;
  shard: Shard;
  /** What the plan wants done with servers; see `serverWorkOf`. */
  decisions: readonly PlannedDecision[];
  rules: Rules;
  /** No step begins after this. */
  stopAt?: Instant;
  signal?: AbortSignal;
}

const serversAtOnce = 4;

/**
 * Moves each idle server of a shard one step down: a copy is begun, looked after, or found complete; the server is
 * stopped and dated; what a person started again is left alone. Each is read and decided on again just before. Never
 * throws for what AWS or the ledger refuses.
 */
export async function stepServers(ports: Ports, request: ServerRequest): Promise<Outcome[]> {
  return inParallel(request.decisions, serversAtOnce, async (decision) => {
    try {
      return await step(ports, request, decision);
    } catch (error) {
      return outcomeOf(decision, 'failed', `${(error as Error).message}; the next sweep tries again`);
    }
  });
}

async function step(ports: Ports, request: ServerRequest, decision: PlannedDecision): Promise<Outcome> {
  const { run, fence, shard, rules, stopAt, signal } = request;
  if (stopAt !== undefined && ports.clock.now() >= stopAt) {
    return outcomeOf(decision, 'waiting', 'the run came to its end first; the next sweep goes on');
  }
  if (signal?.aborted) return outcomeOf(decision, 'skipped', 'a person interrupted the run');
  if (rules.accountMode !== 'enforce') return outcomeOf(decision, 'skipped', closed['account-observed']);
  const gate = await ports.ledger.gate(run, fence, shard.account);
  if (gate !== 'open') return outcomeOf(decision, 'skipped', closed[gate]);
  const known = identify(decision.copyOf ?? decision.arn);
  if (known?.type === undefined || known.id === undefined) {
    return outcomeOf(decision, 'failed', 'Mayfly does not know its type');
  }
  const session = await ports.cloud.idler(shard);
  const bound = await known.type.bind(session.source, { ...shard, partition: session.partition });
  const { server } = bound;
  if (server === undefined) return outcomeOf(decision, 'failed', `${known.type.title} is no server`);
  if (decision.copyOf !== undefined) return expireCopy({ ports, run, shard, decision, server });
  const looked = await lookAgain(ports, { bound, server, type: known.type, id: known.id }, request, decision);
  return 'outcome' in looked ? looked : apply(looked);
}

const closed: Readonly<Record<Exclude<Gate, 'open'>, string>> = {
  paused: 'Mayfly is paused',
  'lease-lost': 'another run has taken over',
  'account-observed': 'the account is only observed',
};

const stepFor: Partial<Record<Reason, (context: ServerContext) => Promise<Outcome>>> = {
  idle: copyServer,
  copying: verifyCopy,
  'copy-failing': verifyCopy,
  'idle-copied': stopServer,
  'woke-up': stopServer,
  'stop-unfinished': dateServer,
  'started-again': takeBack,
};

async function apply(context: ServerContext): Promise<Outcome> {
  const { decision } = context;
  const step = stepFor[decision.reason];
  return step === undefined ? outcomeOf(decision, 'failed', `nothing is done for ${decision.reason}`) : step(context);
}
