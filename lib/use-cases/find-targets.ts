import { tagsNamed } from '../core/expiry.ts';
import type { Mode, Policy } from '../core/policy.ts';
import { nothingKnown, type Shard } from '../core/resource.ts';
import { inParallel } from '../resource-types/batches.ts';
import { identify } from '../resource-types/index.ts';
import { checkCredentials } from './credentials.ts';
import {
  absence,
  describeIn,
  describeMembers,
  type Found,
  type Missing,
  strangerIn,
  toTarget,
  unreadable,
} from './describe-targets.ts';
import { noFilters } from './filters.ts';
import { listShards } from './list-shards.ts';
import type { Account, Ports, SkippedAccount } from './ports.ts';
import { listTracked } from './scan-shard.ts';

/** The request can't be understood as it stands; the message says what would be. */
export class BadRequest extends Error {
  override name = 'BadRequest';
}

export type { Found, FoundTarget, Missing } from './describe-targets.ts';

/**
 * Finds what a person means by an ARN or the name of an environment. Throws `BadRequest` for an ARN of no known type,
 * for a name that nothing carries, and for one that several accounts carry; `CouldNotStart` without credentials.
 */
export async function findTargets(ports: Ports, policy: Policy, name: string, account?: string): Promise<Found> {
  await checkCredentials(ports);
  const filters = { ...noFilters, accounts: account === undefined ? [] : [account] };
  return name.startsWith('arn:')
    ? findArn(ports, policy, name, filters)
    : findEnvironment(ports, policy, name, filters);
}

/** Resources that are known by their ARNs and shards. */
export type Listing = Shard & { arn: string };

const shardsAtOnce = 6;

/**
 * Finds resources whose shards are known, such as those of a plan or a notice, in batches per shard and type. Throws
 * `CouldNotStart` without credentials; what the policy does not cover any more is missing.
 */
export async function findListed(ports: Ports, policy: Policy, listings: readonly Listing[]): Promise<Found> {
  await checkCredentials(ports);
  const { shards, skipped, accounts } = await listShards(ports, policy, {
    ...noFilters,
    accounts: [...new Set(listings.map(({ account }) => account))],
    regions: [...new Set(listings.map(({ region }) => region))],
  });
  const byShard = Map.groupBy(listings, placeOf);
  const found = await inParallel([...byShard], shardsAtOnce, ([place, some]): Promise<Found> => {
    const shard = shards.find((one) => placeOf(one) === place);
    const arns = [...new Set(some.map(({ arn }) => arn))];
    if (shard !== undefined) return describeMembers(ports, shard, arns, modeIn(accounts, shard));
    const [first] = some;
    const because = skipped.find(({ id }) => id === first?.account)?.why ?? 'the policy does not cover it now';
    const why = `${place} is not looked at: ${because}`;
    return Promise.resolve({ targets: [], missing: arns.map((arn) => ({ arn, why })) });
  });
  return { targets: found.flatMap(({ targets }) => targets), missing: found.flatMap(({ missing }) => missing) };
}

type Places = Parameters<typeof listShards>[2];

