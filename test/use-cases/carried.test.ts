import { beforeEach, expect, test } from 'vitest';
import type { Present } from '../../lib/resource-types/define.ts';
import { identify } from '../../lib/resource-types/index.ts';
import { findCarryObstacles } from '../../lib/use-cases/carried.ts';
import { aPolicy } from '../fakes/builders.ts';
import { account, aWorld, region, type World } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';

const shard = { account, region };
const due = { ttl: '2026-11-20' };

// It is 2026-11-23T12:00Z: what carries `due` has expired.
let world: World;
beforeEach(() => {
  world = aWorld();
});

/** What forbids the parent to go, if anything does. */
async function obstacleOf(arn: string) {
  const { type, id = '' } = identify(arn) ?? {};
  const session = await world.ports.cloud.reader(shard);
  const bound = await type?.bind(session.source, { ...shard, partition: 'aws' });
  const [parent] = (await bound?.describe([id])) ?? [];
  expect(parent?.kind).toBe('present');
  const found = await findCarryObstacles(
    world.ports,
    session,
    shard,
    [parent as Present],
    aPolicy(),
    world.clock.now(),
  );
  return found.get(id);
}

/** A server that takes one disk along. */
function serverWith(disk: Record<string, string>, own: Record<string, string> = due): string {
  world.volume('vol-1a', disk, { attachedTo: 'i-1a' });
  return world.instance('i-1a', own, { volumes: ['vol-1a'] });
}

test.each([
  ['a protect tag', { ...due, 'mayfly:protect': 'true' }, 'carries-protected'],
  ['a protect tag with a date to come', { ...due, 'mayfly:protect': '2027-01-01' }, 'carries-protected'],
  ['a protect tag that can not be read', { ...due, 'Mayfly:Protect': 'perhaps' }, 'carries-protected'],
  ['an expiry that can not be read', { ttl: 'soon' }, 'carries-protected'],
  ['two spellings of one key', { ttl: '2026-11-20', TTL: '2026-11-20' }, 'carries-protected'],
  ['a later expiry', { ttl: '2026-11-24' }, 'carries-live'],
  ['an expiry of never', { ttl: 'never' }, 'carries-live'],
  ['a relative expiry that has not come', { 'expires-at': '3d' }, 'carries-live'],
] as const)('a member with %s holds its parent', async (_, tags, reason) => {
  const arn = serverWith(tags);
  expect(await obstacleOf(arn)).toMatchObject({ reason, detail: expect.stringContaining('vol-1a') });
});

test.each([
  ['no tags', {}],
  ['an earlier expiry', { ttl: '2026-11-01' }],
  ['a protect tag that has ended', { ...due, 'mayfly:protect': '2026-11-22' }],
  ['a protect tag of false', { ...due, 'mayfly:protect': 'false' }],
])('a member with %s goes along', async (_, tags) => {
  expect(await obstacleOf(serverWith(tags))).toBeUndefined();
});

test('a member with the very values of its parent goes along, whatever they are', async () => {
  expect(await obstacleOf(serverWith({ TTL: 'never' }, { ttl: ' never' }))).toBeUndefined();
  expect(await obstacleOf(serverWith({ ttl: '2026-12-24' }, { ttl: '2026-12-24' }))).toBeUndefined();
});

test('a member that can not be read holds its parent', async () => {
  const arn = serverWith(due);
  world.refuse.set('DescribeVolumes', () => awsError('UnauthorizedOperation', 'not you'));
  expect(await obstacleOf(arn)).toMatchObject({
    reason: 'carries-protected',
    detail: expect.stringContaining('not you'),
  });
});

test('a member that is gone already holds nobody', async () => {
  const arn = world.instance('i-1a', due, { volumes: ['vol-404'] });
  expect(await obstacleOf(arn)).toBeUndefined();
});

test('one live member among many is enough', async () => {
  world.volume('vol-1a', due);
  world.volume('vol-1b', { ttl: '2027-01-01' });
  world.volume('vol-1c', due);
  const arn = world.instance('i-1a', due, { volumes: ['vol-1a', 'vol-1b', 'vol-1c'] });
  expect(await obstacleOf(arn)).toMatchObject({ reason: 'carries-live', detail: expect.stringContaining('vol-1b') });
});

test('an extension that only the ledger knows of counts for a member, too', async () => {
  const inner = world.stack('inner', due);
  const outer = world.stack('outer', due, { members: [{ type: 'AWS::CloudFormation::Stack', id: inner }] });
  expect(await obstacleOf(outer)).toBeUndefined();
  const other = world.stack('inner', { ttl: '2026-11-21' });
  const at = world.clock.now();
  await world.ports.ledger.record([
    { arn: other, at, kind: 'extended', to: at + 3_600_000, by: 'ana', inLedger: true },
  ]);
  expect(await obstacleOf(outer)).toMatchObject({ reason: 'carries-live' });
});

test('members of a stack are known by their physical ids', async () => {
  const queue = world.queue('orders', { ttl: '2026-12-24' });
  const url = `https://sqs.${region}.amazonaws.com/${account}/orders`;
  const arn = world.stack('web', due, { members: [{ type: 'AWS::SQS::Queue', id: url }] });
  expect(await obstacleOf(arn)).toMatchObject({ reason: 'carries-live' });
  expect(queue).toContain('orders');
});

test('members of types that Mayfly does not know are judged by the tag of their stack', async () => {
  const members = [{ type: 'AWS::Glue::Job', id: 'job' }];
  const arn = world.stack('web', due, { members });
  expect(await obstacleOf(arn)).toBeUndefined();
  // It stands for anything that the tagging API lists under the stack.
  world.queue('job', { 'aws:cloudformation:stack-id': arn, 'mayfly:protect': 'true' });
  expect(await obstacleOf(arn)).toMatchObject({ reason: 'carries-protected' });
});
