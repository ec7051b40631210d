import { parseArn, partitionOf } from '../core/arn.ts';
import { idsIn, meaningsOf } from '../core/names.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { ResourceType } from '../resource-types/define.ts';
import { identify, resourceTypes } from '../resource-types/index.ts';
import { copyKeys } from '../resource-types/own-copy.ts';
import { checkCredentials } from './credentials.ts';
import { describeIn } from './describe-targets.ts';
import { noFilters } from './filters.ts';
import { BadRequest } from './find-targets.ts';
import { listShards, type ShardList } from './list-shards.ts';
import type { Ports } from './ports.ts';
import { newestInventory } from './resolve-name.ts';

/** A server that may be had back: one that is there, or one that a copy was made of. */
export interface Restorable extends Shard {
  arn: string;
  type: ResourceType;
  /** In its service. */
  id: string;
  /** The id of the copy that was asked for; absent where its newest one will do. */
  copy?: string;
}

interface Looking extends ShardList {
  ports: Ports;
  policy: Policy;
  /** What could not be looked at, in words. */
  problems: string[];
}

/** What copies are, by kind of ARN. */
const copyKinds = ['ec2:image', 'rds:snapshot', 'rds:cluster-snapshot'];

const servers = resourceTypes.filter(({ needs }) => needs.restore !== undefined);

const shardsAtOnce = 6;

/**
 * Finds what a person means by the ARN, the id or the name of a server, or of a copy of one: by the ledger and the
 * newest sweep, then in every account and region of the policy. Several where it means several. Throws `BadRequest`
 * where nothing is found, naming where it was looked for, and `CouldNotStart` without credentials.
 */
export async function findRestorable(ports: Ports, policy: Policy, text: string): Promise<Restorable[]> {
  await checkCredentials(ports);
  const arn = parseArn(text);
  const places = await listShards(ports, policy, {
    ...noFilters,
    accounts: arn === undefined || arn.account === '' ? [] : [arn.account],
    regions: arn === undefined || arn.region === '' ? [] : [arn.region],
  });
  const looking: Looking = { ...places, ports, policy, problems: [] };
  const found = text.startsWith('arn:') ? await byArn(looking, text) : await byName(looking, text);
  if (found.length > 0) return [...new Map(found.map((one) => [`${one.arn} ${one.copy}`, one])).values()];
  throw new BadRequest(notFound(looking, text));
}

function notFound({ shards, skipped, problems }: Looking, text: string): string {
  const unread = [...skipped.map(({ id, why }) => `${id}: ${why}`), ...problems];
  return [
    `no server and no copy that Mayfly made is called "${text}": looked in the ledger, in the newest sweep, and for `,
    `copies (${copyKeys.copyOf}) in ${shards.length === 1 ? '1 region' : `${shards.length} regions of accounts`}`,
    unread.length === 0 ? '' : `; not looked at: ${unread.join('; ')}`,
  ].join('');
}

async function byArn(looking: Looking, text: string): Promise<Restorable[]> {
  const known = identify(text);
  if (known === undefined) throw new BadRequest(`"${text}" is not an ARN`);
  if (servers.some((type) => type === known.type)) return [serverAt(looking, text)];
  if (copyKinds.includes(known.kind)) return copyAt(looking, text);
  const titles = servers.map(({ title }) => title).join(', ');
  throw new BadRequest(`${known.kind} can't be restored: Mayfly restores servers (${titles}) and copies of them`);
}

/** Throws `BadRequest` where the policy does not cover it. */
function serverAt(looking: Looking, arn: string, copy?: string): Restorable {
  const known = identify(arn);
  if (known?.type === undefined || known.id === undefined || !servers.includes(known.type)) {
    throw new BadRequest(`${copy} is a copy of "${arn}", which is no server that Mayfly could restore`);
  }
  const { account, region } = known.arn;
  if (!covers(looking, { account, region })) {
    const why = looking.skipped.find(({ id }) => id === account)?.why;
    throw new BadRequest(
      `the policy does not cover account ${account} in ${region}${why === undefined ? '' : ` (${why})`}, so ` +
        'nothing is restored there',
    );
  }
  return { arn, type: known.type, id: known.id, account, region, ...(copy !== undefined && { copy }) };
}

function covers({ shards }: ShardList, { account, region }: Shard): boolean {
  return shards.some((shard) => shard.account === account && shard.region === region);
}

/** By the ledger; where that does not know it, by its own tag. */
async function copyAt(looking: Looking, arn: string): Promise<Restorable[]> {
  const of = await copiedFrom(looking, arn);
  if (of !== undefined) return [serverAt(looking, of, idsIn(arn)[0])];
  return inShards(looking, async (shard) => {
    const copy = (await copiesIn(looking, shard)).find((one) => one.arn === arn);
    return copy === undefined ? [] : [serverAt(looking, copy.of, idsIn(arn)[0])];
  });
}

async function copiedFrom({ ports }: Looking, arn: string): Promise<string | undefined> {
  const made = (await ports.ledger.history(arn)).findLast(({ kind }) => kind === 'copied-from');
  return made?.kind === 'copied-from' ? made.of : undefined;
}

