import { describe, expect, test } from 'vitest';
import { idleGrants, idleReadGrants } from '../../lib/infra/member-idle.ts';
import { serversIn } from '../../lib/infra/permissions.ts';
import type { Permission, ResourceType } from '../../lib/resource-types/define.ts';
import { resourceTypes } from '../../lib/resource-types/index.ts';
import { fakeType, pairsIn } from './member-pairs.ts';
import { isRead, named, requestsOf, sampleArn } from './member-requests.ts';
import { grantsOf, memberAccount, memberPolicy, region, type Tags, verdict } from './member-simulation.ts';

const policy = memberPolicy({ idle: { match: { environment: ['staging', 'int-*'] } } });
const idle = grantsOf('idle', policy);
const servers = serversIn(resourceTypes);

/** The calls of some operations, on the server itself or whatever else their patterns name. */
function requestsFor(names: readonly (keyof ResourceType['needs'])[], fits: (one: Permission) => boolean) {
  return requestsOf(({ needs }) => names.flatMap((name) => needs[name] ?? []).filter(fits));
}

const guarded = (...names: (keyof ResourceType['needs'])[]) => requestsFor(names, ({ guard }) => guard === 'tags');
const own = (...names: (keyof ResourceType['needs'])[]) => requestsFor(names, ({ guard }) => guard === 'own');

test('the servers are instances, databases and clusters', () => {
  expect(servers.map(({ id }) => id)).toEqual(['ec2:instance', 'rds:cluster', 'rds:db']);
});

describe('mayfly-idle on servers', () => {
  const steps = guarded('copy', 'stop', 'start');

  const cases: [string, Tags, string][] = [
    ['no tags', {}, 'ImplicitlyDenied'],
    ['another environment', { environment: 'production' }, 'ImplicitlyDenied'],
    ['an environment of the rule', { environment: 'staging' }, 'Allowed'],
    ['one that its pattern fits', { environment: 'int-7' }, 'Allowed'],
    ["Mayfly's own tag alone", { 'mayfly:keep-until': '2026-12-01T00:00:00Z' }, 'ImplicitlyDenied'],
    ['an expiry alone', { 'expires-at': '2026-11-20' }, 'ImplicitlyDenied'],
  ];

  test.each(cases)('copies, stops and starts: %s', async (_, tags, expected) => {
    expect(steps.length).toBe(9);
    for (const request of steps) expect(await verdict(idle, { ...request, tags }), named(request)).toBe(expected);
  });

  test('protection forbids to stop, and neither to copy nor to start again', async () => {
    const tags = { environment: 'staging', 'mayfly:protect': 'true' };
    for (const request of guarded('stop')) {
      expect(await verdict(idle, { ...request, tags }), named(request)).toBe('ExplicitlyDenied');
    }
    for (const request of guarded('copy', 'start')) {
      expect(await verdict(idle, { ...request, tags }), named(request)).toBe('Allowed');
    }
  });
});

describe('mayfly-idle on tags of servers', () => {
  const writes = requestsFor(['tag', 'untag'], () => true).filter(({ arn }) =>
    servers.some((type) => sampleArn(type) === arn),
  );
  const cases: [string, Tags, string[], string][] = [
    ['an expiry key', { environment: 'staging' }, ['expires-at'], 'Allowed'],
    ['an expiry key in another case', { environment: 'staging' }, ['Expires-At'], 'Allowed'],
    ['a key of its own', { environment: 'staging' }, ['mayfly:stopped'], 'Allowed'],
    ['another key', { environment: 'staging' }, ['owner'], 'ImplicitlyDenied'],
    ['protection', { environment: 'staging' }, ['mayfly:protect'], 'ExplicitlyDenied'],
    ['on what the rule does not match', { environment: 'production' }, ['expires-at'], 'ImplicitlyDenied'],
  ];

  test.each(cases)('%s', async (_, tags, keys, expected) => {
    expect(writes.length).toBe(6);
    for (const request of writes) {
      const asked = { ...request, tags, context: { 'aws:TagKeys': keys } };
      expect(await verdict(idle, asked), named(request)).toBe(expected);
    }
  });
});

