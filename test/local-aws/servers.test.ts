import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Copy, Recipe } from '../../lib/core/server.ts';
import { copyName } from '../../lib/resource-types/copy-name.ts';
import type { BoundType, ClientSource, Present } from '../../lib/resource-types/define.ts';
import { ec2Instance } from '../../lib/resource-types/ec2-instance.ts';
import { credentialsIn } from '../../scripts/local-aws/organization.ts';
import { given, type Site, siteIn } from '../../scripts/local-aws/site.ts';
import { fillMetrics, stagingServer } from '../../scripts/local-aws/staging-server.ts';

// Real clients against moto. Where moto is kinder than AWS (snapshots are complete at once, nothing is throttled, a key
// or a quota never says no), the tests with answered clients have the faults.

const account = '777777777777';
const region = 'eu-west-1';
const hour = 3_600_000;
const keepUntil = Date.parse('2027-02-01T00:00:00Z');
const stripKeys = ['expires-at', 'mayfly:protect'];

let site: Site;
let bound: BoundType;

beforeAll(async () => {
  const url = inject('motoUrl');
  site = siteIn(account, { endpoint: url, region, credentials: await credentialsIn(url, account) });
  bound = await ec2Instance.bind(site.client as unknown as ClientSource, { account, region, partition: 'aws' });
});

const server = () => given(bound.server, 'server operations');

async function present(id: string): Promise<Present> {
  const [answer] = await bound.describe([id]);
  if (answer?.kind !== 'present') throw new Error(JSON.stringify(answer));
  return answer;
}

