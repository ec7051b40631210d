import {
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeSubnetsCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { toIso } from '../../lib/core/time.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import { credentialsIn } from '../../scripts/local-aws/organization.ts';
import { siteIn } from '../../scripts/local-aws/site.ts';
import { ago, type Row } from '../../scripts/local-aws/story/row.ts';
import { assertNextRunFinishes, assertWorldIsSafe, byArn } from './safety.ts';
import { account, openStage, otherAccount, region } from './stage.ts';
import { gone, safe, smallWorld, survivors, wholeWorld } from './world.ts';

const twoHoursAgo = () => toIso(Date.now() - 2 * 60 * 60_000);

function outcomesOfType(outcomes: readonly Outcome[], type: string): (readonly [string, string])[] {
  return outcomes.filter((one) => one.type === type).map(({ outcome, detail = '' }) => [outcome, detail] as const);
}

test('a service that denies everything fails its own resources by name and holds no other', async () => {
  const stage = await openStage({ rows: smallWorld, accounts: [account, otherAccount] });
  stage.proxy.rules.add({
    match: (call) => call.service === 'sqs' && call.account === account,
    fault: 'access-denied',
  });
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  const outcome = byArn(outcomes);
  for (const { arn, fate } of stage.manifest.filter((one) => one.fate === 'removed')) {
    const isDenied = arn.startsWith(`arn:aws:sqs:${region}:${account}:`);
    expect(outcome.get(arn)?.outcome, `${arn} ${fate}`).toBe(isDenied ? 'failed' : 'removed');
    if (isDenied) expect(outcome.get(arn)?.detail).toContain('sqs:GetQueueAttributes');
  }
  await assertNextRunFinishes(stage);
});

test('a removal that the role may not do is failed and names the action', async () => {
  const stage = await openStage({ rows: smallWorld });
  stage.proxy.rules.add({ match: ({ name }) => name === 'ssm:DeleteParameters', fault: 'access-denied' });
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(outcomesOfType(outcomes, 'ssm:parameter')).toEqual([
    ['failed', expect.stringContaining('ssm:DeleteParameters')],
  ]);
  expect(outcomes.filter(({ outcome }) => outcome !== 'removed')).toHaveLength(1);
  await assertNextRunFinishes(stage);
});

test('an account whose listing is denied is unread: nothing in it is removed', async () => {
  const stage = await openStage({ rows: smallWorld, accounts: [account, otherAccount] });
  stage.proxy.rules.add({
    match: (call) => call.name === 'tag:GetResources' && call.account === account,
    fault: 'access-denied',
  });
  const { plan, outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(plan.shards[0]?.error).toContain('tag:GetResources');
  expect(plan.shards[1]?.error).toBeUndefined();
  const removed = stage.manifest.filter((one) => one.fate === 'removed' && one.account === otherAccount);
  expect(outcomes).toHaveLength(removed.length);
  await assertNextRunFinishes(stage);
});

test('a role that can not be assumed leaves its account alone', async () => {
  const stage = await openStage({ rows: smallWorld, accounts: [account, otherAccount] });
  stage.proxy.rules.add({
    match: ({ name, parameters }) => name === 'sts:AssumeRole' && String(parameters['RoleArn']).includes(account),
    fault: 'access-denied',
  });
  const { plan, outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(plan.shards[0]?.error).toContain('sts:AssumeRole');
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(outcomes.map(() => 'removed'));
  await assertNextRunFinishes(stage);
});

test('termination protection given at launch blocks that server and no other', async () => {
  const stage = await openStage({ rows: [...survivors, gone('instance', 'old-web')] });
  const credentials = await credentialsIn(stage.proxy.url, account);
  const site = siteIn(account, { endpoint: stage.proxy.url, region, credentials });
  const Tags = [{ Key: 'expires-at', Value: twoHoursAgo() }];
  const { Instances: [guarded] = [] } = await site.client(EC2Client).send(
    new RunInstancesCommand({
      ImageId: 'ami-0123456789abcdef0',
      MinCount: 1,
      MaxCount: 1,
      DisableApiTermination: true,
      TagSpecifications: [{ ResourceType: 'instance', Tags }],
    }),
  );
  const arn = `arn:aws:ec2:${region}:${account}:instance/${guarded?.InstanceId}`;
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(await stage.exists(arn)).toBe(true);
  expect(byArn(outcomes).get(arn)).toMatchObject({ outcome: 'blocked', detail: expect.stringContaining('terminat') });
  expect(byArn(outcomes).get(stage.arn('instance/old-web'))?.outcome).toBe('removed');
});

test('protection that is switched on after the recheck is respected when the service refuses', async () => {
  const rows = wholeWorld.filter(({ kind }) => ['stack', 'load-balancer', 'target-group'].includes(kind));
  const stage = await openStage({ rows });
  const site = await stage.proxy.site(account, region);
  const [stack, balancer] = [stage.arn('stack/old-stack'), stage.arn('load-balancer/old-web')];
  for (const one of stage.manifest) stage.keep(one.arn);
  const on = { Key: 'deletion_protection.enabled', Value: 'true' };
  stage.proxy.rules.add(
    {
      match: ({ name }) => name === 'cloudformation:DeleteStack',
      before: () => stage.proxy.protectStack(stack),
    },
    {
      match: ({ name }) => name === 'elasticloadbalancing:DeleteLoadBalancer',
      before: async () => {
        const command = new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: balancer, Attributes: [on] });
        await site.client(ElasticLoadBalancingV2Client).send(command);
      },
    },
  );
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(byArn(outcomes).get(stack)?.outcome).toBe('blocked');
  expect(byArn(outcomes).get(balancer)?.outcome).toBe('blocked');
  expect(byArn(outcomes).get(stage.arn('target-group/old-web'))?.outcome).toBe('blocked');
  expect(stage.proxy.removed).toEqual([]);
});

test('what becomes used after the recheck is blocked, not failed, and goes once nothing uses it', async () => {
  const stage = await openStage({ rows: [...survivors, gone('security-group', 'old-web')] });
  const group = stage.arn('security-group/old-web');
  const ec2 = (await stage.proxy.site(account, region)).client(EC2Client);
  const { Subnets: [subnet] = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  let NetworkInterfaceId: string | undefined;
  stage.proxy.rules.add({
    match: ({ name }) => name === 'ec2:DeleteSecurityGroup',
    times: 1,
    before: async () => {
      const Groups = [group.split('/').at(-1) ?? ''];
      const create = new CreateNetworkInterfaceCommand({ SubnetId: subnet?.SubnetId, Groups });
      NetworkInterfaceId = (await ec2.send(create)).NetworkInterface?.NetworkInterfaceId;
    },
  });
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(await stage.exists(group)).toBe(true);
  expect(byArn(outcomes).get(group)).toMatchObject({
    outcome: 'blocked',
    detail: expect.stringContaining('DependencyViolation'),
  });
  await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  await assertNextRunFinishes(stage);
});

test('a snapshot whose image the listing does not show yet is blocked by the service itself', async () => {
  const copy = { name: 'new-root', tags: { 'expires-at': ago(2) }, fate: 'blocked' } as const;
  const image: Row = { ...safe('image', 'new-image'), uses: 'instance/live-web', parts: [copy] };
  const stage = await openStage({ rows: [safe('instance', 'live-web'), image] });
  stage.proxy.rules.add({
    match: ({ name }) => name === 'ec2:DescribeImages',
    after: (_, answer) => {
      const body = answer.body.toString().replace(/<imagesSet>.*<\/imagesSet>/s, '<imagesSet/>');
      return { ...answer, body: Buffer.from(body) };
    },
  });
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  const details = outcomes.map(({ outcome, detail }) => [outcome, detail]);
  expect(details).toEqual([['blocked', expect.stringContaining('InvalidSnapshot.InUse')]]);
});
