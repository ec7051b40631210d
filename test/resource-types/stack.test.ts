import { describe, expect, it } from 'vitest';
import type { RemovalSettings, Target } from '../../lib/resource-types/define.ts';
import { memberId, stack } from '../../lib/resource-types/stack.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { stack as sample } from '../samples/stack.ts';

const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };

const settings: RemovalSettings = { finalSnapshot: true, keepUntil: 0, stripKeys: [], objectsPerPass: 1000 };

const target: Target = {
  kind: 'present',
  id: sample.id,
  arn: sample.arn,
  identity: sample.id,
  tags: {},
  facts: { status: 'CREATE_COMPLETE', lastOperationAt: '2026-11-18T09:00:00.000Z' },
};

async function orders(facts: Target['facts'], some: Partial<RemovalSettings> = {}) {
  const { source, sent } = answeredClients(sample.answers);
  const operations = await stack.bind(source, shard);
  await operations.remove([{ ...target, facts }], { ...settings, ...some });
  return sent.map(({ input }) => input);
}

describe('removing a stack', () => {
  it('hands over the role of its own, if there is one', async () => {
    const role = 'arn:aws:iam::222222222222:role/mayfly-stack';
    expect(await orders(target.facts, { stackRoleArn: role })).toMatchObject([{ StackName: sample.id, RoleARN: role }]);
    expect(await orders(target.facts)).toEqual([expect.not.objectContaining({ RoleARN: expect.anything() })]);
  });

  it('repeats its token for a repeated order, and takes another once the stack has moved on', async () => {
    const [first] = await orders(target.facts);
    const [again] = await orders(target.facts);
    const [later] = await orders({ status: 'DELETE_FAILED', lastOperationAt: '2026-11-23T17:00:00.000Z' });
    expect(first?.['ClientRequestToken']).toMatch(/^[a-zA-Z0-9][-a-zA-Z0-9]{0,127}$/);
    expect(again?.['ClientRequestToken']).toBe(first?.['ClientRequestToken']);
    expect(later?.['ClientRequestToken']).not.toBe(first?.['ClientRequestToken']);
  });
});

it('refuses to call a tree of stacks beyond its bound read', async () => {
  let made = 0;
  const { source } = answeredClients({
    ...sample.answers,
    ListStackResources: () => ({
      StackResourceSummaries: [
        { ResourceType: 'AWS::CloudFormation::Stack', PhysicalResourceId: `${sample.id}${made++}` },
      ],
    }),
  });
  const operations = await stack.bind(source, shard);
  expect(await operations.describe([sample.id])).toMatchObject([{ kind: 'unreadable' }]);
  expect(made).toBeLessThan(1000);
});

const elb = 'arn:aws:elasticloadbalancing:eu-west-1:222222222222';

it.each([
  ['AWS::SQS::Queue', 'https://sqs.eu-west-1.amazonaws.com/222222222222/orders.fifo', 'orders.fifo'],
  ['AWS::SNS::Topic', 'arn:aws:sns:eu-west-1:222222222222:alarms', 'alarms'],
  ['AWS::SecretsManager::Secret', 'arn:aws:secretsmanager:eu-west-1:222222222222:secret:a/b-AbC1d2', 'a/b-AbC1d2'],
  [
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    `${elb}:loadbalancer/app/web/50dc6c495c0c9188`,
    'app/web/50dc6c495c0c9188',
  ],
  ['AWS::ElasticLoadBalancingV2::TargetGroup', `${elb}:targetgroup/web/73e2d6bc24d8a067`, 'web/73e2d6bc24d8a067'],
  ['AWS::SSM::Parameter', '/flags', 'flags'],
  ['AWS::SSM::Parameter', '/pr/flags', '/pr/flags'],
  ['AWS::RDS::DBInstance', 'Orders-DB', 'orders-db'],
  ['AWS::Logs::LogGroup', '/aws/lambda/resize', '/aws/lambda/resize'],
  ['AWS::EC2::Instance', 'i-0a1b2c3d4e5f60718', 'i-0a1b2c3d4e5f60718'],
  ['Custom::Anything', 'whatever', 'whatever'],
])('knows the member %s %s as %s', (cloudFormationType, physicalId, id) => {
  expect(memberId(cloudFormationType, physicalId)).toBe(id);
});
