import type { GuardMessage } from '../core/guard-message.ts';
import type { Policy } from '../core/policy.ts';
import { BadRequest } from './find-targets.ts';
import { type GuardedAccount, type GuardPolicy, lookAtAccount } from './guard-look.ts';
import { releaseAccount } from './guard-release.ts';
import { carryOut } from './guard-stage.ts';
import { messageOf, type Telling, tellGuard, tellingOf } from './guard-tell.ts';
import { accountsNow } from './guarded-accounts.ts';
import { CouldNotStart } from './lease.ts';
import type { Ports } from './ports.ts';
import type { GuardOrder } from './ports-guard.ts';

/**
 * Does what a person decided, at once: a stage after a fresh look of its own, a release in any case. Tells the channel,
 * and gives what it told with what could not be told among its problems. Throws, before anything was changed, where the
 * policy has no guard or does not name the account.
 */
export async function giveGuardOrder(ports: Ports, policy: Policy, order: GuardOrder): Promise<GuardMessage> {
  const guarding = guardedBy(policy);
  const told = order.kind === 'release' ? await release(ports, guarding, order) : await stage(ports, guarding, order);
  const message = messageOf(ports, { ...told, by: order.by });
  const untold = await tellGuard(ports, message);
  return { ...message, problems: [...message.problems, ...untold] };
}

/** Throws where the policy has no guard. */
export function guardedBy(policy: Policy): GuardPolicy {
  const { guard } = policy;
  if (guard !== undefined) return { ...policy, guard };
  throw new BadRequest('the policy has no guard block, so nothing is guarded: add one with the accounts and limits');
}

/** What an account that the policy does not sweep any more was made of is taken back all the same. */
async function release(ports: Ports, policy: GuardPolicy, { account, by }: GuardOrder): Promise<Telling> {
  const before = await ports.ledger.guardMemory(account);
  if (Object.keys(before.scopes).length === 0 && Object.keys(before.parts).length === 0) {
    throw new BadRequest(`the guard has done nothing in account ${account}: there is nothing to release`);
  }
  const { deed, problems } = await releaseAccount(ports, policy, { account, by });
  const memory = await ports.ledger.guardMemory(account);
  return { account: { id: account, mode: policy.mode }, memory, reason: 'released', deed, problems };
}

async function stage(ports: Ports, policy: GuardPolicy, order: GuardOrder): Promise<Telling> {
  const { account, environment, kind, by } = order;
  if (kind === 'release') throw new BadRequest('a release is no stage');
  const guarded = await lookNow(ports, policy, account);
  const of = environment === undefined ? {} : { environment };
  await ports.ledger.recordGuard(account, [{ kind: 'guard-approved', stage: kind, by, ...of }], ports.clock.now());
  const run = ports.newId('run');
  const looked = await lookAtAccount(ports, policy, guarded, { run, isPaused: false, isKept: false });
  const decision = looked.decisions.find((one) => one.environment === environment);
  if (decision === undefined) {
    const problems = ['the guard knows no such environment there'];
    return { account: guarded.account, ...of, memory: looked.memory, reason: 'account-unread', problems };
  }
  const { shards } = guarded;
  const isDue = decision.action === kind;
  const done = isDue
    ? await carryOut(ports, policy, { account, ...of, stage: kind, run, shards, obstacle: () => pausedNow(ports) })
    : undefined;
  return tellingOf(ports, policy, { guarded, looked, decision, done });
}

/** What could keep it from being done is said before anything is looked at. */
async function lookNow(ports: Ports, policy: GuardPolicy, account: string): Promise<GuardedAccount> {
  if (!Object.hasOwn(policy.guard.accounts, account)) {
    throw new BadRequest(
      `guard.accounts of the policy does not name account ${account}: nothing is frozen or stopped there`,
    );
  }
  const obstacle = await pausedNow(ports);
  if (obstacle !== undefined) throw new CouldNotStart(`${obstacle}; resume Mayfly, then decide again`);
  const { guarded } = await accountsNow(ports, policy, [account]);
  const found = guarded.find((one) => one.account.id === account);
  if (found === undefined) throw new CouldNotStart(`account ${account} is not among those of the policy`);
  return found;
}

async function pausedNow({ ledger }: Pick<Ports, 'ledger'>): Promise<string | undefined> {
  return (await ledger.pausedUntil()) === undefined ? undefined : 'Mayfly is paused: nothing more was changed';
}
