import { day, hour, type Instant, toIso } from '../../lib/core/time.ts';
import type { Seed } from '../local-aws/site.ts';
import type { Kind, Region } from '../local-aws/story/row.ts';

/** What a benchmark's world looks like. */
export interface WorldPlan {
  resources: number;
  accounts: number;
  regions: readonly Region[];
  /** Share of the resources that have expired. */
  expired: number;
  kinds: Readonly<Partial<Record<Kind, number>>>;
}

/** One resource to be seeded, and where. */
export interface Planned {
  account: string;
  region: Region;
  expired: boolean;
  seed: Seed;
}

/** Resources in a hundred: mostly servers, their disks and copies, and the small things that serverless code leaves. */
export const mixedKinds = {
  instance: 12,
  volume: 12,
  snapshot: 10,
  'log-group': 10,
  function: 8,
  parameter: 8,
  queue: 6,
  'security-group': 6,
  topic: 5,
  secret: 5,
  bucket: 4,
  table: 4,
  database: 2,
  'elastic-ip': 2,
  'launch-template': 2,
  image: 2,
} as const satisfies WorldPlan['kinds'];

/** What the world needs besides: a disk to copy and a server to make images of. Neither carries an expiry. */
export const standing: readonly Kind[] = ['volume', 'instance'];

/** An environment, as a pull request makes one: everything in it expires together. */
const perEnvironment = 20;

/** The same world for the same plan: kinds in turn by their share, environments in turn by their expiry. */
export function planWorld(plan: WorldPlan, accounts: readonly string[], now: Instant): Planned[] {
  const { resources, regions, expired, kinds } = plan;
  const shards = accounts.flatMap((account) => regions.map((region) => ({ account, region })));
  const perShard = Math.ceil(resources / shards.length);
  const order = kindsInTurn(kinds, perShard);
  const dueAtMost = Math.round(resources * expired);
  let due = 0;
  return Array.from({ length: resources }, (_, index): Planned => {
    const shard = shards[Math.floor(index / perShard)] ?? { account: '', region: 'us-east-1' };
    const environment = Math.floor(index / perEnvironment);
    const isExpired = due < dueAtMost && Math.ceil((environment + 1) * expired) > Math.ceil(environment * expired);
    if (isExpired) due += 1;
    const kind = kindAt(order[index % perShard] ?? 'queue', shard.region === regions[0]);
    return { ...shard, expired: isExpired, seed: seedOf(kind, index, environment, isExpired, now) };
  });
}

/** Buckets belong to an account, so they stand in its first region only. */
function kindAt(kind: Kind, isFirstRegion: boolean): Kind {
  return kind === 'bucket' && !isFirstRegion ? 'queue' : kind;
}

function seedOf(kind: Kind, index: number, environment: number, expired: boolean, now: Instant): Seed {
  const expiry = expired ? now - (1 + (environment % 40)) * hour : now + (3 + (environment % 50)) * day;
  const name = `${kind === 'parameter' || kind === 'log-group' ? '/' : ''}bench-pr-${environment}-${kind}-${index}`;
  const uses = { snapshot: 'volume/standing', image: 'instance/standing' } as const;
  return {
    kind,
    name,
    fate: expired ? 'removed' : 'kept',
    tags: { owner: `developer-${environment % 9}`, environment: `pr-${environment}`, 'expires-at': toIso(expiry) },
    parts: [],
    ...((kind === 'snapshot' || kind === 'image') && { uses: uses[kind] }),
  };
}

/** Spreads the kinds evenly, so that every environment holds a bit of everything. */
function kindsInTurn(kinds: WorldPlan['kinds'], count: number): Kind[] {
  const shares = Object.entries(kinds) as [Kind, number][];
  const all = shares.reduce((sum, [, share]) => sum + share, 0);
  const owed = new Map<Kind, number>(shares.map(([kind]) => [kind, 0]));
  return Array.from({ length: count }, () => {
    for (const [kind, share] of shares) owed.set(kind, (owed.get(kind) ?? 0) + share / all);
    const [next] = [...owed].reduce((most, one) => (one[1] > most[1] ? one : most));
    owed.set(next, (owed.get(next) ?? 0) - 1);
    return next;
  });
}
