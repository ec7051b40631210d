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

/** What the recheck would have read of it. */
async function parentAt(arn: string): Promise<Present> {
  const { type, id = '' } = identify(arn) ?? {};
  const { source } = await world.ports.cloud.reader(shard);
  const bound = await type?.bind(source, { ...shard, partition: 'aws' });
  const [parent] = (await bound?.describe([id])) ?? [];
  expect(parent?.kind).toBe('present');
  return parent as Present;
}

async function obstaclesOf(...parents: Present[]) {
  const session = await world.ports.cloud.reader(shard);
  return findCarryObstacles(world.ports, session, shard, parents, aPolicy(), world.clock.now());
}

/** What forbids the parent to go, if anything does. */
async function obstacleOf(arn: string) {
  const parent = await parentAt(arn);
  return (await obstaclesOf(parent)).get(parent.id);
}

/** A group whose server takes a disk along. */
function groupWith(disk: Record<string, string>, more: Parameters<World['group']>[2] = {}): string {
  serverWith(disk, {});
  return world.group('web', due, { instances: ['i-1a'], ...more });
}

function inStack(arn: string): string {
  const { type, id = '' } = identify(arn) ?? {};
  return world.stack('all', due, { members: [{ type: type?.cloudFormation ?? '', id }] });
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
  ['two spellings of the protect key', { 'mayfly:protect': 'false', 'Mayfly:Protect': 'true' }, 'carries-protected'],
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

const shielded = { ...due, 'mayfly:protect': 'true' };

test.each<[string, (disk: Record<string, string>) => string]>([
  ['a server of a group', groupWith],
  ['a server of a stack', (disk) => inStack(serverWith(disk))],
  ['a server of a group of a stack', (disk) => inStack(groupWith(disk))],
])('the disk of %s counts like one of its own', async (_, make) => {
  expect(await obstacleOf(make(shielded))).toMatchObject({
    reason: 'carries-protected',
    detail: expect.stringContaining('vol-1a'),
  });
  expect(await obstacleOf(make({ ttl: '2027-01-01' }))).toMatchObject({ reason: 'carries-live' });
  expect(await obstacleOf(make(due))).toBeUndefined();
});

test('a disk that can not be read holds the group of its server', async () => {
  const arn = groupWith(due);
  world.refuse.set('DescribeVolumes', () => awsError('UnauthorizedOperation', 'not you'));
  expect(await obstacleOf(arn)).toMatchObject({
    reason: 'carries-protected',
    detail: expect.stringContaining('not you'),
  });
});

test.each([
  ['protected from scale in', { keeps: ['i-1a'] }, {}],
  ['protected from termination, which Auto Scaling does not respect', {}, { protected: true }],
])('a server that is %s holds its group, and the stack of that', async (_, group, server) => {
  const arn = groupWith(due, group);
  world.instance('i-1a', {}, { volumes: ['vol-1a'], ...server });
  const held = { reason: 'carries-protected', detail: expect.stringMatching(/^i-1a: .*(scale in|termination)/) };
  expect(await obstacleOf(arn)).toMatchObject(held);
  expect(await obstacleOf(inStack(arn))).toMatchObject(held);
});

test('each level is read in one call for all parents', async () => {
  const arns = [1, 2, 3].map((number) => {
    world.volume(`vol-${number}`, due);
    world.instance(`i-${number}`, {}, { volumes: [`vol-${number}`] });
    return world.group(`web-${number}`, due, { instances: [`i-${number}`] });
  });
  const parents = [];
  for (const arn of arns) parents.push(await parentAt(arn));
  const before = world.sent.length;
  expect((await obstaclesOf(...parents)).size).toBe(0);
  expect(world.sent.slice(before).map(({ command }) => command)).toEqual(['DescribeInstances', 'DescribeVolumes']);
});

test('what goes round in a circle comes to an end', async () => {
  const parent = await parentAt(groupWith(due));
  const itself = { id: 'web', arn: parent.arn, type: 'autoscaling:autoScalingGroup' };
  const server = parent.carries ?? [];
  expect((await obstaclesOf({ ...parent, carries: [itself, ...server, ...server] })).size).toBe(0);
});

test('more than anybody reads holds the parent, and nobody reads it', async () => {
  const parent = await parentAt(world.instance('i-1a', due));
  const carries = Array.from({ length: 10_001 }, (_, number) => ({ id: `vol-${number}`, arn: '', type: 'ec2:volume' }));
  const before = world.sent.length;
  expect((await obstaclesOf({ ...parent, carries })).get('i-1a')).toMatchObject({
    reason: 'carries-protected',
    detail: expect.stringContaining('10000'),
  });
  expect(world.sent.length).toBe(before);
});

test('an extension in the ledger counts, also where the tags are those of the parent', async () => {
  const inner = world.stack('inner', due);
  const outer = world.stack('outer', due, { members: [{ type: 'AWS::CloudFormation::Stack', id: inner }] });
  const at = world.clock.now();
  const extended = { arn: inner, at, kind: 'extended', by: 'ana', inLedger: true } as const;
  await world.ports.ledger.record([{ ...extended, to: at - 3_600_000 }]);
  expect(await obstacleOf(outer)).toBeUndefined();
  await world.ports.ledger.record([{ ...extended, to: at + 3_600_000 }]);
  expect(await obstacleOf(outer)).toMatchObject({ reason: 'carries-live' });
});

test('what was extended under the name before is another resource', async () => {
  const disk = world.volume('vol-1a', due);
  const at = world.clock.now();
  await world.ports.ledger.record([
    { arn: disk, at, kind: 'removal-requested', identity: 'another' },
    { arn: disk, at, kind: 'extended', by: 'ana', inLedger: true, to: at + 3_600_000 },
  ]);
  expect(await obstacleOf(world.instance('i-1a', due, { volumes: ['vol-1a'] }))).toBeUndefined();
});

test('a stack whose unknown members can not be listed holds itself and nobody else', async () => {
  const [first, second] = [1, 2].map((number) =>
    world.stack(`web-${number}`, due, { members: [{ type: 'AWS::Glue::Job', id: `job-${number}` }] }),
  ) as [string, string];
  const { inventory } = world.ports;
  const withTag = inventory.withTag.bind(inventory);
  inventory.withTag = async (session, key, value) => {
    if (value === first) throw awsError('ThrottlingException', 'Rate exceeded');
    return withTag(session, key, value);
  };
  const obstacles = await obstaclesOf(await parentAt(first), await parentAt(second));
  expect([...obstacles.keys()]).toEqual([first]);
  expect(obstacles.get(first)).toMatchObject({
    reason: 'carries-protected',
    detail: expect.stringContaining('Rate exceeded'),
  });
});