describe('mayfly-idle on copies', () => {
  const deletions = own('discardCopy');
  const ours = { 'mayfly:keep-until': '2026-12-01T00:00:00Z' };

  test("deletes what carries Mayfly's own tag, and nothing that the rule matches only", async () => {
    expect(deletions.length).toBe(5);
    for (const request of deletions) {
      expect(await verdict(idle, { ...request, tags: ours }), named(request)).toBe('Allowed');
      const others = { environment: 'staging', 'expires-at': '2026-11-20' };
      expect(await verdict(idle, { ...request, tags: others }), named(request)).toBe('ImplicitlyDenied');
      const protectedOnes = { ...ours, 'mayfly:protect': 'true' };
      expect(await verdict(idle, { ...request, tags: protectedOnes }), named(request)).toBe('ExplicitlyDenied');
    }
  });

  test('names the snapshots of databases itself', async () => {
    const arn = `arn:aws:rds:${region}:${memberAccount}:snapshot:of-somebody`;
    for (const action of ['rds:CreateDBSnapshot', 'rds:DeleteDBSnapshot', 'rds:RestoreDBInstanceFromDBSnapshot']) {
      expect(await verdict(idle, { action, arn, tags: ours }), action).toBe('ImplicitlyDenied');
    }
  });

  test("marks the snapshots of an image with Mayfly's own keys and no others", async () => {
    const arn = `arn:aws:ec2:${region}::snapshot/snap-0abc`;
    const mark = (...keys: string[]) =>
      verdict(idle, { action: 'ec2:CreateTags', arn, context: { 'aws:TagKeys': keys } });
    expect(await mark('mayfly:keep-until', 'mayfly:copy-of', 'mayfly:part-of')).toBe('Allowed');
    expect(await mark('mayfly:keep-until', 'expires-at')).toBe('ImplicitlyDenied');
    expect(await verdict(idle, { action: 'ec2:CreateTags', arn })).toBe('ImplicitlyDenied');
  });

  test('changes and deletes only network interfaces that it has marked', async () => {
    const arn = `arn:aws:ec2:${region}:${memberAccount}:network-interface/eni-0abc`;
    for (const action of ['ec2:ModifyNetworkInterfaceAttribute', 'ec2:DeleteNetworkInterface']) {
      expect(await verdict(idle, { action, arn, tags: ours }), action).toBe('Allowed');
      expect(await verdict(idle, { action, arn, tags: { environment: 'staging' } }), action).toBe('ImplicitlyDenied');
    }
  });
});

