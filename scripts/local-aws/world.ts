import { readExpiryTags } from '../../lib/core/expiry.ts';
import type { Instant } from '../../lib/core/time.ts';
import * as ec2 from './makers/ec2.ts';
import * as groups from './makers/groups.ts';
import * as services from './makers/services.ts';
import * as storage from './makers/storage.ts';
import { createOrganization, credentialsIn, type Organization } from './organization.ts';
import { type Made, type Maker, type Seed, type Site, siteIn } from './site.ts';
import { dev } from './story/dev.ts';
import { preview } from './story/preview.ts';
import { type AccountStory, type Fate, type Kind, type Region, type Row, regions, resolve } from './story/row.ts';
import { sandbox } from './story/sandbox.ts';

/** One seeded resource, and what one enforced sweep makes of it. */
export interface SeededResource {
  arn: string;
  kind: Kind | 'part';
  name: string;
  accountName: string;
  account: string;
  region: Region;
  /** It carries an expiry key, so a scan finds it. */
  tracked: boolean;
  /** Every tag as it was given; a member of a stack shows its stack's as well. */
  tags: Readonly<Record<string, string>>;
  fate: Fate;
}

export interface World {
  organization: Organization;
  regions: readonly Region[];
  manifest: readonly SeededResource[];
}

const stories: Readonly<Record<string, AccountStory>> = { dev, sandbox, preview };

const makers: Readonly<Record<Kind, Maker>> = {
  'auto-scaling-group': groups.autoScalingGroup,
  bucket: storage.bucket,
  database: storage.database,
  document: services.document,
  'elastic-ip': ec2.elasticIp,
  function: services.lambdaFunction,
  image: ec2.image,
  instance: ec2.instance,
  'launch-template': ec2.launchTemplate,
  'load-balancer': groups.loadBalancer,
  'log-group': services.logGroup,
  parameter: services.parameter,
  queue: services.queue,
  secret: services.secret,
  'security-group': ec2.securityGroup,
  snapshot: ec2.snapshot,
  stack: groups.stack,
  table: storage.table,
  'target-group': groups.targetGroup,
  topic: services.topic,
  volume: ec2.volume,
};

/**
 * Fills an empty moto with the demo organization. Expiry tags are written relative to `now`; it should be the present,
 * because moto dates what it makes by its own clock, and a tag much later than the creation of its resource is one
 * that Mayfly distrusts.
 */
export async function seedWorld({ url, now }: { url: string; now: Instant }): Promise<World> {
  const organization = await createOrganization(url, Object.keys(stories));
  const manifest = await Promise.all(
    Object.entries(stories).map(async ([accountName, story]) => {
      const account = organization.accounts[accountName] ?? '';
      const credentials = await credentialsIn(url, account);
      const seeded: SeededResource[] = [];
      for (const region of regions) {
        const site = siteIn(account, { endpoint: url, region, credentials });
        seeded.push(...(await seedSite(site, accountName, story[region], now)));
      }
      return seeded;
    }),
  );
  return { organization, regions, manifest: manifest.flat() };
}

export async function seedSite(
  site: Site,
  accountName: string,
  rows: readonly Row[],
  now: Instant,
): Promise<SeededResource[]> {
  const seeded: SeededResource[] = [];
  for (const row of rows) {
    const seed = seedOf(row, now);
    const made = await makers[row.kind](site, seed);
    site.made.set(`${row.kind}/${row.name}`, made);
    seeded.push(...manifestOf(site, accountName, seed, made));
  }
  return seeded;
}

function seedOf(row: Row, now: Instant): Seed {
  const { owner, environment, parts = [] } = row;
  const people = { ...(owner !== undefined && { owner }), ...(environment !== undefined && { environment }) };
  return {
    ...row,
    tags: { ...people, ...resolve(row.tags, now) },
    parts: parts.map((part) => ({ ...part, tags: { ...people, ...resolve(part.tags, now) } })),
  };
}

function manifestOf(site: Site, accountName: string, seed: Seed, made: Made): SeededResource[] {
  const { account, region } = site;
  const place = { accountName, account, region };
  const { kind, name, tags, fate } = seed;
  const parts = seed.parts.map((part, index): SeededResource => {
    // CloudFormation puts a stack's tags on its members.
    const all = kind === 'stack' ? { ...part.tags, ...tags } : part.tags;
    const arn = made.parts?.[index] ?? '';
    return { arn, kind: 'part', name: part.name, ...place, tracked: isTracked(all), tags: all, fate: part.fate };
  });
  return [{ arn: made.arn, kind, name, ...place, tracked: isTracked(tags), tags, fate }, ...parts];
}

function isTracked(tags: Readonly<Record<string, string>>): boolean {
  return readExpiryTags(tags, ['expires-at', 'ttl'], 'Europe/Berlin').length > 0;
}
