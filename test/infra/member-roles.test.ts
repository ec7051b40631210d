import { describe, expect, test } from 'vitest';
import { costTypes } from '../../lib/resource-types/cost-types.ts';
import { resourceTypes } from '../../lib/resource-types/index.ts';
import { deleting, isRead, named, requestsOf, withStackRole } from './member-requests.ts';
import { grantsOf, memberAccount, region, type Tags, verdict } from './member-simulation.ts';

const read = grantsOf('read');
const tag = grantsOf('tag');
const stack = grantsOf('stack');

describe('mayfly-read', () => {
  const changes = requestsOf(({ needs: { remove = [], finish = [], tag: tagging = [] } }) => [
    ...remove,
    ...finish,
    ...tagging,
  ]).filter(({ action }) => !isRead(action));

  test('can do nothing that changes anything, not even to what has expired', async () => {
    expect(changes.length).toBeGreaterThan(45);
    for (const request of changes) {
      const asked = { ...request, tags: { ttl: '3d' }, context: { ...withStackRole, 'aws:TagKeys': ['ttl'] } };
      expect(await verdict(read, asked), named(request)).toBe('ImplicitlyDenied');
    }
  });

  test('reads all that the types describe and list', async () => {
    const reads = requestsOf(({ needs: { describe: some = [], list = [] } }) => [...some, ...list]);
    for (const request of reads) {
      expect(await verdict(read, request), named(request)).toBe('Allowed');
    }
  });

  test('reads all that is only counted, and that is all it needs', async () => {
    const counted = costTypes.flatMap(({ needs: { census } }) =>
      census.flatMap(({ actions, on }) => actions.map((action) => ({ action, arn: shown(on) }))),
    );
    expect(counted.length).toBeGreaterThan(costTypes.length);
    for (const request of counted) {
      expect(isRead(request.action), named(request)).toBe(true);
      expect(await verdict(read, request), named(request)).toBe('Allowed');
    }
  });
});

/** An ARN that a pattern covers. */
function shown(on: string): string {
  return on
    .replace('REGION', region)
    .replace('ACCOUNT', memberAccount)
    .replaceAll('*', on === '*' ? '*' : 'x');
}

describe('mayfly-tag', () => {
  const compared = requestsOf(({ unguarded, needs: { tag: tagging = [] } }) =>
    unguarded === undefined ? tagging : [],
  ).filter(({ action }) => !isRead(action));
  const carrying = { 'Expires-At': '2026-11-20' };

  const cases: [string, Tags, string[] | undefined, string][] = [
    ['an expiry key', carrying, ['expires-at'], 'Allowed'],
    ['an expiry key as somebody spelled it', carrying, ['eXpires-At'], 'Allowed'],
    ['two expiry keys', carrying, ['expires-at', 'TTL'], 'Allowed'],
    ['a key of its own', carrying, ['mayfly:keep-until'], 'Allowed'],
    ['another key', carrying, ['owner'], 'ImplicitlyDenied'],
    ['another key beside an expiry key', carrying, ['ttl', 'owner'], 'ImplicitlyDenied'],
    ['no key at all', carrying, undefined, 'ImplicitlyDenied'],
    ['an expiry key where there is none', { owner: 'ana' }, ['expires-at'], 'ExplicitlyDenied'],
    ['a key of its own where there is no expiry key', {}, ['mayfly:x'], 'ExplicitlyDenied'],
  ];

  test.each(cases)('%s', async (_, tags, keys, expected) => {
    expect(compared.length).toBeGreaterThan(15);
    for (const request of compared) {
      const context = keys === undefined ? {} : { 'aws:TagKeys': keys };
      expect(await verdict(tag, { ...request, tags, context }), named(request)).toBe(expected);
    }
  });

  test('gives protection and never takes it away', async () => {
    const protect = (value: string) => ({ 'aws:TagKeys': ['mayfly:protect'], 'aws:RequestTag/mayfly:protect': value });
    for (const request of compared) {
      const write = (value: string) => verdict(tag, { ...request, tags: carrying, context: protect(value) });
      expect(await write('true'), named(request)).toBe('Allowed');
      expect(await write('false'), named(request)).toBe('ExplicitlyDenied');
      expect(await write('2026-01-01'), named(request)).toBe('ExplicitlyDenied');
    }
  });

  test('buckets are the exception: S3 shows neither keys nor tags', async () => {
    const others = resourceTypes.filter(({ unguarded }) => unguarded !== undefined).map(({ id }) => id);
    expect(others).toEqual(['s3:bucket']);
    expect(await verdict(tag, { action: 's3:PutBucketTagging', arn: 'arn:aws:s3:::data' })).toBe('Allowed');
  });

  test('can remove nothing', async () => {
    const removals = requestsOf(({ needs: { remove = [] } }) => remove).filter(({ action }) => !isRead(action));
    for (const request of removals.filter(({ action }) => action !== 'rds:AddTagsToResource')) {
      const asked = { ...request, tags: { ttl: '3d' }, context: withStackRole };
      expect(await verdict(tag, asked), named(request)).toBe('ImplicitlyDenied');
    }
  });
});

describe('mayfly-stack', () => {
  const member = { 'aws:cloudformation:stack-id': `arn:aws:cloudformation:${region}:${memberAccount}:stack/web/1` };
  const unmarked = ['dynamodb:table', 'ec2:launch-template', 'sqs:queue'];
  const deletions = deleting.filter(({ type }) => type.cloudFormation !== undefined);

  test('deletes members of stacks, and where CloudFormation marks them nothing else', async () => {
    for (const request of deletions) {
      expect(await verdict(stack, { ...request, tags: member }), named(request)).toBe('Allowed');
      const other = unmarked.includes(request.type.id) ? 'Allowed' : 'ImplicitlyDenied';
      expect(await verdict(stack, { ...request, tags: { ttl: '3d' } }), named(request)).toBe(other);
    }
  });

  test('never what is protected', async () => {
    for (const request of deletions) {
      const tags = { ...member, 'mayfly:protect': 'true' };
      expect(await verdict(stack, { ...request, tags }), named(request)).toBe('ExplicitlyDenied');
    }
  });

  test('no image, no snapshot, no object', async () => {
    for (const request of [
      { action: 'ec2:DeregisterImage', arn: `arn:aws:ec2:${region}::image/ami-0abc` },
      { action: 'ec2:DeleteSnapshot', arn: `arn:aws:ec2:${region}::snapshot/snap-0abc` },
      { action: 's3:DeleteObject', arn: 'arn:aws:s3:::data/key' },
    ]) {
      expect(await verdict(stack, { ...request, tags: member }), named(request)).toBe('ImplicitlyDenied');
    }
  });
});
