import type { Finding } from '../adapters/slack/examine.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import type { Ports } from '../use-cases/ports.ts';
import type { FreezeOutlook } from '../use-cases/ports-guard.ts';
import type { Skipped } from './doctor-slack.ts';

/** Looks at everything that a freeze and a stop need, where the policy has a guard. Changes nothing. */
export async function findingsOfGuard(
  { cloud, controlPolicies }: Pick<Ports, 'cloud' | 'controlPolicies'>,
  { guard, organization }: Pick<Policy, 'guard' | 'organization'>,
  account: string,
  shards: readonly Shard[],
): Promise<(Finding | Skipped)[]> {
  if (guard === undefined) return [];
  const named = Object.keys(guard.accounts);
  if (named.length === 0) {
    return [{ what: 'guard', found: 'guard.accounts names no account: it only tells', isGood: true }];
  }
  const hub = organization?.hub ?? account;
  const freezing =
    account === hub
      ? await findingsOfFreeze(controlPolicies, guard.scp, account, named)
      : [{ what: 'freezing', skipped: `the hub ${hub} does it, and these credentials belong to ${account}` }];
  const stopping = await Promise.all(named.map((id) => findingOfRole(cloud, id, shards)));
  return [...freezing, ...stopping];
}

async function findingsOfFreeze(
  controlPolicies: Ports['controlPolicies'],
  scp: string,
  account: string,
  named: readonly string[],
): Promise<Finding[]> {
  const what = 'freezing';
  try {
    const outlook = await controlPolicies.mayFreeze(scp);
    const bound = named.includes(outlook.management)
      ? [{ what: `freezing ${outlook.management}`, found: unbound, isGood: false }]
      : [];
    return [{ what, found: outlookInWords(outlook, scp, account), isGood: true }, ...bound];
  } catch (error) {
    return [{ what, found: (error as Error).message, isGood: false }];
  }
}

const unbound =
  'it is the management account, which no service control policy binds: a freeze sets the maximum of its Auto ' +
  'Scaling groups, and denies nothing';

const policyIs: Readonly<Record<FreezeOutlook['policy'], string>> = {
  missing: 'is made with the first freeze',
  current: 'is there',
  outdated: 'is there, and is brought up to date with the next freeze',
};

function outlookInWords({ management, policy }: FreezeOutlook, scp: string, account: string): string {
  const found = `the service control policy ${scp} ${policyIs[policy]}`;
  if (management === account) return found;
  return `${found}; ${account} is not the management account, so whether it may attach it shows with the first freeze`;
}

/** Assumes the role, and does nothing with it. */
async function findingOfRole(cloud: Ports['cloud'], account: string, shards: readonly Shard[]): Promise<Finding> {
  const what = `capping and stopping in ${account}`;
  const shard = shards.find((one) => one.account === account);
  if (shard === undefined) {
    return { what, found: 'guard.accounts names it, and no sweep looks at it: add it to accounts', isGood: false };
  }
  try {
    await cloud.guard(shard);
    return { what, found: 'its role can be assumed', isGood: true };
  } catch (error) {
    return { what, found: (error as Error).message, isGood: false };
  }
}
