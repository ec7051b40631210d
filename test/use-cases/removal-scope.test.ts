import { expect, test } from 'vitest';
import { sessionPolicy, sessionPolicyMax } from '../../lib/adapters/session-policy.ts';
import type { Present } from '../../lib/resource-types/define.ts';
import { resourceType } from '../../lib/resource-types/index.ts';
import type { SessionScope } from '../../lib/use-cases/ports.ts';
import { type Removal, removalBatches, scopeOf } from '../../lib/use-cases/removal-scope.ts';
import { aDecision, aPolicy } from '../fakes/builders.ts';
import { account, region } from '../fakes/world.ts';

const shard = { account, region, partition: 'aws' };
const policy = aPolicy();
const keys = ['expires-at', 'ttl', 'mayfly:protect'];

function removal(typeId: string, arn: string, decidedOn: Record<string, string>, more: Partial<Present> = {}): Removal {
  const type = resourceType(typeId);
  if (type === undefined) throw new Error(`no type ${typeId}`);
  const target: Present = { kind: 'present', id: arn, arn, identity: '', tags: decidedOn, facts: {}, ...more };
  return { type, decision: aDecision(0, 'expired', { arn, type: typeId, decidedOn }), target };
}

const queue = (name: string, ttl = '3d') => removal('sqs:queue', `arn:aws:sqs:${region}:${account}:${name}`, { ttl });
const queues = (count: number, ttl: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => queue(`preview-worker-${index}`, ttl(index)));
const bySize = { fits: (scope: SessionScope) => sessionPolicy(scope).length <= sessionPolicyMax };

test('every removal is in exactly one batch, and every batch fits one session', () => {
  const removals = queues(150, (index) => `${(index % 7) + 1}d`);
  const batches = removalBatches(removals, shard, policy, bySize);
  expect(batches.flat().toSorted(byArn)).toEqual(removals.toSorted(byArn));
  for (const batch of batches) expect(bySize.fits(scopeOf(batch, shard, policy))).toBe(true);
});

const byArn = (a: Removal, b: Removal) => (a.decision.arn < b.decision.arn ? -1 : 1);

test('what has the same tags stands together, so mixed tags take few sessions more', () => {
  const alike = removalBatches(
    queues(60, () => '3d'),
    shard,
    policy,
    bySize,
  ).length;
  const mixed = removalBatches(
    queues(60, (index) => `${(index % 3) + 1}d`),
    shard,
    policy,
    bySize,
  ).length;
  expect(mixed).toBeLessThanOrEqual(alike + 2);
});

test('one that does not fit even alone is alone, and takes no other with it', () => {
  const huge = queue('huge', 'x'.repeat(3000));
  const batches = removalBatches([queue('a'), huge, queue('b')], shard, policy, bySize);
  expect(batches).toHaveLength(2);
  expect(batches).toContainEqual([huge]);
});

test('without a session policy a batch still ends now and then, to look at the pause switch', () => {
  const batches = removalBatches(
    queues(250, () => '3d'),
    shard,
    policy,
    { fits: () => true },
  );
  expect(batches.map(({ length }) => length)).toEqual([100, 100, 50]);
});

test('nothing to remove is no batch', () => {
  expect(removalBatches([], shard, policy, bySize)).toEqual([]);
});

test('a removal is pinned to its own ARN, the values that were decided on and the keys of the policy', () => {
  expect(scopeOf([queue('orders')], shard, policy)).toEqual({
    pins: [{ arn: `arn:aws:sqs:${region}:${account}:orders`, tags: { ttl: '3d' }, actions: ['sqs:DeleteQueue'] }],
    besides: [],
    keys,
  });
});

test('a bucket is pinned without its tags, and its objects are allowed for this bucket only', () => {
  const { pins, besides } = scopeOf([removal('s3:bucket', 'arn:aws:s3:::logs', { ttl: '3d' })], shard, policy);
  expect(pins).toEqual([
    { arn: 'arn:aws:s3:::logs', tags: { ttl: '3d' }, actions: ['s3:DeleteBucket'], unguarded: true },
  ]);
  expect(besides.map(({ on }) => on)).toEqual(['arn:aws:s3:::logs', 'arn:aws:s3:::logs/*']);
});

test('a log group is pinned by the ARN that its action wants', () => {
  const arn = `arn:aws:logs:${region}:${account}:log-group:/app`;
  expect(scopeOf([removal('logs:log-group', arn, {})], shard, policy).pins).toMatchObject([{ arn: `${arn}:*` }]);
});

test('what goes along is allowed by its own ARNs, and nothing where nothing does', () => {
  const snapshot = 'arn:aws:ec2:eu-west-1::snapshot/snap-1';
  const image = (carries: Present['carries'] & {}) =>
    removal('ec2:image', 'arn:aws:ec2:eu-west-1::image/ami-1', { ttl: '3d' }, { carries });
  const allowed = ({ pins, besides }: SessionScope) => [...pins.map(({ arn }) => arn), ...besides.map(({ on }) => on)];
  expect(allowed(scopeOf([image([{ id: 'snap-1', arn: snapshot }])], shard, policy))).toContain(snapshot);
  expect(allowed(scopeOf([image([])], shard, policy)).filter((on) => on.includes('snapshot'))).toEqual([]);
});

test('in another partition the permissions are of that partition', () => {
  const china = { account, region: 'cn-north-1', partition: 'aws-cn' };
  const arn = `arn:aws-cn:rds:cn-north-1:${account}:db:orders`;
  const { pins, besides } = scopeOf([removal('rds:db', arn, { ttl: '3d' })], china, policy);
  for (const on of [...pins.map((pin) => pin.arn), ...besides.map((one) => one.on)]) {
    expect(on).toMatch(/^(\*|arn:aws-cn:rds:cn-north-1:222222222222:)/);
  }
});
