import { decideGuard, type GuardDecision, type GuardStep } from '../core/guard.ts';
import { type Burn, burnOf, repricing, type Standing } from '../core/guard-burn.ts';
import type { AccountLook } from '../core/guard-due.ts';
import type { GuardMemory } from '../core/guard-memory.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { inParallel } from '../resource-types/batches.ts';
import { isTransient } from '../resource-types/removal-errors.ts';
import { loadStanding, type ShardStanding } from './guard-standing.ts';
import type { Account, Ports } from './ports.ts';
import type { GuardSeen } from './ports-guard.ts';

export type GuardPolicy = Policy & { guard: NonNullable<Policy['guard']> };

/** One account as a run, or a person's order, looks at it. */
export interface GuardedAccount {
  account: Account;
  /** Its regions that are looked at; none where it is not among the policy's accounts any more. */
  shards: readonly Shard[];
  /** What stands in each of the shards. */
  seen: readonly { shard: Shard; standing: ShardStanding }[];
  /** Organizations says that it has left, or is closed. */
  isGone?: true;
}

/** What a look is part of. */
export interface LookAround {
  /** The id of the sweep, or of a person's order. */
  run: string;
  isPaused: boolean;
  /** What the run saw is kept in the run store; that of an order is not. */
  isKept: boolean;
}

/** What a look has decided, as it stands in the ledger now. */
export interface Looked {
  decisions: readonly GuardDecision[];
  memory: GuardMemory;
  at: AccountLook;
}

const shardsAtOnce = 8;

/**
 * Looks at one account, decides, and writes down what of it is to be remembered before anything is done. Throws where
 * the ledger can't be read or written: then nothing is known, and nothing is done.
 */
export async function lookAtAccount(
  ports: Ports,
  policy: GuardPolicy,
  guarded: GuardedAccount,
  around: LookAround,
): Promise<Looked> {
  const { ledger, clock } = ports;
  const id = guarded.account.id;
  const [memory, seen] = await Promise.all([ledger.guardMemory(id), ledger.guardSeen(id)]);
  const { step, at } = await decided(ports, policy, { guarded, around, memory, seen });
  const after = step.events.length === 0 ? memory : await ledger.recordGuard(id, step.events, clock.now());
  const isUnchanged = JSON.stringify(step.seen) === JSON.stringify(seen.scopes);
  const run = around.isKept ? around.run : seen.run;
  if (!isUnchanged) await ledger.keepGuardSeen(id, { scopes: step.seen, ...(run !== undefined && { run }) });
  return { decisions: step.decisions, memory: after, at };
}

/** What a look would decide; nothing is written. Throws where prices can't be loaded. */
export async function decided(
  ports: Pick<Ports, 'clock' | 'cloud' | 'prices' | 'runStore'>,
  policy: GuardPolicy,
  what: { guarded: GuardedAccount; around: LookAround; memory: GuardMemory; seen: GuardSeen },
): Promise<{ step: GuardStep; at: AccountLook }> {
  const { guarded, around, memory, seen } = what;
  const { guard, expiry } = policy;
  const pricesVersion = (await ports.prices()).version?.() ?? 'fixed';
  const before = Object.values(seen.scopes)[0];
  const isRepriced = before !== undefined && before.pricesVersion !== pricesVersion;
  const changed = isRepriced ? await repricedBy(ports, guarded, seen.run) : undefined;
  const sweep = {
    id: around.run,
    pricesVersion,
    ...(changed !== undefined && { repricing: changed }),
    firstScan: before === undefined,
    isPaused: around.isPaused,
    timeZone: expiry.timeZone,
  };
  const now = ports.clock.now();
  const decide = (at: AccountLook) => decideGuard(memory, seen.scopes, at, guard, now, sweep);
  const at: AccountLook = { ...accountLook(guarded), hasRole: true };
  const step = decide(at);
  // The role is asked for only where something might be done with it.
  if (!step.decisions.some(needsRole) || (await hasRole(ports, guarded))) return { step, at };
  const without = { ...at, hasRole: false };
  return { step: decide(without), at: without };
}

function needsRole({ action, offers }: GuardDecision): boolean {
  return action === 'freeze' || action === 'stop' || offers !== undefined;
}

async function hasRole({ cloud }: Pick<Ports, 'cloud'>, { shards }: GuardedAccount): Promise<boolean> {
  const [shard] = shards;
  if (shard === undefined) return false;
  return cloud.guard(shard).then(
    () => true,
    // AWS's own faults say nothing about the role: whoever uses it is told what they were.
    ({ cause }: Error) => isTransient(cause),
  );
}

/** What was read of an account. Where nothing at all was, nothing is known of what it burns. */
function accountLook({ account, seen, isGone }: GuardedAccount): Omit<AccountLook, 'hasRole'> {
  const unread = seen.flatMap(({ shard: { region }, standing: { problems } }) =>
    problems.map((why) => `${region}: ${why}`),
  );
  const burns = burnsIn(seen);
  const about = { account: account.id, isGone: isGone ?? false, unread, mode: account.mode };
  return burns === undefined ? about : { ...about, burns };
}

function burnsIn(seen: GuardedAccount['seen']): Burn[] | undefined {
  const isRead = ({ standing: { standing, problems } }: GuardedAccount['seen'][number]) =>
    standing.length > 0 || problems.length === 0;
  return seen.some(isRead) ? burnOf(standingOf(seen)) : undefined;
}

function standingOf(seen: GuardedAccount['seen']): Standing[] {
  return seen.flatMap(({ standing }) => standing.standing);
}

/** By what the run before saw, of what stands there still; not known where that is not kept any more. */
async function repricedBy(
  ports: Pick<Ports, 'runStore'>,
  { shards, seen }: GuardedAccount,
  run: string | undefined,
): Promise<number | undefined> {
  if (run === undefined) return undefined;
  const before = await inParallel(shards, shardsAtOnce, (shard) => loadStanding(ports, run, shard));
  return repricing(
    before.flatMap(({ standing }) => standing),
    standingOf(seen),
  );
}
