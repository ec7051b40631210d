import { describe, expect, test } from 'vitest';
import { resourceTypes } from '../../lib/resource-types/index.ts';
import { deleting, isRead, named, requestsOf } from './member-requests.ts';
import { grantsOf, memberAccount, memberPolicy, region, type Tags, verdict } from './member-simulation.ts';

const policy = memberPolicy({ guard: {}, types: [] });
const guard = grantsOf('guard', policy);

const stops = requestsOf(({ needs: { stop = [], stopTogether = [] } }) => [...stop, ...stopTogether]).filter(
  ({ action }) => !isRead(action),
);
const starts = requestsOf(({ needs: { start = [], startTogether = [] } }) => [...start, ...startTogether]).filter(
  ({ action }) => !/^kms:/.test(action),
);
const sizes = requestsOf(({ needs: { resize = [] } }) => resize);

const toOne = { 'autoscaling:MaxSize': '1' };
const toZero = { 'autoscaling:MaxSize': '0', 'autoscaling:MinSize': '0' };

describe('mayfly-guard', () => {
  const cases: [string, Tags, string][] = [
    ['no tags', {}, 'Allowed'],
    ['an expiry', { ttl: '3d' }, 'Allowed'],
    ['protection', { 'mayfly:protect': 'true' }, 'ExplicitlyDenied'],
    ['protection in another case', { 'Mayfly:Protect': 'TRUE' }, 'ExplicitlyDenied'],
    ['protection that can not be read', { 'mayfly:protect': 'yes please' }, 'ExplicitlyDenied'],
    ['protection that says nothing', { 'mayfly:protect': '' }, 'ExplicitlyDenied'],
    ['protection that says false', { 'mayfly:protect': 'False' }, 'Allowed'],
    ['protection until a date, which the look before judges', { 'mayfly:protect': '2026-12-01' }, 'Allowed'],
  ];

  test.each(cases)('stops, and empties groups: %s', async (_, tags, expected) => {
    expect(stops.map(({ action }) => action)).toEqual([
      'ec2:StopInstances',
      'ec2:StopInstances',
      'rds:StopDBCluster',
      'rds:StopDBInstance',
    ]);
    for (const request of stops) expect(await verdict(guard, { ...request, tags }), named(request)).toBe(expected);
    expect(sizes).toHaveLength(1);
    for (const request of sizes) {
      expect(await verdict(guard, { ...request, tags, context: toZero }), named(request)).toBe(expected);
    }
  });

  test.each(cases)('starts, and gives groups a size again: %s', async (_, tags) => {
    expect(starts.length).toBe(4);
    for (const request of starts) expect(await verdict(guard, { ...request, tags }), named(request)).toBe('Allowed');
    for (const request of sizes) {
      expect(await verdict(guard, { ...request, tags, context: toOne }), named(request)).toBe('Allowed');
    }
  });

  test('a request that says nothing of the maximum is none of a protected group', async () => {
    for (const request of sizes) {
      const protectedOne = { ...request, tags: { 'mayfly:protect': 'true' } };
      expect(await verdict(guard, protectedOne), named(request)).toBe('ExplicitlyDenied');
    }
  });

  test('deletes and terminates nothing, tags nothing, and reads no data', async () => {
    const others = requestsOf(({ needs: { remove = [], finish = [], tag = [], untag = [], restore = [] } }) => [
      ...remove,
      ...finish,
      ...tag,
      ...untag,
      ...restore,
    ]).filter(({ action }) => !isRead(action) && !/^kms:/.test(action));
    expect(others.length).toBeGreaterThan(60);
    for (const request of [...others, ...deleting]) {
      const asked = { ...request, tags: { ttl: '3d' }, context: { 'aws:TagKeys': ['ttl'] } };
      expect(await verdict(guard, asked), named(request)).not.toBe('Allowed');
    }
    const changes = guard.filter(({ effect }) => effect === 'Allow').flatMap(({ actions }) => actions);
    expect(changes.filter((action) => /Delete|Terminate|Remove|Put|Tag/i.test(action))).toEqual([]);
  });

  test('nothing of another account, even if a policy there let it in', async () => {
    for (const request of [...stops, ...starts, ...sizes]) {
      const arn = request.arn.replaceAll(memberAccount, '999999999999');
      expect(await verdict(guard, { ...request, arn, context: toOne }), named(request)).toBe('ImplicitlyDenied');
    }
  });

  test('hands keys to EC2 and RDS only, and looks at none', () => {
    const ofKeys = guard.filter(({ actions }) => actions.some((action) => action.startsWith('kms:')));
    const conditions = ofKeys.flatMap(({ actions, condition }) =>
      actions.map((action) => [action, condition] as const),
    );
    const forServices = { StringLike: { 'kms:ViaService': ['ec2.*', 'rds.*'] } };
    expect(Object.fromEntries(conditions)).toEqual({
      'kms:CreateGrant': { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      'kms:Decrypt': forServices,
      'kms:ReEncryptFrom': forServices,
      'kms:ReEncryptTo': forServices,
    });
  });
});

describe('mayfly-guard where the policy wants copies before a stop', () => {
  const copying = memberPolicy({ guard: { copy: true }, types: [] });
  const withCopies = grantsOf('guard', copying);
  const copies = requestsOf(({ needs: { copy = [], copyState = [] } }) => [...copy, ...copyState]);
  const calls = copies.filter(({ action }) => /:Create(Image|DBSnapshot|DBClusterSnapshot)$/.test(action));

  test('copies whatever stands there, also what is protected, and does not without', async () => {
    expect(new Set(calls.map(({ action }) => action)).size).toBe(3);
    for (const request of calls) {
      for (const tags of [{}, { 'mayfly:protect': 'true' }]) {
        expect(await verdict(withCopies, { ...request, tags }), named(request)).toBe('Allowed');
        expect(await verdict(guard, { ...request, tags }), named(request)).toBe('ImplicitlyDenied');
      }
    }
    const reads = copies.filter(({ action }) => isRead(action) && !/^kms:/.test(action));
    for (const request of reads) expect(await verdict(withCopies, request), named(request)).toBe('Allowed');
  });

  test('tags only an image that is just made, and snapshots that Mayfly names', async () => {
    const image = { action: 'ec2:CreateTags', arn: `arn:aws:ec2:${region}::image/ami-1` };
    expect(await verdict(withCopies, { ...image, context: { 'ec2:CreateAction': 'CreateImage' } })).toBe('Allowed');
    expect(await verdict(withCopies, image)).toBe('ImplicitlyDenied');
    const snapshot = (name: string) => `arn:aws:rds:${region}:${memberAccount}:snapshot:${name}`;
    const add = { action: 'rds:AddTagsToResource' };
    expect(await verdict(withCopies, { ...add, arn: snapshot('mayfly-orders-0') })).toBe('Allowed');
    expect(await verdict(withCopies, { ...add, arn: snapshot('orders') })).toBe('ImplicitlyDenied');
  });

  test('deletes, terminates and restores nothing then either', async () => {
    const others = requestsOf(({ needs: { remove = [], untag = [], restore = [], discardCopy = [] } }) => [
      ...remove,
      ...untag,
      ...restore,
      ...discardCopy,
    ]).filter(({ action }) => !isRead(action) && !/^kms:|:(CreateTags|AddTagsToResource)$/.test(action));
    for (const request of [...others, ...deleting]) {
      // A final snapshot is a copy, too.
      if (calls.some(({ action }) => action === request.action)) continue;
      expect(await verdict(withCopies, { ...request, tags: { ttl: '3d' } }), named(request)).not.toBe('Allowed');
    }
    expect(
      withCopies.flatMap(({ actions }) => actions).filter((one) => /Delete|Terminate|Deregister/.test(one)),
    ).toEqual([]);
  });
});

describe('who else', () => {
  test('mayfly-read and mayfly-tag stop nothing', async () => {
    for (const role of ['read', 'tag'] as const) {
      const grants = grantsOf(role, policy, resourceTypes);
      for (const request of [...stops, ...starts, ...sizes]) {
        expect(await verdict(grants, { ...request, tags: { ttl: '3d' }, context: toOne }), named(request)).not.toBe(
          'Allowed',
        );
      }
    }
  });

  test('mayfly-read sees stop protection and local disks', async () => {
    const read = grantsOf('read', policy, resourceTypes);
    const arn = `arn:aws:ec2:${region}:${memberAccount}:instance/i-0abc`;
    for (const action of ['ec2:DescribeInstanceTypes', 'ec2:DescribeInstanceAttribute']) {
      expect(await verdict(read, { action, arn: action.endsWith('Attribute') ? arn : '*' })).toBe('Allowed');
    }
  });
});
