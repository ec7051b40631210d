import type { GuardDecision } from '../core/guard.ts';
import { scopeIn } from '../core/guard-memory.ts';
import type { GuardMessage } from '../core/guard-message.ts';
import { inParallel } from '../resource-types/batches.ts';
import { type GuardedAccount, type GuardPolicy, type Looked, lookAtAccount } from './guard-look.ts';
import { releaseAccount } from './guard-release.ts';
import { carryOut, type StageDone } from './guard-stage.ts';
import { messageOf, tellGuard, tellingOf } from './guard-tell.ts';
import type { AccountOfRun } from './guarded-accounts.ts';
import type { Gate, Ports } from './ports.ts';

/** What the guard does in one run. */
export interface GuardRun {
  run: string;
  isPaused: boolean;
  accounts: readonly AccountOfRun[];
  /** Of the run: its lease, the pause switch and the account's mode, read together. */
  gate: (account: string) => Promise<Gate>;
}

export interface Guarded {
  /** What was told, or would have been where nobody is to be told. */
  messages: GuardMessage[];
  problems: string[];
}

const accountsAtOnce = 4;

/**
 * Looks at every account, does what is due there, and tells people. One account that fails is named and holds up no
 * other. Never throws.
 */
export async function guardAccounts(ports: Ports, policy: GuardPolicy, guardRun: GuardRun): Promise<Guarded> {
  const all = await inParallel(guardRun.accounts, accountsAtOnce, async ({ id, load }): Promise<Guarded> => {
    try {
      return await guardAccount(ports, policy, await load(), guardRun);
    } catch (error) {
      const why = (error as Error).message;
      return { messages: [], problems: [`the cost guard could not look after account ${id}: ${why}`] };
    }
  });
  return { messages: all.flatMap(({ messages }) => messages), problems: all.flatMap(({ problems }) => problems) };
}

async function guardAccount(
  ports: Ports,
  policy: GuardPolicy,
  guarded: GuardedAccount,
  guardRun: GuardRun,
): Promise<Guarded> {
  const { run, isPaused } = guardRun;
  const looked = await lookAtAccount(ports, policy, guarded, { run, isPaused, isKept: true });
  const result: Guarded = { messages: [], problems: [] };
  for (const decision of looked.decisions) {
    const done = await act(ports, policy, { guarded, guardRun, decision, looked });
    if (!decision.isNews && !cameToSomething(done)) continue;
    const message = messageOf(ports, await tellingOf(ports, policy, { guarded, looked, decision, done }));
    result.messages.push(message);
    result.problems.push(...(done?.problems ?? []), ...(await tellGuard(ports, message)));
  }
  return result;
}

/** A release that is tried each hour tells each hour only what it takes back. */
function cameToSomething(done: StageDone | undefined): boolean {
  if (done?.deed.kind !== 'release') return done !== undefined;
  const { isFinished, parts, differs } = done.deed;
  return isFinished || parts.length + differs.length > 0;
}

interface Acting {
  guarded: GuardedAccount;
  guardRun: GuardRun;
  decision: GuardDecision;
  looked: Looked;
}

async function act(
  ports: Ports,
  policy: GuardPolicy,
  { guarded, guardRun, decision, looked }: Acting,
): Promise<StageDone | undefined> {
  const { account, environment, action, reason } = decision;
  if (action === 'release') {
    // One decision for the account; its environments say the same.
    if (environment !== undefined) return undefined;
    // The next sweep tries again: to wait here would keep other accounts from being looked at.
    return releaseAccount(ports, policy, { account, patience: 0, ...(guarded.isGone && { isGone: true }) });
  }
  if (action !== 'freeze' && action !== 'stop') return undefined;
  const isApproved = reason.endsWith('-approved') || scopeIn(looked.memory, environment).begun?.by !== undefined;
  return carryOut(ports, policy, {
    account,
    ...(environment !== undefined && { environment }),
    stage: action,
    run: guardRun.run,
    shards: guarded.shards,
    obstacle: async () => {
      const gate = await guardRun.gate(account);
      return gate === 'open' || (isApproved && gate === 'account-observed') ? undefined : closed[gate];
    },
  });
}

const closed: Readonly<Record<Exclude<Gate, 'open'>, string>> = {
  paused: 'Mayfly was paused meanwhile: the rest was left as it is',
  'lease-lost': 'another run has taken over: it goes on with the rest',
  'account-observed': 'the account was lowered to observe meanwhile: the rest is for an admin',
};
