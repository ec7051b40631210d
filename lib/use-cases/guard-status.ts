import { limitsOf } from '../core/guard.ts';
import type { Burn } from '../core/guard-burn.ts';
import { type GuardMemory, scopeIn } from '../core/guard-memory.ts';
import type { Part } from '../core/guard-parts.ts';
import type { Projection } from '../core/guard-projection.ts';
import type { GuardStage } from '../core/guard-reasons.ts';
import type { Threshold } from '../core/guard-triggers.ts';
import type { Usual } from '../core/guard-usual.ts';
import type { Policy } from '../core/policy.ts';
import type { Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { decided, type GuardedAccount, type GuardPolicy } from './guard-look.ts';
import { guardedBy } from './guard-order.ts';
import { accountsNow } from './guarded-accounts.ts';
import type { Ports } from './ports.ts';

/** What the guard sees of one account, or one environment of it, at this moment. */
interface ScopeStatus {
  stage: GuardStage;
  /** Absent where it could not be read. */
  burn?: Burn;
  usual?: Usual;
  projection?: Projection;
  limits: Threshold;
}

export interface AccountStatus extends ScopeStatus {
  account: string;
  name?: string;
  environments: readonly (ScopeStatus & { environment: string })[];
  /** What the guard has changed and not taken back. */
  parts: readonly Part[];
  isReleasing: boolean;
  /** What the last release could not bring back as it was. */
  differs: GuardMemory['differs'];
  /** What could not be read, in words. */
  problems: readonly string[];
}

export interface GuardStatus {
  at: Instant;
  accounts: readonly AccountStatus[];
  problems: readonly string[];
}

const accountsAtOnce = 4;

/** Looks at accounts, all of the policy's where none is named. Changes nothing and writes nothing. */
export async function guardStatus(
  ports: Ports,
  policy: Policy,
  { accounts = [] }: { accounts?: readonly string[] } = {},
): Promise<GuardStatus> {
  const guarding = guardedBy(policy);
  const { guarded, skipped } = await accountsNow(ports, policy, accounts);
  const all = await inParallel(guarded, accountsAtOnce, (one) => statusOf(ports, guarding, one));
  const missed = skipped.filter(({ id }) => !guarded.some(({ account }) => account.id === id));
  return {
    at: ports.clock.now(),
    accounts: all,
    problems: missed.map(({ id, why }) => `${id} was not looked at: ${why}`),
  };
}

async function statusOf(ports: Ports, policy: GuardPolicy, guarded: GuardedAccount): Promise<AccountStatus> {
  const { id, name } = guarded.account;
  const [memory, seen] = await Promise.all([ports.ledger.guardMemory(id), ports.ledger.guardSeen(id)]);
  const around = { run: ports.newId('run'), isPaused: false, isKept: false };
  const { step, at } = await decided(ports, policy, { guarded, around, memory, seen });
  const scopes = step.decisions.map(({ environment, burn, look }) => ({
    environment,
    status: {
      stage: scopeIn(memory, environment).stage,
      ...(burn && { burn }),
      ...(look?.usual && { usual: look.usual }),
      ...(look && { projection: look.projection }),
      limits: limitsOf(policy.guard, id, environment),
    } satisfies ScopeStatus,
  }));
  const own = scopes.find(({ environment }) => environment === undefined)?.status;
  return {
    account: id,
    ...(name !== undefined && { name }),
    ...(own ?? { stage: 'none', limits: limitsOf(policy.guard, id, undefined) }),
    environments: scopes.flatMap(({ environment, status }) =>
      environment === undefined ? [] : [{ environment, ...status }],
    ),
    parts: Object.values(memory.parts),
    isReleasing: memory.releasing !== undefined,
    differs: memory.differs,
    problems: at.unread,
  };
}
