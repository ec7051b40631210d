import { describe, expect, test } from 'vitest';
import { sessionPolicy } from '../../lib/adapters/session-policy.ts';
import type { Present, ResourceType } from '../../lib/resource-types/define.ts';
import { resourceType, resourceTypes } from '../../lib/resource-types/index.ts';
import { type Removal, scopeOf } from '../../lib/use-cases/removal-scope.ts';
import { aDecision } from '../fakes/builders.ts';
import { deleting, guarded, named, sampleArn, withStackRole } from './member-requests.ts';
import { grantsOf, memberAccount, memberPolicy, region, type Tags, verdict } from './member-simulation.ts';

const policy = memberPolicy();
const act = grantsOf('act');

describe('mayfly-act, for everything that its types guard by tags', () => {
  test('there is such an action for every type but buckets, whose tags S3 does not compare', () => {
    const without = resourceTypes.filter(({ id }) => !guarded.some(({ type }) => type.id === id)).map(({ id }) => id);
    expect(without).toEqual(['s3:bucket']);
  });

  const cases: [string, Tags, string][] = [
    ['no tags', {}, 'ImplicitlyDenied'],
    ['other tags', { owner: 'ana', 'expires-at-x': '3d', 'mayfly:keep-until': '2026-11-20' }, 'ImplicitlyDenied'],
    ['the first expiry key', { 'expires-at': '2026-11-20' }, 'Allowed'],
    ['the second expiry key', { ttl: '3d' }, 'Allowed'],
    ['an expiry key in another case', { 'Expires-AT': '3d' }, 'Allowed'],
    ['a key that holds nothing', { ttl: '' }, 'Allowed'],
    ['protection', { ttl: '3d', 'mayfly:protect': 'true' }, 'ExplicitlyDenied'],
    ['protection in another case', { ttl: '3d', 'Mayfly:Protect': 'TRUE' }, 'ExplicitlyDenied'],
    ['protection that can not be read', { ttl: '3d', 'mayfly:protect': 'yes please' }, 'ExplicitlyDenied'],
    ['protection that says nothing', { ttl: '3d', 'mayfly:protect': '' }, 'ExplicitlyDenied'],
    ['protection that says false', { ttl: '3d', 'mayfly:protect': 'False' }, 'Allowed'],
    ['protection until a date, which the recheck judges', { ttl: '3d', 'mayfly:protect': '2026-12-01' }, 'Allowed'],
  ];

  test.each(cases)('%s', async (_, tags, expected) => {
    for (const request of expected === 'ExplicitlyDenied' ? deleting : guarded) {
      expect(await verdict(act, { ...request, tags, context: withStackRole }), named(request)).toBe(expected);
    }
  });

  test('nothing of another account, even if a policy there let it in', async () => {
    const elsewhere = guarded.filter(({ arn }) => arn.includes(memberAccount));
    expect(elsewhere.length).toBeGreaterThan(15);
    for (const request of elsewhere) {
      const arn = request.arn.replaceAll(memberAccount, '999999999999');
      const asked = { ...request, arn, tags: { ttl: '3d' }, context: withStackRole };
      expect(await verdict(act, asked), named(request)).toBe('ImplicitlyDenied');
    }
  });

  test('a stack only with the role of its own', async () => {
    const arn = sampleArn(resourceType('cloudformation:stack') as ResourceType);
    const request = { action: 'cloudformation:DeleteStack', arn, tags: { ttl: '3d' } };
    expect(await verdict(act, request)).toBe('ExplicitlyDenied');
    const other = { 'cloudformation:RoleArn': `arn:aws:iam::${memberAccount}:role/admin` };
    expect(await verdict(act, { ...request, context: other })).toBe('ExplicitlyDenied');
    expect(await verdict(act, { ...request, context: withStackRole })).toBe('Allowed');
  });

  test('that role is handed to CloudFormation, no other one and to nobody else', async () => {
    const pass = (role: string, service: string) =>
      verdict(act, {
        action: 'iam:PassRole',
        arn: `arn:aws:iam::${memberAccount}:role/${role}`,
        context: { 'iam:PassedToService': service },
      });
    expect(await pass('mayfly-stack', 'cloudformation.amazonaws.com')).toBe('Allowed');
    expect(await pass('mayfly-stack', 'lambda.amazonaws.com')).toBe('ImplicitlyDenied');
    expect(await pass('admin', 'cloudformation.amazonaws.com')).toBe('ImplicitlyDenied');
  });

  test('contents of buckets and what is carried only with their parameters', async () => {
    const objects = { action: 's3:DeleteObject', arn: 'arn:aws:s3:::data/key' };
    const snapshot = { action: 'ec2:DeleteSnapshot', arn: `arn:aws:ec2:${region}::snapshot/snap-0abc` };
    expect(await verdict(act, objects)).toBe('ImplicitlyDenied');
    expect(await verdict(act, snapshot)).toBe('ImplicitlyDenied');
    const all = grantsOf('act', policy, resourceTypes, ['EmptyBuckets', 'RemoveCarried']);
    expect(await verdict(all, objects)).toBe('Allowed');
    expect(await verdict(all, snapshot)).toBe('Allowed');
    expect(await verdict(all, { ...snapshot, tags: { 'mayfly:protect': 'true' } })).toBe('ExplicitlyDenied');
  });
});

describe('mayfly-act in the session of a batch', () => {
  const decided = { 'expires-at': '2026-11-20' };
  const pinned = guarded.map((request) => {
    const arn = sampleArn(request.type);
    const target: Present = { kind: 'present', id: arn, arn, identity: '', tags: decided, facts: {} };
    const decision = aDecision(0, 'expired', { arn, type: request.type.id, decidedOn: decided });
    const removal: Removal = { type: request.type, decision, target };
    const scope = scopeOf([removal], { account: memberAccount, region, partition: 'aws' }, policy);
    const session = JSON.parse(sessionPolicy(scope)) as object;
    return { ...request, session, context: withStackRole };
  });

  const cases: [string, Tags, string][] = [
    ['the tags that were decided on', decided, 'Allowed'],
    ['an extension', { 'expires-at': '2026-11-27' }, 'ImplicitlyDenied'],
    ['a second key', { ...decided, ttl: '9d' }, 'ImplicitlyDenied'],
    ['a key taken off', {}, 'ImplicitlyDenied'],
    ['protection until a date', { ...decided, 'mayfly:protect': '2026-12-01' }, 'ImplicitlyDenied'],
    ['protection', { ...decided, 'mayfly:protect': 'true' }, 'ExplicitlyDenied'],
  ];

  test.each(cases)('%s', async (_, tags, expected) => {
    for (const request of pinned.filter(({ implied }) => !implied || expected !== 'ExplicitlyDenied')) {
      expect(await verdict(act, { ...request, tags }), named(request)).toBe(expected);
    }
  });

  test('another resource of the same type and tags', async () => {
    for (const request of pinned) {
      const arn = `${request.arn.replace(/(:\*)?$/, '')}0$&`.replace(/0:\*$/, '0:*');
      expect(await verdict(act, { ...request, arn, tags: decided }), named(request)).not.toBe('Allowed');
    }
  });
});
