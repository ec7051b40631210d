import {
  GetResourcesCommand,
  type GetResourcesCommandOutput,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { beforeAll, expect, inject, test } from 'vitest';
import { resetMoto } from '../../scripts/local-aws/moto.ts';
import { credentialsIn } from '../../scripts/local-aws/organization.ts';
import { demoPolicy } from '../../scripts/local-aws/policy.ts';
import { type SeededResource, seedWorld, type World } from '../../scripts/local-aws/world.ts';

const url = inject('motoUrl');

const now = Date.now();
let world: World;

beforeAll(async () => {
  await resetMoto(url);
  world = await seedWorld({ url, now });
});

/** moto's tagging API leaves these out, as AWS's does with some of them; Mayfly lists them by other calls. */
const notListed = /:(elastic-ip|launch-template)\/|:autoScalingGroup:/;

/** moto writes the account into the ARNs of images and snapshots, where AWS leaves it out. */
function asAws(arn: string): string {
  return arn.replace(/:\d{12}:(image|snapshot)\//, '::$1/');
}

async function listedIn(region: string, account: string): Promise<Map<string, Record<string, string>>> {
  const credentials = await credentialsIn(url, account);
  const client = new ResourceGroupsTaggingAPIClient({ endpoint: url, region, credentials });
  const listed = new Map<string, Record<string, string>>();
  let PaginationToken: string | undefined;
  do {
    const page: GetResourcesCommandOutput = await client.send(
      new GetResourcesCommand({ ResourcesPerPage: 100, ...(PaginationToken && { PaginationToken }) }),
    );
    for (const { ResourceARN = '', Tags = [] } of page.ResourceTagMappingList ?? []) {
      listed.set(asAws(ResourceARN), Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])));
    }
    PaginationToken = page.PaginationToken;
  } while (PaginationToken);
  return listed;
}

function shardsOf({ manifest }: Pick<World, 'manifest'>): [string, readonly SeededResource[]][] {
  return [...Map.groupBy(manifest, ({ account, region }) => `${account} ${region}`)];
}

/** What stays the same from one seed to the next, whatever ids moto gives. */
function shapeOf({ manifest }: World) {
  return manifest.map(({ kind, name, accountName, region, tracked, tags, fate }) => ({
    kind,
    name,
    accountName,
    region,
    tracked,
    tags,
    fate,
  }));
}

test('the tagging API lists every tracked resource of the manifest with its tags, and no other', async () => {
  for (const [shard, resources] of shardsOf(world)) {
    const [account = '', region = ''] = shard.split(' ');
    const listed = await listedIn(region, account);
    for (const { arn, tags, tracked } of resources) {
      if (tracked && !notListed.test(arn)) expect(listed.get(arn), arn).toMatchObject(tags);
    }
    const known = new Set(world.manifest.map(({ arn }) => arn));
    const keys = ['expires-at', 'ttl'];
    const tracked = [...listed].filter(([, tags]) => Object.keys(tags).some((key) => keys.includes(key.toLowerCase())));
    expect(tracked.map(([arn]) => arn).filter((arn) => !known.has(arn))).toEqual([]);
  }
});

test('every resource is one of its own, and every fate occurs in two accounts at least', () => {
  const { manifest } = world;
  expect(new Set(manifest.map(({ arn }) => arn)).size).toBe(manifest.length);
  for (const fate of ['removed', 'kept', 'held', 'blocked']) {
    const accounts = new Set(manifest.filter((one) => one.fate === fate).map(({ account }) => account));
    expect(accounts.size, fate).toBeGreaterThan(1);
  }
});

test('what is due stays below the share of tracked resources that holds an account', () => {
  const { manifest } = world;
  const tracked = manifest.filter((one) => one.tracked);
  for (const [account, resources] of Map.groupBy(tracked, ({ accountName }) => accountName)) {
    const due = resources.filter(({ fate }) => fate === 'removed' || fate === 'blocked');
    expect(resources.length, account).toBeGreaterThanOrEqual(20);
    expect(due.length / resources.length, account).toBeLessThan(0.5);
  }
});

test('the policy names the unit of the organization', () => {
  const { organization, regions } = world;
  expect(demoPolicy(organization, regions)).toContain(`- { ou: ${organization.unit} }`);
});

test('a second seed after a reset makes the same world with other ids', async () => {
  await resetMoto(url);
  const second = await seedWorld({ url, now });
  expect(shapeOf(second)).toEqual(shapeOf(world));
  expect(second.organization.accounts).not.toEqual(world.organization.accounts);
});
