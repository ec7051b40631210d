import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateTagsCommand,
  DescribeImagesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { awsCloud } from '../../lib/adapters/aws-cloud.ts';
import { nothingGuarded } from '../../lib/core/guard-memory.ts';
import { keyOfPart, type Part } from '../../lib/core/guard-parts.ts';
import { undo } from '../../lib/core/guard-release.ts';
import { planFreeze, planStop } from '../../lib/core/guard-steps.ts';
import { changeParts, presentParts, takeBack } from '../../lib/use-cases/guard-changes.ts';
import { readTargets } from '../../lib/use-cases/guard-targets.ts';
import { readActions } from '../../lib/use-cases/read-actions.ts';
import { credentialsIn, management, memberRole } from '../../scripts/local-aws/organization.ts';
import { given, type Site, siteIn, tagList } from '../../scripts/local-aws/site.ts';
import { aPolicy } from '../fakes/builders.ts';
import { hurriedClock } from '../fakes/clocks.ts';
import { aWorld } from '../fakes/world.ts';
import { ordersDatabase } from './orders-database.ts';

// The real cloud against moto, which assumes every role and knows neither tag conditions nor session policies, stops
// Spot instances and those with stop protection, and stops what AWS would refuse: here Mayfly's own look is all that
// keeps it away. What AWS itself refuses is in the tests with an account in memory.

const account = '777777777779';
const region = 'eu-west-1';
const shard = { account, region };
const roles = { read: memberRole, guard: memberRole };
const policy = aPolicy({ accounts: [{ id: account }], types: [], roles, guard: {} });
const nobody = { policy: 'mayfly-freeze', state: 'not-allowed' } as const;

let site: Site;
const servers: Record<string, string> = {};

async function server(name: string, tags: Record<string, string>, more: Partial<RunInstancesCommandInput> = {}) {
  const { Instances: [made] = [] } = await site.client(EC2Client).send(
    new RunInstancesCommand({
      ImageId: 'ami-0123456789abcdef0',
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: tagList({ Name: name, ...tags }) }],
      ...more,
    }),
  );
  servers[name] = given(made?.InstanceId, 'an instance');
}

beforeAll(async () => {
  const url = inject('motoUrl');
  site = siteIn(account, { endpoint: url, region, credentials: await credentialsIn(url, account) });
  await server('web', { environment: 'load' });
  await server('batch', {});
  await server('kept', { 'mayfly:protect': 'true' });
  await server('spot', {}, { InstanceMarketOptions: { MarketType: 'spot' } });
  await server('disks', {}, { InstanceType: 'm5d.large' });
  await server('stop-protected', {});
  await site
    .client(EC2Client)
    .send(
      new ModifyInstanceAttributeCommand({ InstanceId: servers['stop-protected'], DisableApiStop: { Value: true } }),
    );
  await site.client(RDSClient).send(new CreateDBInstanceCommand(ordersDatabase));
  const scaling = site.client(AutoScalingClient);
  const configuration = { LaunchConfigurationName: 'web', ImageId: 'ami-0123456789abcdef0', InstanceType: 't3.micro' };
  await scaling.send(new CreateLaunchConfigurationCommand(configuration));
  await scaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'web',
      LaunchConfigurationName: 'web',
      MinSize: 1,
      DesiredCapacity: 2,
      MaxSize: 5,
      AvailabilityZones: [`${region}a`],
    }),
  );
});

beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL', inject('motoUrl'));
  vi.stubEnv('AWS_REGION', region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', management.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', management.secretAccessKey);
});

function ports() {
  return { clock: hurriedClock(), cloud: awsCloud({ policy, runId: 'run-1', readActions }) };
}

async function groupSizes() {
  const { AutoScalingGroups: [group] = [] } = await site
    .client(AutoScalingClient)
    .send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['web'] }));
  return { min: group?.MinSize, desired: group?.DesiredCapacity, max: group?.MaxSize };
}

async function release(parts: readonly Part[]) {
  const present = await presentParts(ports(), shard, parts);
  const items = parts.map((part) => {
    const found = given(present.get(keyOfPart(part)), 'an answer');
    return { part, undo: undo(part, found) };
  });
  const results = await takeBack(ports(), shard, policy, items);
  expect(results.map(({ kind }) => kind)).toEqual(parts.map(() => 'changed'));
}

