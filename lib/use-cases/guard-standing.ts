import * as z from 'zod';
import type { Standing } from '../core/guard-burn.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { type CostedResource, costsInShard } from './cost-census.ts';
import type { Ports } from './ports.ts';

/** What stands in one shard and costs, tagged or not. */
export interface ShardStanding {
  standing: readonly Standing[];
  /** What could not be read, in words: there may be more. */
  problems: readonly string[];
  /** Nothing of it could be read. */
  isUnread?: true;
}

/** Looks at one shard. Reads only, and never throws: what can't be read is named. */
export async function standingIn(
  ports: Pick<Ports, 'cloud' | 'prices'>,
  shard: Shard,
  policy: Pick<Policy, 'tags'>,
): Promise<ShardStanding> {
  try {
    const session = await ports.cloud.reader(shard);
    const { costs, problems } = await costsInShard(session, shard, policy, await ports.prices());
    return { standing: costs.map(asStanding), problems };
  } catch (error) {
    return unreadStanding((error as Error).message);
  }
}

/** A shard of which nothing is known, and why. */
export function unreadStanding(why: string): ShardStanding {
  return { standing: [], problems: [why], isUnread: true };
}

function asStanding({ arn, type, account, region, environment, owner, createdAt, amount }: CostedResource): Standing {
  return {
    ...{ arn, type, account, region, amount },
    ...(environment !== undefined && { environment }),
    ...(owner !== undefined && { owner }),
    ...(createdAt !== undefined && { createdAt }),
  };
}

const text = z.string();

const amount = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('estimate'), usd: z.number() }),
  z.looseObject({ kind: z.literal('actual'), usd: z.number() }),
  z.looseObject({ kind: z.literal('unknown'), why: text }),
]);

const document = z.looseObject({
  standing: z.array(z.looseObject({ arn: text, type: text, account: text, region: text, amount })),
  problems: z.array(text),
  isUnread: z.literal(true).optional(),
});

function nameOf({ account, region }: Shard): string {
  return `standing/${account}-${region}`;
}

/** Keeps what a run saw in a shard. */
export async function saveStanding(
  { runStore }: Pick<Ports, 'runStore'>,
  run: string,
  shard: Shard,
  seen: ShardStanding,
): Promise<void> {
  await runStore.save(run, nameOf(shard), seen);
}

/** What a run saw in a shard. Never throws: what is missing or damaged is a shard that was not read. */
export async function loadStanding(
  { runStore }: Pick<Ports, 'runStore'>,
  run: string,
  shard: Shard,
): Promise<ShardStanding> {
  try {
    const found = await runStore.load(run, nameOf(shard));
    if (found === undefined) return unreadStanding('what it costs was not read in this run');
    return document.parse(found) as ShardStanding;
  } catch (error) {
    return unreadStanding(`what the run read of its cost can't be used: ${(error as Error).message}`);
  }
}