describe('a staging server on its way down and back', () => {
  let id: string;
  let targetGroup: string;
  let elastic: string;
  let copy: Copy;
  let recipe: Recipe;
  let secret: string | undefined;
  let before: Present;

  beforeAll(async () => {
    ({ id, targetGroup, elastic } = await stagingServer(site));
    before = await present(id);
  });

  test('shows its configuration and where its time begins', () => {
    expect(before.server).toMatchObject({ state: 'running' });
    expect(before.server).not.toHaveProperty('unstoppable');
    expect(before.server?.configuration.fields).toMatchObject({
      'instance type': ['t3.micro'],
      'private address': ['10.20.1.50'],
      tag: expect.arrayContaining(['owner=ana', 'environment=staging']),
      volume: [expect.stringContaining('vol-'), expect.stringContaining('vol-')],
    });
    expect(before.server?.milestones.map(({ what }) => what)).toContain('launched');
  });

  test('may be stopped; a type with local disks may not', async () => {
    const localDisks = { ...before, id: 'i-0', facts: { ...before.facts, instanceType: 'm5d.large' } };
    expect(await server().checkStop([before, localDisks])).toMatchObject([
      { kind: 'stoppable' },
      { kind: 'unstoppable', why: expect.stringContaining('local disks') },
    ]);
  });

  test('has metrics only where CloudWatch has them for all of the time', async () => {
    const until = Math.floor(Date.now() / hour) * hour;
    const window = { since: until - 14 * 24 * hour, until };
    // moto starts servers at the very moment, so the launch is left out of what they are asked about.
    const old = { ...before, server: { ...given(before.server, 'a server'), milestones: [] } };
    const [none] = await server().metrics([old], window);
    expect(none?.metrics).toEqual({});
    expect(none?.missing.map(({ metric }) => metric)).toEqual(['cpuPeak', 'networkMbPerDay']);
    const about = { namespace: 'AWS/EC2', dimensions: [{ Name: 'InstanceId', Value: id }], until };
    await fillMetrics(site, about, { CPUUtilization: 2.5, NetworkIn: 10_000, NetworkOut: 5_000 });
    const [read] = await server().metrics([old], window);
    expect(read?.missing).toEqual([]);
    expect(read?.metrics.cpuPeak).toBe(2.5);
    expect(read?.metrics.networkMbPerDay).toBeCloseTo(0.36);
  });

  test('CloudTrail, which moto does not have, is unreadable and not empty', async () => {
    const own = { roles: [], sourceIdentity: 'mayfly-' };
    const answers = await server().lastChange([before], { since: 0, own, sleep: async () => {} });
    expect(answers).toMatchObject([{ kind: 'unreadable', id }]);
  });

  test('is copied once, whole, and without an expiry', async () => {
    const order = { name: copyName(before, 'test'), keepUntil, at: Date.now() };
    const first = await server().copy(before, order);
    if (first.kind !== 'requested') throw new Error(JSON.stringify(first));
    copy = first.copy;
    expect(await server().copy(before, order)).toMatchObject({ found: true, copy: { id: copy.id } });
    expect(copy.volumes).toHaveLength(2);
    expect(await server().copyState([copy])).toMatchObject([{ id: copy.id, state: { kind: 'complete', sizeGb: 17 } }]);
    expect(await server().finishCopy(copy, { keepUntil, stripKeys })).toMatchObject({ kind: 'done' });
    const ec2 = site.client(EC2Client);
    const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [copy.id] }));
    const { Snapshots = [] } = await ec2.send(
      new DescribeSnapshotsCommand({ Filters: [{ Name: 'tag:mayfly:part-of', Values: [copy.id] }] }),
    );
    expect(image?.Tags?.map(({ Key }) => Key).toSorted()).toEqual(['Name', 'mayfly:copy-of', 'mayfly:keep-until']);
    expect(Snapshots).toHaveLength(2);
  });

  test('is incomplete where a volume has no snapshot', async () => {
    const more = { ...copy, volumes: [...copy.volumes, 'vol-0fedcba9876543210'] };
    expect(await server().copyState([more])).toMatchObject([
      { state: { kind: 'incomplete', why: 'it has no snapshot of vol-0fedcba9876543210' } },
    ]);
  });

  test('stops, says when, starts and stops again', async () => {
    expect(await server().stop(before)).toEqual({ kind: 'done', id });
    const stopped = await present(id);
    expect(stopped.server).toMatchObject({ state: 'stopped', stoppedAt: expect.any(Number) });
    expect(await server().start(stopped)).toEqual({ kind: 'done', id });
    expect((await present(id)).server).toMatchObject({ state: 'running' });
    expect((await server().stop(before)).kind).toBe('done');
  });

  test('loses keys that are taken off', async () => {
    await bound.tag?.(before, { key: 'mayfly:stopped', value: 'yes' });
    expect(await server().untag(before, ['mayfly:stopped'])).toMatchObject({ kind: 'done' });
    expect((await present(id)).tags).not.toHaveProperty('mayfly:stopped');
  });

  test('leaves a recipe, with the user data apart', async () => {
    const result = await server().recipe(before);
    if (result.kind !== 'recipe') throw new Error(JSON.stringify(result));
    ({ recipe, secret } = result);
    expect(JSON.parse(JSON.stringify(recipe))).toEqual(recipe);
    expect(recipe.settings).toMatchObject({
      launch: { InstanceType: 't3.micro' },
      network: { privateAddress: '10.20.1.50' },
      elasticAddresses: [{ publicAddress: elastic }],
      targetGroups: [{ arn: targetGroup, by: 'instance', port: 8080 }],
    });
    expect(Buffer.from(given(secret, 'user data'), 'base64').toString()).toContain('echo hello');
  });

  test('goes, and its network interface with the address stays', async () => {
    expect(await server().prepareRemoval(before, { keepUntil })).toMatchObject({ kind: 'done' });
    const settings = { finalSnapshot: true, keepUntil, stripKeys, objectsPerPass: 1 };
    expect(await bound.remove([before], settings)).toMatchObject([{ kind: 'requested' }]);
    expect(await bound.describe([id])).toMatchObject([{ kind: 'gone' }]);
  });

  test('comes back once, with its address, tags, disks, elastic address and target group', async () => {
    const order = { recipe, copy, stripKeys, ...(secret !== undefined && { secret }) };
    const first = await server().restore(order);
    const second = await server().restore(order);
    if (first.kind !== 'restored' || second.kind !== 'restored') throw new Error(JSON.stringify([first, second]));
    expect(second).toMatchObject({ id: first.id, lost: [], pending: [] });
    const back = await present(first.id);
    expect(back.tags).toEqual({ Name: 'web', environment: 'staging', owner: 'ana', 'mayfly:restored-from': copy.id });
    expect(back.server?.configuration.fields).toMatchObject({
      'private address': ['10.20.1.50'],
      'elastic address': [elastic],
    });
    const { Reservations = [] } = await site
      .client(EC2Client)
      .send(new DescribeInstancesCommand({ Filters: [{ Name: 'tag:mayfly:restored-from', Values: [copy.id] }] }));
    expect(Reservations.flatMap(({ Instances = [] }) => Instances)).toHaveLength(1);
    const { TargetHealthDescriptions = [] } = await site
      .client(ElasticLoadBalancingV2Client)
      .send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }));
    expect(TargetHealthDescriptions.map(({ Target }) => Target?.Id)).toContain(first.id);
  });

  test('leaves nothing of the copy', async () => {
    expect(await server().discardCopy(copy, { last: true })).toEqual({ kind: 'done', id: copy.id });
    expect(await server().copyState([copy])).toMatchObject([{ state: { kind: 'gone' } }]);
    expect(await server().discardCopy(copy, { last: true })).toEqual({ kind: 'gone', id: copy.id });
  });
});
