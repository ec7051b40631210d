import { accountName, type Policy } from '../core/policy.ts';
import { type Guarded, guardAccounts } from './guard-accounts.ts';
import { accountsOfRun } from './guarded-accounts.ts';
import type { ShardList } from './list-shards.ts';
import type { Account, Ports, SkippedAccount } from './ports.ts';
import { loadShards, type RunMessage } from './sweep-steps.ts';

/**
 * Looks after what all accounts burn, by what the scans of this run saw, and does what is due. Throws where the run
 * store or the list of guarded accounts can't be read.
 */
export async function guardStep(
  ports: Ports,
  policy: Policy,
  message: RunMessage,
): Promise<{ told: number; problems: string[] }> {
  const shards = await loadShards(ports, message.run);
  const skipped = ((await ports.runStore.load(message.run, 'skipped')) ?? []) as SkippedAccount[];
  const modes = new Map(shards.map(({ account, mode }) => [account, mode]));
  const unlisted = skipped.filter(({ id, isInactive }) => /^\d{12}$/.test(id) && !isInactive && !modes.has(id));
  const accounts: Account[] = [
    ...[...modes].map(([id, mode]) => ({ id, mode, ...nameIn(policy, id) })),
    ...unlisted.map(({ id }) => ({ id, mode: 'observe' as const, ...nameIn(policy, id) })),
  ];
  const { messages, problems } = await guardListed(ports, policy, message, { accounts, shards, skipped });
  return { told: messages.length, problems };
}

function nameIn(policy: Policy, id: string): { name?: string } {
  const name = accountName(policy, id);
  return name === undefined ? {} : { name };
}

/** The same for accounts that are listed already. Without a guard in the policy it does nothing. */
export async function guardListed(
  ports: Ports,
  policy: Policy,
  { run, fence, paused }: Omit<RunMessage, 'startedAt'>,
  list: ShardList,
): Promise<Guarded> {
  const { guard } = policy;
  if (guard === undefined) return { messages: [], problems: [] };
  return guardAccounts(
    ports,
    { ...policy, guard },
    {
      run,
      isPaused: paused,
      accounts: await accountsOfRun(ports, run, list),
      gate: (account) => ports.ledger.gate(run, fence, account),
    },
  );
}
