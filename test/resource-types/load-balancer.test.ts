import { expect, it } from 'vitest';
import { loadBalancer } from '../../lib/resource-types/load-balancer.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };

const arnOf = (id: string) => `arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/${id}`;

const alive = 'net/alive/50dc6c495c0c9188';
const unknown = 'net/unknown/0123456789abcdef';

type Arns = { LoadBalancerArns: string[] };

const balancers = (arns: string[]) => ({
  LoadBalancers: arns.map((LoadBalancerArn) => ({ LoadBalancerArn, State: { Code: 'active' } })),
});

async function describeBoth(DescribeLoadBalancers: (input: Arns) => object) {
  const { source, sent } = answeredClients({
    DescribeLoadBalancers: DescribeLoadBalancers as Answer,
    DescribeTags: (({ ResourceArns }: { ResourceArns: string[] }) => ({
      TagDescriptions: ResourceArns.map((ResourceArn) => ({ ResourceArn, Tags: [] })),
    })) as Answer,
    DescribeLoadBalancerAttributes: { Attributes: [] },
  });
  const operations = await loadBalancer.bind(source, shard);
  return { answers: await operations.describe([unknown, alive]), sent };
}

it('asks one by one where an unknown load balancer fails the call for all', async () => {
  const { answers } = await describeBoth(({ LoadBalancerArns }) =>
    LoadBalancerArns.includes(arnOf(unknown)) ? awsError('LoadBalancerNotFoundException') : balancers(LoadBalancerArns),
  );
  expect(answers).toMatchObject([
    { kind: 'gone', id: unknown },
    { kind: 'present', id: alive, arn: arnOf(alive) },
  ]);
});

it('takes what an answer leaves out for unreadable, never for gone', async () => {
  const { answers } = await describeBoth(({ LoadBalancerArns }) =>
    balancers(LoadBalancerArns.filter((arn) => arn !== arnOf(unknown))),
  );
  expect(answers).toMatchObject([
    { kind: 'unreadable', id: unknown },
    { kind: 'present', id: alive },
  ]);
});

it('does not repeat a refused read for each of them', async () => {
  const { answers, sent } = await describeBoth(() => awsError('AccessDenied'));
  expect(answers.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable']);
  expect(sent).toHaveLength(1);
});