const nameOf = (arn: string) =>
  Object.entries(servers).find(([, id]) => arn.endsWith(id))?.[0] ?? arn.split(/[:/]/).at(-1) ?? arn;

test('a freeze caps the group, and a release gives it its maximum back', async () => {
  const { targets, problems } = await readTargets(ports(), shard, policy, 'groups');
  expect(problems).toEqual([]);
  const { parts } = planFreeze(nothingGuarded, { account }, targets, nobody);
  expect(await changeParts(ports(), shard, policy, parts)).toMatchObject([{ kind: 'changed' }]);
  expect(await groupSizes()).toEqual({ min: 1, desired: 2, max: 2 });
  await release(parts);
  expect(await groupSizes()).toEqual({ min: 1, desired: 2, max: 5 });
});

test('a stop leaves what it must, and a release ends where it began', async () => {
  const before = await readTargets(ports(), shard, policy);
  expect(before.problems).toEqual([]);
  const { parts, left } = planStop(nothingGuarded, {}, before.targets);
  expect(
    left.map(({ arn, because }) => [nameOf(arn), because]).filter(([, because]) => because !== 'in-group'),
  ).toEqual(
    expect.arrayContaining([
      ['kept', 'protected'],
      ['spot', 'unstoppable'],
      ['disks', 'unstoppable'],
      ['stop-protected', 'unstoppable'],
    ]),
  );
  expect(parts.map((part) => nameOf(keyOfPart(part))).toSorted()).toEqual(['batch', 'orders', 'web', 'web']);
  // Somebody protects one of them between the plan and the stop.
  const late = { Resources: [given(servers['batch'], 'an id')], Tags: tagList({ 'mayfly:protect': 'true' }) };
  await site.client(EC2Client).send(new CreateTagsCommand(late));
  const results = await changeParts(ports(), shard, policy, parts);
  const refused = results.filter(({ kind }) => kind !== 'changed');
  expect(refused).toMatchObject([{ kind: 'refused', why: 'its tag mayfly:protect protects it' }]);
  const changed = parts.filter((part) => !refused.some(({ key }) => key === keyOfPart(part)));
  const there = await presentParts(ports(), shard, changed);
  expect([...there.values()]).toEqual(
    expect.arrayContaining([
      { kind: 'group', sizes: { min: 0, desired: 0, max: 0 } },
      expect.objectContaining({ kind: 'server', state: 'stopped' }),
    ]),
  );
  await release(changed);
  expect(await groupSizes()).toEqual({ min: 1, desired: 2, max: 5 });
  const after = await readTargets(ports(), shard, policy);
  const standing = (some: typeof before) =>
    some.targets
      .filter(({ what }) => what.kind === 'group' || what.group === undefined)
      .map(({ arn, what }) => [arn, what] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
  expect(standing(after)).toEqual(standing(before));
});

test('copies come first where they are wanted, and no second one of the same stop', async () => {
  const { ledger } = aWorld().ports;
  const stop = (run: string) => changeParts(ports(), shard, policy, parts, { ledger, run, stop: 'run-1', obstacle });
  const obstacle = async () => undefined;
  const web = given(servers['web'], 'an id');
  const { targets } = await readTargets(ports(), shard, policy);
  const wanted = targets.filter(({ arn }) => arn.endsWith(web) || arn.endsWith(':db:orders'));
  const { parts } = planStop(nothingGuarded, {}, wanted);
  // A database whose snapshot was just begun waits for the next sweep.
  expect(await stop('run-1')).toMatchObject([
    { kind: 'changed', copy: expect.stringMatching(/^ami-/) },
    { kind: 'transient', copy: expect.stringMatching(/^mayfly-orders-/) },
  ]);
  await release(parts);
  const again = await stop('run-2');
  expect(again).toEqual(parts.map((part) => ({ key: keyOfPart(part), kind: 'changed' })));
  const { Images = [] } = await site.client(EC2Client).send(new DescribeImagesCommand({ Owners: ['self'] }));
  const arn = parts.map(keyOfPart).find((one) => one.endsWith(web));
  expect(Images.map(({ Tags = [] }) => Tags.find(({ Key }) => Key === 'mayfly:copy-of')?.Value)).toEqual([arn]);
  await release(parts);
});
