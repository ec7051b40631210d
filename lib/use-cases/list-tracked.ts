import { tagsNamed } from '../core/expiry.ts';
import { isTypeOn, type Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Present, ResourceType } from '../resource-types/define.ts';
import { resourceTypes } from '../resource-types/index.ts';
import type { Listed, Ports, Session } from './ports.ts';

/** The tagging API, EC2's tag listing, and the own listing of types that neither returns. */
export async function listTracked(
  ports: Pick<Ports, 'inventory'>,
  session: Session,
  shard: Shard,
  policy: Policy,
): Promise<{ listed: (Listed & { described?: Present })[]; problems: string[] }> {
  const keys = policy.expiry.tags;
  const listers = resourceTypes.filter((type) => type.needs.list !== undefined && isTypeOn(type.id, policy));
  const [tagged, own] = await Promise.all([
    ports.inventory.tagged(session, shard, keys),
    inParallel(listers, listersAtOnce, (type) => listOwn(type, session, shard)),
  ]);
  const byArn = new Map<string, Listed & { described?: Present }>(tagged.listed.map((one) => [one.arn, one]));
  for (const described of own.flatMap(({ found }) => found)) {
    const { arn, tags } = described;
    if (tagsNamed(tags, keys).length > 0) byArn.set(arn, { arn, tags, described });
  }
  return { listed: [...byArn.values()], problems: [...tagged.problems, ...own.flatMap(({ problems }) => problems)] };
}

const listersAtOnce = 4;

/** A lister that fails is told as a problem of the shard: it never hides what the others found. */
async function listOwn(
  type: ResourceType,
  session: Session,
  shard: Shard,
): Promise<{ found: Present[]; problems: string[] }> {
  try {
    const bound = await type.bind(session.source, { ...shard, partition: session.partition });
    return { found: (await bound.list?.()) ?? [], problems: [] };
  } catch (error) {
    return { found: [], problems: [`${type.id}: ${(error as Error).message}`] };
  }
}