describe('mayfly-idle when it restores', () => {
  const starts = (arn: string, tags: Tags, context = {}) =>
    verdict(idle, { action: 'ec2:RunInstances', arn, tags, context });
  const restored = { 'aws:RequestTag/mayfly:restored-from': 'ami-0abc' };

  test('starts servers from its own images only, and says so in their tags', async () => {
    const image = `arn:aws:ec2:${region}::image/ami-0abc`;
    expect(await starts(image, { 'mayfly:keep-until': '2026-12-01T00:00:00Z' })).toBe('Allowed');
    expect(await starts(image, { environment: 'staging' })).toBe('ImplicitlyDenied');
    const instance = `arn:aws:ec2:${region}:${memberAccount}:instance/*`;
    expect(await starts(instance, {}, restored)).toBe('Allowed');
    expect(await starts(instance, {})).toBe('ImplicitlyDenied');
  });

  test('makes databases that say in their tags what they were restored from', async () => {
    for (const [action, word] of [
      ['rds:RestoreDBInstanceFromDBSnapshot', 'db'],
      ['rds:RestoreDBClusterFromSnapshot', 'cluster'],
      ['rds:CreateDBInstance', 'db'],
      ['rds:AddTagsToResource', 'db'],
    ] as const) {
      const arn = `arn:aws:rds:${region}:${memberAccount}:${word}:orders`;
      expect(await verdict(idle, { action, arn, context: restored }), action).toBe('Allowed');
      expect(await verdict(idle, { action, arn }), action).toBe('ImplicitlyDenied');
    }
  });

  test('hands a role to EC2 only with the parameter, and to nobody else', async () => {
    const all = grantsOf('idle', policy, resourceTypes, ['PassServerRoles']);
    const pass = (grants: typeof idle, service: string) =>
      verdict(grants, {
        action: 'iam:PassRole',
        arn: `arn:aws:iam::${memberAccount}:role/web`,
        context: { 'iam:PassedToService': service },
      });
    expect(await pass(idle, 'ec2.amazonaws.com')).toBe('ImplicitlyDenied');
    expect(await pass(all, 'ec2.amazonaws.com')).toBe('Allowed');
    expect(await pass(all, 'lambda.amazonaws.com')).toBe('ImplicitlyDenied');
  });

  // The simulator wants the policy of a key too, which is nobody's here.
  test('lets EC2 and RDS use keys; itself it looks at them, and makes data keys that it can not read', () => {
    const ofKeys = idle.filter(({ actions }) => actions.some((action) => action.startsWith('kms:')));
    const conditions = ofKeys.flatMap(({ actions, condition }) =>
      actions.filter((action) => action.startsWith('kms:')).map((action) => [action, condition] as const),
    );
    const forServices = { StringLike: { 'kms:ViaService': ['ec2.*', 'rds.*'] } };
    expect(Object.fromEntries(conditions)).toEqual({
      'kms:CreateGrant': { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      'kms:Decrypt': forServices,
      'kms:DescribeKey': undefined,
      'kms:GenerateDataKeyWithoutPlaintext': undefined,
      'kms:ReEncryptFrom': forServices,
      'kms:ReEncryptTo': forServices,
    });
  });
});

describe('who may what', () => {
  const changes = requestsFor(
    ['copy', 'finishCopy', 'stop', 'start', 'untag', 'restore', 'prepareRemoval', 'discardCopy'],
    ({ implied }) => implied === undefined,
  ).filter(({ action }) => !isRead(action));

  const evidence = requestsFor(['checkStop', 'metrics', 'lastChange', 'copyState'], () => true);

  test.each(['read', 'tag', 'idle'] as const)('mayfly-%s sees the evidence', async (role) => {
    const grants = grantsOf(role, policy);
    for (const request of evidence) expect(await verdict(grants, request), named(request)).toBe('Allowed');
  });

  test.each(['copy', 'stop', 'start', 'discardCopy'] as const)(
    'mayfly-tag, which people work with: no %s',
    async (name) => {
      const tag = grantsOf('tag', policy);
      const tags = { environment: 'staging', 'mayfly:keep-until': '2026-12-01', 'expires-at': '2026-11-20' };
      const some = requestsFor([name], ({ implied, only }) => implied === undefined && only === undefined);
      for (const request of some.filter(({ action }) => !isRead(action))) {
        expect(await verdict(tag, { ...request, tags }), named(request)).not.toBe('Allowed');
      }
    },
  );

  test('mayfly-read changes no server', async () => {
    const read = grantsOf('read', policy);
    const tags = { environment: 'staging', 'mayfly:keep-until': '2026-12-01', 'expires-at': '2026-11-20' };
    expect(changes.length).toBeGreaterThan(40);
    for (const request of changes) {
      const asked = { ...request, tags, context: { 'aws:TagKeys': ['mayfly:keep-until'] } };
      expect(await verdict(read, asked), named(request)).not.toBe('Allowed');
    }
  });

  test('user data is for the one who restores', async () => {
    const recipes = requestsFor(['recipe'], () => true);
    for (const request of recipes) expect(await verdict(idle, request), named(request)).toBe('Allowed');
  });

  test('without the block in the policy nobody has anything to do with it', () => {
    expect(idleGrants(resourceTypes, memberPolicy())).toEqual([]);
    expect(idleReadGrants(resourceTypes, memberPolicy())).toEqual([]);
    const none = memberPolicy({ idle: {}, types: ['sqs:queue'] });
    expect(idleGrants(resourceTypes, none)).toEqual([]);
  });

  test('what the types declare, no more and no less', () => {
    const stop: Permission = { actions: ['ivs:StopStream'], on: 'arn:aws:ivs:REGION:ACCOUNT:channel/*', guard: 'tags' };
    const look: Permission = { actions: ['ivs:ListStreams'], on: '*' };
    const forget: Permission = { actions: ['ivs:DeleteCopy'], on: 'arn:aws:ivs:REGION:ACCOUNT:copy/*', guard: 'own' };
    const tag: Permission = { actions: ['ivs:TagResource'], on: 'arn:aws:ivs:REGION:ACCOUNT:channel/*' };
    const stoppable = fakeType({ needs: { stop: [stop, look], discardCopy: [forget], tag: [tag] } });
    expect(pairsIn(idleGrants([stoppable], policy))).toEqual([
      'ivs:DeleteCopy on arn:PARTITION:ivs:*:ACCOUNT:copy/*',
      'ivs:ListStreams on *',
      'ivs:StopStream on arn:PARTITION:ivs:*:ACCOUNT:channel/*',
      'ivs:TagResource on arn:PARTITION:ivs:*:ACCOUNT:channel/*',
    ]);
  });
});
