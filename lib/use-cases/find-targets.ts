import { tagsNamed } from '../core/expiry.ts';
import { matchesIdle } from '../core/idle.ts';
import { isTypeOn, type Mode, type Policy } from '../core/policy.ts';
import { nothingKnown, type Shard } from '../core/resource.ts';
import { inParallel } from '../resource-types/batches.ts';
import { identify, resourceTypes } from '../resource-types/index.ts';
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
import { listTracked } from './list-tracked.ts';
import type { Account, Listed, Ports, Session, SkippedAccount } from './ports.ts';
import { goesDown } from './postpone.ts';

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
  const inShards = await inParallel(shards, shardsAtOnce, (shard) => membersIn(ports, policy, shard, name));
  missing.push(...inShards.flatMap((one) => one.missing));
  const seen = new Set<string>();
  const found: (Shard & Found)[] = [];
  for (const { shard, arns, servers } of inShards) {
    const fresh = arns.filter((arn) => !seen.has(arn));
    for (const arn of fresh) seen.add(arn);
    const { targets, missing: absent } = await describeMembers(ports, shard, fresh, modeIn(known, shard));
    // A server that carries no expiry key is a matter of orders once it is about to be stopped.
    const members = targets.filter(
      (target) => !servers.has(target.resource.arn) || goesDown(target, policy, ports.clock.now()),
    );
    found.push({ ...shard, targets: members, missing: absent });
  }
  const there = found.filter(({ targets, missing: absent }) => targets.length + absent.length > 0);
  const accounts = [...new Set(there.map(({ account }) => account))];
  if (accounts.length === 0) {
    const unread = missing.map(({ arn, why }) => `; ${arn}: ${why}`);
    const what = policy.idle === undefined ? 'nothing with an expiry tag' : 'nothing that expires or goes as idle';
    throw new BadRequest(`${what} carries ${policy.tags.environment}=${name}${unread.join('')}`);
  }
  if (accounts.length > 1) {
    throw new BadRequest(
      `${name} is an environment in several accounts (${accounts.join(', ')}): say which with --account`,
    );
  }
  return {
    targets: found.flatMap(({ targets }) => targets),
    missing: [...missing, ...found.flatMap((one) => one.missing)],
  };
}

/** Accounts and units that could hold more of the environment, as far as a person did not ask for another one. */
function unsearched(skipped: readonly SkippedAccount[], { accounts }: Places): Found['missing'] {
  const isAsked = (id: string) => accounts.length === 0 || accounts.includes(id) || !/^\d{12}$/.test(id);
  return skipped
    .filter(({ id }) => isAsked(id))
    .map(({ id, why }) => ({ arn: id, why: `it could not be searched: ${why}` }));
}

interface Members {
  shard: Shard;
  arns: string[];
  /** Those of them that carry no expiry key. */
  servers: ReadonlySet<string>;
  missing: Missing[];
}

async function membersIn(ports: Ports, policy: Policy, shard: Shard, name: string): Promise<Members> {
  const isOfIt = ({ tags }: Listed) => tagsNamed(tags, [policy.tags.environment])[0]?.[1] === name;
  try {
    const session = await ports.cloud.reader(shard);
    const tracked = await listTracked(ports, session, shard, policy);
    const idle = await serversIn(ports, session, shard, policy);
    const keyed = new Set(tracked.listed.map(({ arn }) => arn));
    const servers = idle.listed.filter((one) => isOfIt(one) && !keyed.has(one.arn)).map(({ arn }) => arn);
    const missing = [...tracked.problems, ...idle.problems].map((why) => ({
      arn: placeOf(shard),
      why: `this shard could be read in part only: ${why}`,
    }));
    const arns = [...tracked.listed.filter(isOfIt).map(({ arn }) => arn), ...servers];
    return { shard, arns, servers: new Set(servers), missing };
  } catch (error) {
    const why = `this shard could not be read: ${(error as Error).message}`;
    return { shard, arns: [], servers: new Set(), missing: [{ arn: placeOf(shard), why }] };
  }
}

/** Servers of the idle rule, which need no expiry tag. That they can't be listed hides nothing of what carries one. */
async function serversIn(
  { inventory }: Pick<Ports, 'inventory'>,
  session: Session,
  shard: Shard,
  policy: Policy,
): Promise<{ listed: Listed[]; problems: string[] }> {
  const { idle } = policy;
  const types = serverTypes.filter((id) => isTypeOn(id, policy));
  if (idle === undefined || types.length === 0) return { listed: [], problems: [] };
  try {
    const { listed, problems } = await inventory.tagged(session, shard, Object.keys(idle.match), types);
    const isServer = ({ arn }: Listed) => types.includes(identify(arn)?.type?.id ?? '');
    return { listed: listed.filter((one) => isServer(one) && matchesIdle(one.tags, idle)), problems };
  } catch (error) {
    return { listed: [], problems: [`servers: ${(error as Error).message}`] };
  }
}

const serverTypes = resourceTypes.filter(({ needs }) => needs.stop !== undefined).map(({ id }) => id);

/** What stands in the place of an ARN where a whole shard is meant. */
function placeOf({ account, region }: Shard): string {
  return `${account}/${region}`;
}