async function findArn(ports: Ports, policy: Policy, text: string, filters: Places): Promise<Found> {
  const known = identify(text);
  if (known === undefined) throw new BadRequest(`"${text}" is not an ARN`);
  const { arn, type, id } = known;
  if (type === undefined || id === undefined) {
    throw new BadRequest(`Mayfly does not know the type ${known.kind}; mayfly types lists those that it knows`);
  }
  const { shards, skipped, accounts } = await listShards(ports, policy, filters);
  const places = shards.filter(
    (shard) =>
      (arn.account === '' || arn.account === shard.account) && (arn.region === '' || arn.region === shard.region),
  );
  if (places.length === 0) {
    const why = skipped.map((one) => `${one.id} ${one.why}`).join('; ');
    throw new BadRequest(
      `the policy does not cover account ${arn.account} in ${arn.region}${why === '' ? '' : ` (${why})`}`,
    );
  }
  let last: Omit<Missing, 'arn'> = { why: `${type.title} ${id} does not exist`, state: 'gone' };
  for (const shard of places) {
    const [description] = await describeIn(ports, shard, type, [id]).catch((error: Error) => [unreadable(id, error)]);
    if (description?.kind === 'unreadable' || description?.kind === 'leaving') last = absence(description);
    if (description?.kind !== 'present') continue;
    const stranger = strangerIn(description);
    if (stranger !== undefined) last = { why: `${type.title} ${id} belongs to ${stranger}` };
    if (stranger !== undefined) continue;
    // A sweep asks the ledger for the ARN that the service shows, which may not be the one that was typed.
    const memories = await ports.ledger.memories([description.arn]);
    const memory = memories.get(description.arn) ?? nothingKnown;
    const mode = modeIn(accounts, shard);
    return { targets: [toTarget(description.arn, type, { shard, present: description, memory, mode })], missing: [] };
  }
  return { targets: [], missing: [{ arn: text, ...last }] };
}

function modeIn(accounts: readonly Account[], shard: Shard): Mode {
  return accounts.find(({ id }) => id === shard.account)?.mode ?? 'observe';
}

async function findEnvironment(ports: Ports, policy: Policy, name: string, filters: Places): Promise<Found> {
  const { shards, skipped, accounts: known } = await listShards(ports, policy, filters);
  const missing = unsearched(skipped, filters);
  const inShards = await inParallel(shards, 6, (shard) => membersIn(ports, policy, shard, name));
  const accounts = [...new Set(inShards.filter(({ arns }) => arns.length > 0).map(({ shard }) => shard.account))];
  missing.push(...inShards.flatMap((one) => one.missing));
  if (accounts.length === 0) {
    const unread = missing.map(({ arn, why }) => `; ${arn}: ${why}`);
    throw new BadRequest(`nothing with an expiry tag carries ${policy.tags.environment}=${name}${unread.join('')}`);
  }
  if (accounts.length > 1) {
    throw new BadRequest(
      `${name} is an environment in several accounts (${accounts.join(', ')}): say which with --account`,
    );
  }
  const found: Found = { targets: [], missing };
  const seen = new Set<string>();
  for (const { shard, arns } of inShards) {
    const fresh = arns.filter((arn) => !seen.has(arn));
    for (const arn of fresh) seen.add(arn);
    const some = await describeMembers(ports, shard, fresh, modeIn(known, shard));
    found.targets.push(...some.targets);
    found.missing.push(...some.missing);
  }
  return found;
}

/** Accounts and units that could hold more of the environment, as far as a person did not ask for another one. */
function unsearched(skipped: readonly SkippedAccount[], { accounts }: Places): Found['missing'] {
  const isAsked = (id: string) => accounts.length === 0 || accounts.includes(id) || !/^\d{12}$/.test(id);
  return skipped
    .filter(({ id }) => isAsked(id))
    .map(({ id, why }) => ({ arn: id, why: `it could not be searched: ${why}` }));
}

async function membersIn(ports: Ports, policy: Policy, shard: Shard, name: string) {
  try {
    const session = await ports.cloud.reader(shard);
    const { listed, problems } = await listTracked(ports, session, shard, policy);
    const members = listed.filter(({ tags }) => tagsNamed(tags, [policy.tags.environment])[0]?.[1] === name);
    const missing = problems.map((why) => ({
      arn: placeOf(shard),
      why: `this shard could be read in part only: ${why}`,
    }));
    return { shard, arns: members.map(({ arn }) => arn), missing };
  } catch (error) {
    const why = `this shard could not be read: ${(error as Error).message}`;
    return { shard, arns: [], missing: [{ arn: placeOf(shard), why }] };
  }
}

/** What stands in the place of an ARN where a whole shard is meant. */
function placeOf({ account, region }: Shard): string {
  return `${account}/${region}`;
}
