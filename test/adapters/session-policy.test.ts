import { expect, test } from 'vitest';
import { sessionPolicy, sessionPolicyMax } from '../../lib/adapters/session-policy.ts';
import type { Pin, SessionScope } from '../../lib/use-cases/ports.ts';

const queue = (name: string) => `arn:aws:sqs:eu-west-1:222222222222:${name}`;
const pin = (name: string, tags: Record<string, string>, more: Partial<Pin> = {}): Pin => ({
  arn: queue(name),
  tags,
  actions: ['sqs:DeleteQueue'],
  ...more,
});
const keys = ['expires-at', 'ttl', 'mayfly:protect'];

function statementsOf(scope: Partial<SessionScope>): unknown[] {
  const { Version, Statement } = JSON.parse(sessionPolicy({ pins: [], besides: [], keys, ...scope })) as {
    Version: string;
    Statement: unknown[];
  };
  expect(Version).toBe('2012-10-17');
  return Statement;
}

test('a pin allows its ARN only, while the keys that were there keep their values and the others stay away', () => {
  expect(statementsOf({ pins: [pin('a', { TTL: '3d' })] })).toEqual([
    {
      Effect: 'Allow',
      Action: ['sqs:DeleteQueue'],
      Resource: [queue('a')],
      Condition: {
        StringEquals: { 'aws:ResourceTag/TTL': '3d' },
        Null: { 'aws:ResourceTag/expires-at': 'true', 'aws:ResourceTag/mayfly:protect': 'true' },
      },
    },
  ]);
});

test('where every key was there, none is demanded to be absent', () => {
  const tags = { 'Expires-At': '2026-11-23', ttl: '3d', 'Mayfly:Protect': 'false' };
  const [statement] = statementsOf({ pins: [pin('a', tags)] });
  expect(statement).toMatchObject({
    Condition: {
      StringEquals: {
        'aws:ResourceTag/Expires-At': '2026-11-23',
        'aws:ResourceTag/ttl': '3d',
        'aws:ResourceTag/Mayfly:Protect': 'false',
      },
    },
  });
  expect(statement).not.toHaveProperty('Condition.Null');
});

test('resources with the same tags share a statement, and with others they never do', () => {
  const statements = statementsOf({
    pins: [pin('a', { ttl: '3d' }), pin('b', { ttl: '4d' }), pin('c', { ttl: '3d' }), pin('d', { TTL: '3d' })],
  });
  expect(statements).toMatchObject([
    { Resource: [queue('a'), queue('c')], Condition: { StringEquals: { 'aws:ResourceTag/ttl': '3d' } } },
    { Resource: [queue('b')], Condition: { StringEquals: { 'aws:ResourceTag/ttl': '4d' } } },
    { Resource: [queue('d')], Condition: { StringEquals: { 'aws:ResourceTag/TTL': '3d' } } },
  ]);
});

test('a type whose tags AWS can not compare is pinned to its ARN, and never loosens the condition of another', () => {
  const bucket: Pin = { arn: 'arn:aws:s3:::b', tags: { ttl: '3d' }, unguarded: true, actions: ['s3:DeleteBucket'] };
  const statements = statementsOf({ pins: [bucket, pin('a', { ttl: '3d' })] });
  expect(statements).toMatchObject([
    { Action: ['s3:DeleteBucket'], Resource: ['arn:aws:s3:::b'] },
    { Action: ['sqs:DeleteQueue'], Resource: [queue('a')] },
  ]);
  expect(statements[0]).not.toHaveProperty('Condition');
  expect(statements[1]).toHaveProperty('Condition');
});

test('what a removal needs besides stands alone, each set of actions with its own ARNs, each ARN once', () => {
  const objects = { actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'] as const };
  const statements = statementsOf({
    pins: [pin('a', { ttl: '3d' })],
    besides: [
      { ...objects, on: 'arn:aws:s3:::one/*' },
      { ...objects, on: 'arn:aws:s3:::two/*' },
      { ...objects, on: 'arn:aws:s3:::one/*' },
      { actions: ['iam:PassRole'], on: 'arn:aws:iam::222222222222:role/mayfly-stack' },
    ],
  });
  expect(statements.slice(1)).toEqual([
    { Effect: 'Allow', Action: objects.actions, Resource: ['arn:aws:s3:::one/*', 'arn:aws:s3:::two/*'] },
    { Effect: 'Allow', Action: ['iam:PassRole'], Resource: ['arn:aws:iam::222222222222:role/mayfly-stack'] },
  ]);
});

test('two types under the same tags: neither gets the ARNs of the other for actions that are not its own', () => {
  const statements = statementsOf({
    pins: [
      pin('a', { ttl: '3d' }),
      { arn: 'arn:aws:sns:eu-west-1:222222222222:t', tags: { ttl: '3d' }, actions: ['sns:DeleteTopic'] },
    ],
  }) as { Action: string[]; Resource: string[] }[];
  // A queue can't be deleted by sns:DeleteTopic: the shared statement allows nothing more, and saves characters.
  expect(statements).toHaveLength(1);
  expect(statements[0]?.Action).toEqual(['sqs:DeleteQueue', 'sns:DeleteTopic']);
});

test('about twenty queues of one environment fit the size that AssumeRole takes', () => {
  const scope = (count: number): SessionScope => ({
    pins: Array.from({ length: count }, (_, index) =>
      pin(`preview-environment-worker-${index}`, { 'expires-at': '2026-11-23T17:00:00Z' }),
    ),
    besides: [],
    keys,
  });
  expect(sessionPolicyMax).toBe(2048);
  expect(sessionPolicy(scope(20)).length).toBeLessThanOrEqual(sessionPolicyMax);
  expect(sessionPolicy(scope(40)).length).toBeGreaterThan(sessionPolicyMax);
});

test('a value with quotes and backslashes stays one value', () => {
  const value = '"}],"Resource":"*" \\';
  const [statement] = statementsOf({ pins: [pin('a', { ttl: value })] });
  expect(statement).toMatchObject({
    Resource: [queue('a')],
    Condition: { StringEquals: { 'aws:ResourceTag/ttl': value } },
  });
});
