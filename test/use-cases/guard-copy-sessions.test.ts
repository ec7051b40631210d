import { expect, test } from 'vitest';
import { sessionPolicy, sessionPolicyMax } from '../../lib/adapters/session-policy.ts';
import { changeParts } from '../../lib/use-cases/guard-changes.ts';
import { arns, type GuardAccount, shard } from '../fakes/guard-account.ts';
import { anAccount, cluster, database, policy, server } from '../fakes/guard-parts.ts';
import { aWorld } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';

/** What each session of the guard was asked for, in the order of the sessions. */
async function stopped(aws: GuardAccount, parts: readonly ReturnType<typeof server>[]) {
  const { ledger } = aWorld().ports;
  const copying = { ledger, run: 'run-1', stop: 'run-1', obstacle: async () => undefined };
  const results = await changeParts(aws.ports, shard, policy, parts, copying);
  return { results, sessions: aws.scopes.map(({ pins }) => pins.flatMap(({ actions }) => actions)) };
}

const writes = (actions: readonly string[]) => [...new Set(actions)].filter((one) => !/:Describe/.test(one)).toSorted();

test('copies have sessions of their own, pinned like the stops, and all fit', async () => {
  const aws = anAccount();
  aws.instances.set('i-1', { tags: { 'mayfly:protect': '2026-11-01' } });
  const { results, sessions } = await stopped(aws, [server('i-1'), database('orders'), cluster]);
  expect(results.map(({ kind, copy }) => [kind, copy !== undefined])).toEqual([
    ['changed', true],
    ['transient', true],
    ['transient', true],
  ]);
  const kinds = new Set(sessions.map((actions) => writes(actions).join()));
  expect(kinds.has('ec2:StopInstances')).toBe(true);
  expect(sessions.flat().filter((one) => /Stop/.test(one))).toEqual(['ec2:StopInstances']);
  const copies = aws.scopes.filter(({ pins }) => pins.some(({ actions }) => actions.some((one) => /Create/.test(one))));
  expect(copies.flatMap(({ pins }) => pins)).toContainEqual({
    arn: arns.instance('i-1'),
    tags: { 'mayfly:protect': '2026-11-01' },
    actions: ['ec2:CreateImage'],
  });
  expect(copies.flatMap(({ pins }) => pins.map(({ arn }) => arn)).toSorted()).toEqual(
    [arns.instance('i-1'), arns.database('orders'), arns.cluster('shop')].toSorted(),
  );
  for (const scope of aws.scopes) expect(sessionPolicy(scope).length).toBeLessThanOrEqual(sessionPolicyMax);
});

test('what is protected after the last look is neither copied nor stopped, and told as such', async () => {
  const aws = anAccount();
  aws.meanwhile = () => aws.instances.set('i-1', { tags: { 'mayfly:protect': 'true' } });
  const { results } = await stopped(aws, [server('i-1')]);
  expect(results).toMatchObject([{ kind: 'refused', why: expect.stringContaining('since a moment ago') }]);
  expect(aws.calls('StopInstances')).toBe(0);
});

test('a member stack that does not let the guard copy keeps what can not be copied running', async () => {
  const aws = anAccount();
  aws.faults.set('CreateImage', awsError('UnauthorizedOperation', 'not authorized to perform ec2:CreateImage'));
  const { results } = await stopped(aws, [server('i-1')]);
  expect(results).toMatchObject([{ kind: 'refused', why: expect.stringMatching(/can't be copied.*ec2:CreateImage/) }]);
  expect(aws.calls('StopInstances')).toBe(0);
});
