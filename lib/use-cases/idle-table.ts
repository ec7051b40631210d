import type { Mode, Policy } from '../core/policy.ts';
import type { Reason } from '../core/reasons.ts';
import type { Shard } from '../core/resource.ts';
import type { Server } from '../core/server.ts';
import type { Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { identify } from '../resource-types/index.ts';
import { type OwnTags, ownTags } from './belonging.ts';
import { costsOf } from './costs.ts';
import { checkCredentials } from './credentials.ts';
import { coversDecision, type Filters } from './filters.ts';
import { BadRequest } from './find-targets.ts';
import { type JudgedServer, judgeServer } from './judge-server.ts';
import { listShards } from './list-shards.ts';
import type { Ports } from './ports.ts';
import { type ScannedServer, scanServers } from './scan-servers.ts';

/** A server of the idle rule, with all that people want to know about it. */
export interface IdleServer extends Omit<JudgedServer, 'decision' | 'outlook'>, OwnTags {
  arn: string;
  type: string;
  account: string;
  region: string;
  /** Of its account. */
  mode: Mode;
  state: Server['state'];
  reason: Reason;
  detail?: string;
  expiresAt?: Instant;
  /** As it stands there now: of a stopped one what goes on. Absent where it is unknown. */
  monthlyUsd?: number;
  /** Of one that runs: what goes on once it is stopped. */
  stoppedMonthlyUsd?: number;
  nextStep: string;
  nextStepOn?: Instant;
}

export interface IdleTable {
  now: Instant;
  /** Those that have been idle for longest come first. */
  servers: IdleServer[];
  /** How many account-regions were looked at. */
  shards: number;
  /** What could not be read, or not whole: there may be more servers in it. */
  unread: (Shard & { why: string })[];
  pausedUntil?: Instant;
}

const shardsAtOnce = 6;

/**
 * All servers that the idle rule is about, as a dry run sees them: reads, and writes nothing. What can't be read is
 * named. Throws `BadRequest` where the policy has no idle rule, `CouldNotStart` without credentials.
 */
export async function idleTable(
  ports: Ports,
  { policy, filters }: { policy: Policy; filters: Filters },
): Promise<IdleTable> {
  const { idle } = policy;
  if (idle === undefined) throw new BadRequest(noIdle);
  await checkCredentials(ports);
  const now = ports.clock.now();
  const pausedUntil = await ports.ledger.pausedUntil();
  const { shards, accounts, skipped } = await listShards(ports, policy, filters);
  ports.progress({ step: 'shards-listed', shards });
  const modes = new Map(accounts.map(({ id, mode }) => [id, mode]));
  const looked = await inParallel(shards, shardsAtOnce, (shard) =>
    lookIn(ports, { policy: { ...policy, idle }, shard, mode: modes.get(shard.account) ?? 'observe', now }),
  );
  const servers = looked.flatMap((one) => one.servers).filter((one) => coversDecision(filters, one));
  return {
    now,
    servers: servers.toSorted((a, b) => a.idleSince - b.idleSince || (a.arn < b.arn ? -1 : 1)),
    shards: shards.length,
    unread: [
      ...skipped.map(({ id, why }) => ({ account: id, region: '', why })),
      ...looked.flatMap(({ unread }) => unread),
    ],
    ...(pausedUntil !== undefined && { pausedUntil }),
  };
}

const noIdle =
  'the policy has no idle rule: add a block idle to it, such as ' +
  'idle: { match: { environment: [staging] }, after: 30d }';

type Looked = Pick<IdleTable, 'servers' | 'unread'>;

interface Looking {
  policy: Policy & { idle: NonNullable<Policy['idle']> };
  shard: Shard;
  mode: Mode;
  now: Instant;
}

async function lookIn(ports: Ports, looking: Looking): Promise<Looked> {
  const { shard } = looking;
  const looked = await readShard(ports, looking).catch(
    ({ message }: Error): Looked => ({ servers: [], unread: [{ ...shard, why: message }] }),
  );
  const error = looked.unread.map(({ why }) => why).join('; ');
  const event = { step: 'shard-scanned', shard, tracked: looked.servers.length } as const;
  ports.progress({ ...event, ...(error !== '' && { error }) });
  return looked;
}

async function readShard(ports: Ports, { policy, shard, mode, now }: Looking): Promise<Looked> {
  const rules = { policy, accountMode: mode, dryRun: true, paused: false };
  const session = await ports.cloud.reader(shard);
  const scan = await scanServers(ports, session, shard, rules, await stoppedIn(ports, shard));
  const costs = await costsOf({ ports, session, shard }, scan.servers);
  const servers = await inParallel(scan.servers, shardsAtOnce, async (scanned) => {
    // Only who postponed it is not in the memory.
    const isPostponed = scanned.seen.memory.postponedTo !== undefined;
    const history = isPostponed ? await ports.ledger.history(scanned.present.arn) : [];
    const judged = judgeServer(scanned, { policy, shard, mode, now, dryRun: true, paused: false, history });
    return { ...rowOf(scanned, judged, { policy, mode }), ...costs.get(scanned.present.arn) };
  });
  return { servers, unread: scan.problems.map((why) => ({ ...shard, why })) };
}

/** Servers that Mayfly stopped: they stay under the rule whatever becomes of their tags. */
async function stoppedIn({ ledger }: Pick<Ports, 'ledger'>, shard: Shard): Promise<string[]> {
  const known = (await ledger.sighted(shard)).filter((arn) => identify(arn)?.type?.needs.stop !== undefined);
  const memories = await ledger.memories(known);
  return known.filter((arn) => memories.get(arn)?.idle?.stopped !== undefined);
}

function rowOf(
  { present, seen }: ScannedServer,
  judged: JudgedServer,
  { policy, mode }: { policy: Policy; mode: Mode },
): IdleServer {
  const { decision, outlook, ...said } = judged;
  const { arn, type, account, region, reason, detail, expiresAt } = decision;
  return {
    arn,
    type,
    account,
    region,
    mode,
    state: seen.server.state,
    ...ownTags(present.tags, policy),
    reason,
    ...(detail !== undefined && { detail }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...said,
    nextStep: outlook.nextStep,
    ...(outlook.on !== undefined && { nextStepOn: outlook.on }),
  };
}