async function byName(looking: Looking, text: string): Promise<Restorable[]> {
  const [fromLedger, fromSweep] = await Promise.all([inLedger(looking, text), inSweep(looking, text)]);
  const found = [...fromLedger, ...fromSweep];
  return found.length > 0 ? found : inShards(looking, (shard) => inShard(looking, shard, text));
}

/** An id has one ARN in each account and region, and the ledger tells which of them it ever knew. */
async function inLedger(looking: Looking, text: string): Promise<Restorable[]> {
  const { shards, ports } = looking;
  const arns = [...new Set(shards.flatMap((shard) => arnsFor(text, shard)))];
  const known = await ports.ledger.memories(arns);
  const found = arns.filter((arn) => known.has(arn));
  const restorable = found.map(async (arn): Promise<Restorable[]> => {
    if (servers.some((type) => type === identify(arn)?.type)) return [serverAt(looking, arn)];
    const of = await copiedFrom(looking, arn);
    return of === undefined ? [] : [serverAt(looking, of, text)];
  });
  return (await Promise.all(restorable)).flat();
}

function arnsFor(text: string, { account, region }: Shard): string[] {
  const at = (service: string, owner: string, what: string) =>
    `arn:${partitionOf(region)}:${service}:${region}:${owner}:${what}${text}`;
  const all = [
    at('ec2', account, 'instance/'),
    at('rds', account, 'db:'),
    at('rds', account, 'cluster:'),
    at('ec2', '', 'image/'),
    ...(text.startsWith('mayfly-') ? [at('rds', account, 'snapshot:'), at('rds', account, 'cluster-snapshot:')] : []),
  ];
  return all.filter((arn) => {
    const { kind, id } = identify(arn) ?? {};
    return id !== undefined || (kind !== undefined && /snapshot$/.test(kind));
  });
}

async function inSweep(looking: Looking, text: string): Promise<Restorable[]> {
  try {
    const { plan } = (await newestInventory(looking.ports)) ?? {};
    const { resources, environments } = meaningsOf(text, plan?.decisions ?? []);
    const isServer = ({ type, account, region }: PlannedDecision) =>
      servers.some(({ id }) => id === type) && covers(looking, { account, region });
    const named = resources.filter(isServer);
    // Of an environment one server is restored after the other.
    const some = named.length > 0 ? named : environments.flatMap(({ members }) => members.filter(isServer));
    return some.map(({ arn }) => serverAt(looking, arn));
  } catch (error) {
    looking.problems.push(`the newest sweep can't be read: ${(error as Error).message}`);
    return [];
  }
}

/** A shard that can't be read is named, and the others are looked at. */
async function inShards(looking: Looking, look: (shard: Shard) => Promise<Restorable[]>): Promise<Restorable[]> {
  const found = await inParallel(looking.shards, shardsAtOnce, async (shard) => {
    try {
      return await look(shard);
    } catch (error) {
      if (error instanceof BadRequest) throw error;
      looking.problems.push(`${shard.account}/${shard.region}: ${(error as Error).message}`);
      return [];
    }
  });
  return found.flat();
}

interface TaggedCopy {
  arn: string;
  of: string;
  name: string | undefined;
}

/** What its own tag calls a copy of a server of this shard: a copy is made nowhere else. */
async function copiesIn({ ports }: Looking, shard: Shard): Promise<TaggedCopy[]> {
  const session = await ports.cloud.reader(shard);
  const { listed } = await ports.inventory.tagged(session, shard, [copyKeys.copyOf], copyKinds);
  return listed.flatMap(({ arn, tags }) => {
    const of = tags[copyKeys.copyOf] ?? '';
    const { type, arn: { account, region } = shard } = identify(of) ?? {};
    const isHere = account === shard.account && region === shard.region;
    return isHere && servers.some((one) => one === type) ? [{ arn, of, name: tags['Name'] }] : [];
  });
}

async function inShard(looking: Looking, shard: Shard, text: string): Promise<Restorable[]> {
  const copies = await copiesIn(looking, shard);
  const isCopy = ({ arn }: TaggedCopy) => copyKinds.includes(identify(arn)?.kind ?? '') && idsIn(arn)[0] === text;
  const named = copies.filter(({ of, name }) => name === text || idsIn(of)[0] === text);
  const found = [
    ...copies.filter(isCopy).map(({ of }) => serverAt(looking, of, text)),
    ...named.map(({ of }) => serverAt(looking, of)),
  ];
  return found.length > 0 ? found : alive(looking, shard, text);
}

/** A server that no sweep has seen yet. */
async function alive(looking: Looking, shard: Shard, text: string): Promise<Restorable[]> {
  const arns = arnsFor(text, shard).filter((arn) => servers.some((type) => type === identify(arn)?.type));
  const found = arns.map(async (arn): Promise<Restorable[]> => {
    const server = serverAt(looking, arn);
    const [description] = await describeIn(looking.ports, shard, server.type, [server.id]);
    if (description?.kind === 'unreadable') looking.problems.push(`${arn}: ${description.why}`);
    return description?.kind === 'present' ? [server] : [];
  });
  return (await Promise.all(found)).flat();
}
