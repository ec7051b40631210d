import { tagsNamed } from '../core/expiry.ts';
import type { Shard } from '../core/resource.ts';
import type { Inventory, Listed, Session } from '../use-cases/ports.ts';

/** DescribeTags takes 200 values a filter and gives 1,000 rows a page. */
const idsPerFilter = 200;
const rowsPerPage = 1000;

type Ec2Rows = Map<string, { arn: string; tags: Record<string, string> }>;

/** Lists through the tagging API, and through EC2's own tag listing, which is fresher and knows more of EC2. */
export const awsInventory: Inventory = {
  async tagged(session, shard, keys, types) {
    const spellings = await spellingsInUse(session, keys);
    const [fromTagging, fromEc2] = await Promise.all([
      listBySpelling(session, spellings, types),
      describeTags(session, shard, [
        { Name: 'key', Values: [...new Set([...keys, ...spellings])] },
        ...ec2TypesOf(types),
      ]).catch(String),
    ]);
    if (typeof fromEc2 === 'string') return { listed: fromTagging, problems: [`ec2:DescribeTags: ${fromEc2}`] };
    const known = new Set(fromTagging.map(({ arn }) => arn));
    const fresh = fromTagging.flatMap((listed) => freshened(listed, fromEc2, keys));
    const more = await withAllTags(
      session,
      shard,
      [...fromEc2.values()].filter(({ arn }) => !known.has(arn)),
    );
    return { listed: [...fresh, ...more], problems: [] };
  },

  withTag: (session, key, value) => getResources(session, [{ Key: key, Values: [value] }]),
};

/** Where none of the types is EC2's, a filter that nothing passes keeps its listing empty. */
function ec2TypesOf(types: readonly string[] | undefined): { Name: string; Values: string[] }[] {
  if (types === undefined) return [];
  const words = types.flatMap((type) => (type.startsWith('ec2:') ? [type.slice('ec2:'.length)] : []));
  return [{ Name: 'resource-type', Values: words.length === 0 ? ['none'] : words }];
}

/** Keys are matched in any case by us; AWS's filters are exact, so the spellings in use are asked for first. */
async function spellingsInUse(session: Session, keys: readonly string[]): Promise<string[]> {
  const sdk = await import('./sdk/tagging.ts');
  const client = session.source(sdk.ResourceGroupsTaggingAPIClient);
  const wanted = new Set(keys.map((key) => key.toLowerCase()));
  const spellings: string[] = [];
  for await (const { TagKeys = [] } of sdk.paginateGetTagKeys({ client }, {})) {
    spellings.push(...TagKeys.filter((key) => wanted.has(key.toLowerCase())));
  }
  return spellings;
}

/** Two keys in one filter would mean both; each spelling is asked for alone. */
async function listBySpelling(
  session: Session,
  spellings: readonly string[],
  types: readonly string[] | undefined,
): Promise<Listed[]> {
  const pages = await Promise.all(spellings.map((Key) => getResources(session, [{ Key }], types)));
  return [...new Map(pages.flat().map((listed) => [listed.arn, listed])).values()];
}

async function getResources(
  session: Session,
  TagFilters: { Key: string; Values?: string[] }[],
  types?: readonly string[],
): Promise<Listed[]> {
  const sdk = await import('./sdk/tagging.ts');
  const client = session.source(sdk.ResourceGroupsTaggingAPIClient);
  const listed: Listed[] = [];
  const input = { TagFilters, ResourcesPerPage: 100, ...(types && { ResourceTypeFilters: [...types] }) };
  for await (const { ResourceTagMappingList = [] } of sdk.paginateGetResources({ client }, input)) {
    for (const { ResourceARN, Tags = [] } of ResourceTagMappingList) {
      if (ResourceARN === undefined) continue;
      listed.push({ arn: ResourceARN, tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])) });
    }
  }
  return listed;
}

/** EC2's rows by ARN. Snapshot and image ARNs carry no account. */
async function describeTags(
  session: Session,
  shard: Shard,
  Filters: { Name: string; Values: string[] }[],
): Promise<Ec2Rows> {
  const sdk = await import('./sdk/ec2-tags.ts');
  const client = session.source(sdk.EC2Client);
  const rows: Ec2Rows = new Map();
  for await (const { Tags = [] } of sdk.paginateDescribeTags({ client }, { Filters, MaxResults: rowsPerPage })) {
    for (const { ResourceId, ResourceType, Key = '', Value = '' } of Tags) {
      // moto's name for what AWS calls elastic-ip.
      const word = ResourceType === ('vpc-elastic-ip' as string) ? 'elastic-ip' : ResourceType;
      const account = ResourceType === 'snapshot' || ResourceType === 'image' ? '' : shard.account;
      const arn = `arn:${session.partition}:ec2:${shard.region}:${account}:${word}/${ResourceId}`;
      const row = rows.get(arn) ?? { arn, tags: {} };
      row.tags[Key] = Value;
      rows.set(arn, row);
    }
  }
  return rows;
}

/** For EC2 its own listing knows better: its values replace the older ones, and what it does not list is gone. */
function freshened(listed: Listed, rows: Ec2Rows, keys: readonly string[]): Listed[] {
  if (!/^arn:[^:]+:ec2:/.test(listed.arn)) return [listed];
  const row = rows.get(listed.arn);
  if (row === undefined) return [];
  const stale = new Set(tagsNamed(listed.tags, keys).map(([key]) => key));
  const others = Object.entries(listed.tags).filter(([key]) => !stale.has(key));
  return [{ arn: listed.arn, tags: { ...Object.fromEntries(others), ...row.tags } }];
}

/** What only EC2 listed came with its expiry keys alone; owner, environment and protection are asked for in batches. */
async function withAllTags(session: Session, shard: Shard, listed: readonly Listed[]): Promise<Listed[]> {
  const complete: Listed[] = [];
  for (let start = 0; start < listed.length; start += idsPerFilter) {
    const some = listed.slice(start, start + idsPerFilter);
    const ids = some.map(({ arn }) => arn.slice(arn.lastIndexOf('/') + 1));
    const rows = await describeTags(session, shard, [{ Name: 'resource-id', Values: ids }]);
    complete.push(...some.map(({ arn, tags }) => ({ arn, tags: rows.get(arn)?.tags ?? tags })));
  }
  return complete;
}
