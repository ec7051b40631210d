import { describe, expect, test } from 'vitest';
import { actGrants, optInGrants, optInOf } from '../../lib/infra/member-act.ts';
import { cloudFormationGrants, deletions } from '../../lib/infra/member-cloudformation.ts';
import { guardGrants, guardReadGrants } from '../../lib/infra/member-guard.ts';
import { type Grant, needsOf, readGrants, tagGrants } from '../../lib/infra/permissions.ts';
import { costTypes } from '../../lib/resource-types/cost-types.ts';
import type { Permission, ResourceType } from '../../lib/resource-types/define.ts';
import { resourceTypes } from '../../lib/resource-types/index.ts';
import { listingActions } from '../../lib/resource-types/listing-actions.ts';
import { fakeType, pairsIn } from './member-pairs.ts';
import { grantsOf, memberPolicy, type Role } from './member-simulation.ts';

const policy = memberPolicy();
const roles: readonly Role[] = ['read', 'act', 'tag', 'stack'];

/** What TARGET and CARRIED stand for in a role, which knows no resource. */
const patterns: Readonly<Record<string, string>> = {
  'logs:log-group TARGET:*': 'arn:PARTITION:logs:*:ACCOUNT:log-group:*:*',
  's3:bucket TARGET': 'arn:PARTITION:s3:::*',
  's3:bucket TARGET/*': 'arn:PARTITION:s3:::*/*',
  'ec2:image CARRIED': 'arn:PARTITION:ec2:*::snapshot/*',
  'rds:cluster CARRIED': 'arn:PARTITION:rds:*:ACCOUNT:db:*',
};

function declaredPairs(type: ResourceType, needs: readonly Permission[]): string[] {
  return needs.flatMap(({ actions, on }) => {
    const pattern = on
      .replace(/^arn:aws:/, 'arn:PARTITION:')
      .replace('REGION', '*')
      .replace('STACK_ROLE', 'mayfly-stack');
    const filled = patterns[`${type.id} ${on}`] ?? pattern;
    return actions.map((action) => `${action} on ${filled}`);
  });
}

function declared(...operations: (keyof ResourceType['needs'])[]): string[] {
  const pairs = resourceTypes.flatMap((type) =>
    operations.flatMap((name) => declaredPairs(type, type.needs[name] ?? [])),
  );
  return [...new Set(pairs)].toSorted();
}

describe('what a role may do is what the types declare, no more and no less', () => {
  test('mayfly-read: describe, list and census, and what finds resources', () => {
    const listing = listingActions.map((action) => `${action} on *`);
    expect(pairsIn(readGrants(resourceTypes))).toEqual(
      [...declared('describe', 'list', 'census'), ...listing].toSorted(),
    );
  });

  test('mayfly-read: the census of what is only counted, which no other statement is made from', () => {
    const before = new Set(pairsIn(readGrants(resourceTypes)));
    const added = pairsIn(readGrants([...resourceTypes, ...costTypes])).filter((pair) => !before.has(pair));
    expect(added).toEqual([
      'ec2:DescribeNatGateways on *',
      'eks:DescribeCluster on arn:PARTITION:eks:*:ACCOUNT:cluster/*',
      'eks:DescribeClusterVersions on *',
      'eks:ListClusters on *',
      'elasticache:DescribeCacheClusters on *',
      'elasticache:DescribeServerlessCaches on *',
      'elasticfilesystem:DescribeFileSystems on *',
      'es:DescribeDomains on arn:PARTITION:es:*:ACCOUNT:domain/*',
      'es:ListDomainNames on *',
    ]);
  });

  test('mayfly-act: remove and finish, when all parameters are true', () => {
    const all = grantsOf('act', policy, resourceTypes, ['EmptyBuckets', 'RemoveCarried', 'RemoveUnguarded']);
    expect(pairsIn(all)).toEqual(declared('remove', 'finish'));
  });

  test('mayfly-act without the parameters: all but the contents of buckets', () => {
    const contents = [
      's3:AbortMultipartUpload on arn:PARTITION:s3:::*/*',
      's3:DeleteObject on arn:PARTITION:s3:::*/*',
      's3:DeleteObjectVersion on arn:PARTITION:s3:::*/*',
      's3:ListBucketMultipartUploads on arn:PARTITION:s3:::*',
      's3:ListBucketVersions on arn:PARTITION:s3:::*',
    ];
    expect(pairsIn(grantsOf('act'))).toEqual(declared('remove', 'finish').filter((pair) => !contents.includes(pair)));
    expect(pairsIn(optInGrants('EmptyBuckets', resourceTypes, policy))).toEqual(contents);
  });

  test('mayfly-tag: tag, besides what mayfly-read may', () => {
    expect(pairsIn(tagGrants(resourceTypes, policy))).toEqual(declared('tag'));
  });

  test('mayfly-act is for the types that the policy lists, mayfly-read for all', () => {
    const few = memberPolicy({ types: ['sqs:queue', 'ec2:image'] });
    const granted = pairsIn(actGrants(resourceTypes, few));
    expect(granted).toEqual([
      'ec2:DeleteSnapshot on arn:PARTITION:ec2:*::snapshot/*',
      'ec2:DeregisterImage on arn:PARTITION:ec2:*::image/*',
      'sqs:DeleteQueue on arn:PARTITION:sqs:*:ACCOUNT:*',
    ]);
    expect(pairsIn(actGrants(resourceTypes, memberPolicy({ types: [] })))).toEqual([]);
  });
});

describe('what mayfly-act may without a tag', () => {
  const withoutTag = (grants: readonly Grant[]) =>
    pairsIn(grants.filter(({ condition }) => !JSON.stringify(condition ?? {}).includes('aws:ResourceTag')));

  test('empty buckets, snapshots of its own names, reads, and handing over the stack role', () => {
    expect(withoutTag(actGrants(resourceTypes, policy))).toEqual([
      'iam:PassRole on arn:PARTITION:iam::ACCOUNT:role/mayfly-stack',
      'rds:AddTagsToResource on arn:PARTITION:rds:*:ACCOUNT:cluster-snapshot:mayfly-*',
      'rds:AddTagsToResource on arn:PARTITION:rds:*:ACCOUNT:snapshot:mayfly-*',
      'rds:CreateDBClusterSnapshot on arn:PARTITION:rds:*:ACCOUNT:cluster-snapshot:mayfly-*',
      'rds:CreateDBSnapshot on arn:PARTITION:rds:*:ACCOUNT:snapshot:mayfly-*',
      'rds:DeleteDBCluster on arn:PARTITION:rds:*:ACCOUNT:cluster-snapshot:mayfly-*',
      'rds:DescribeDBClusterSnapshots on *',
      'rds:ListTagsForResource on arn:PARTITION:rds:*:ACCOUNT:cluster-snapshot:mayfly-*',
      'rds:ListTagsForResource on arn:PARTITION:rds:*:ACCOUNT:snapshot:mayfly-*',
      'rds:RemoveTagsFromResource on arn:PARTITION:rds:*:ACCOUNT:cluster-snapshot:mayfly-*',
      'rds:RemoveTagsFromResource on arn:PARTITION:rds:*:ACCOUNT:snapshot:mayfly-*',
      's3:DeleteBucket on arn:PARTITION:s3:::*',
    ]);
  });

  test('RemoveCarried adds what goes with an image or a cluster', () => {
    expect(withoutTag(optInGrants('RemoveCarried', resourceTypes, policy))).toEqual([
      'ec2:DeleteSnapshot on arn:PARTITION:ec2:*::snapshot/*',
      'rds:DeleteDBInstance on arn:PARTITION:rds:*:ACCOUNT:db:*',
    ]);
  });

  test('a type whose tags AWS can not compare waits for a parameter, whatever it is', () => {
    const odd = fakeType({
      unguarded: 'nobody tags it',
      needs: { remove: [{ actions: ['ivs:DeleteChannel'], on: 'arn:aws:ivs:REGION:ACCOUNT:channel/*' }] },
    });
    expect(pairsIn(actGrants([odd], policy))).toEqual([]);
    expect(pairsIn(optInGrants('RemoveUnguarded', [odd], policy))).toEqual([
      'ivs:DeleteChannel on arn:PARTITION:ivs:*:ACCOUNT:channel/*',
    ]);
  });

  test('every need of every type is granted at once, guarded, or waits for exactly one parameter', () => {
    const waiting = [...needsOf(resourceTypes, 'act'), ...needsOf(resourceTypes, 'idle')].filter(
      (need) => optInOf(need) !== undefined,
    );
    expect(waiting.map(({ type, permission }) => `${type.id} ${permission.on}`)).toEqual([
      'ec2:image CARRIED',
      'rds:cluster CARRIED',
      's3:bucket TARGET',
      's3:bucket TARGET/*',
      'ec2:instance arn:aws:iam::ACCOUNT:role/*',
    ]);
  });
});

describe('mayfly-stack', () => {
  const members = resourceTypes.filter(({ cloudFormation }) => cloudFormation !== undefined);

  test('knows the deletion of every type that can be a member of a stack, and of no other', () => {
    expect(Object.keys(deletions).toSorted()).toEqual(members.map(({ id }) => id).toSorted());
    const fresh = fakeType({ cloudFormation: 'AWS::IVS::Channel' });
    expect(() => cloudFormationGrants([fresh], policy)).toThrow('ivs:channel can be a member of a stack');
  });

  test('may delete what the types delete, each by its own action', () => {
    const granted = pairsIn(cloudFormationGrants(resourceTypes, policy));
    for (const type of members) {
      const removals = (type.needs.remove ?? []).filter(({ guard, implied }) => guard === 'tags' && !implied);
      expect(granted).toEqual(expect.arrayContaining(declaredPairs(type, removals)));
    }
  });

  test('deletes nothing but these that CloudFormation has not marked as made by a stack', () => {
    const unmarked = cloudFormationGrants(resourceTypes, policy).filter(({ condition }) => condition === undefined);
    const changes = pairsIn(unmarked).filter((pair) => !/:(Describe|List|Get)/.test(pair));
    expect(changes).toEqual([
      'dynamodb:DeleteTable on arn:PARTITION:dynamodb:*:ACCOUNT:table/*',
      'ec2:CreateSnapshot on arn:PARTITION:ec2:*::snapshot/*',
      'ec2:CreateSnapshot on arn:PARTITION:ec2:*:ACCOUNT:volume/*',
      'ec2:DeleteLaunchTemplate on arn:PARTITION:ec2:*:ACCOUNT:launch-template/*',
      'ec2:DisassociateAddress on arn:PARTITION:ec2:*:ACCOUNT:elastic-ip/*',
      'ec2:DisassociateAddress on arn:PARTITION:ec2:*:ACCOUNT:network-interface/*',
      'rds:AddTagsToResource on arn:PARTITION:rds:*:ACCOUNT:cluster-snapshot:*',
      'rds:AddTagsToResource on arn:PARTITION:rds:*:ACCOUNT:snapshot:*',
      'rds:CreateDBClusterSnapshot on arn:PARTITION:rds:*:ACCOUNT:cluster-snapshot:*',
      'rds:CreateDBClusterSnapshot on arn:PARTITION:rds:*:ACCOUNT:cluster:*',
      'rds:CreateDBSnapshot on arn:PARTITION:rds:*:ACCOUNT:db:*',
      'rds:CreateDBSnapshot on arn:PARTITION:rds:*:ACCOUNT:snapshot:*',
      'rds:DeleteDBCluster on arn:PARTITION:rds:*:ACCOUNT:cluster-snapshot:*',
      's3:DeleteBucket on arn:PARTITION:s3:::*',
      'sqs:DeleteQueue on arn:PARTITION:sqs:*:ACCOUNT:*',
    ]);
  });
});

describe('mayfly-guard', () => {
  const guarding = memberPolicy({ guard: {}, types: [] });

  test('stops, starts and resizes, whatever the policy lists and lets the guard do by itself', () => {
    const granted = pairsIn(guardGrants(resourceTypes, guarding));
    expect(granted).toEqual(declared('stop', 'start', 'stopTogether', 'startTogether', 'resize'));
    const groups = 'arn:PARTITION:autoscaling:*:ACCOUNT:autoScalingGroup:*:autoScalingGroupName/*';
    expect(granted.filter((pair) => !/^kms:/.test(pair))).toEqual([
      `autoscaling:UpdateAutoScalingGroup on ${groups}`,
      'ec2:DescribeInstanceAttribute on *',
      'ec2:DescribeInstanceTypes on *',
      'ec2:StartInstances on arn:PARTITION:ec2:*:ACCOUNT:instance/*',
      'ec2:StopInstances on arn:PARTITION:ec2:*:ACCOUNT:instance/*',
      'rds:StartDBCluster on arn:PARTITION:rds:*:ACCOUNT:cluster:*',
      'rds:StartDBInstance on arn:PARTITION:rds:*:ACCOUNT:db:*',
      'rds:StopDBCluster on arn:PARTITION:rds:*:ACCOUNT:cluster:*',
      'rds:StopDBInstance on arn:PARTITION:rds:*:ACCOUNT:db:*',
    ]);
  });

  test('whether something may be stopped is seen by who reads', () => {
    expect(pairsIn(guardReadGrants(resourceTypes, guarding))).toEqual(declared('checkStop'));
  });

  test('without a guard in the policy nobody has anything to do with it', () => {
    expect(guardGrants(resourceTypes, memberPolicy())).toEqual([]);
    expect(guardReadGrants(resourceTypes, memberPolicy())).toEqual([]);
  });
});

describe('no wildcard without a reason', () => {
  test.each(roles)('of mayfly-%s', (role) => {
    for (const grant of grantsOf(role, policy, resourceTypes, ['EmptyBuckets', 'RemoveCarried'])) {
      expect(grant.because, grant.sid).toMatch(/^[A-Z].{10,}/);
      const isRead = grant.actions.every((action) => /^[a-z0-9]+:(Describe|List|Get)/.test(action));
      if (grant.on.includes('*') && grant.effect === 'Allow') expect(isRead, grant.actions.join()).toBe(true);
      // Only CloudFormation's own reads are given by a pattern of actions.
      const wide = grant.actions.filter((action) => action.includes('*'));
      expect(wide.filter((action) => action !== 'autoscaling:Describe*')).toEqual([]);
    }
  });
});

describe('a registry that can not be turned into roles is an error', () => {
  test('what is carried, but removed by no type', () => {
    const odd = fakeType({ needs: { remove: [{ actions: ['ivs:DeletePart'], on: 'CARRIED' }] } });
    expect(() => actGrants([odd], policy)).toThrow('ivs:channel: no type removes by ivs:DeletePart');
  });

  test('TARGET, where no need names an ARN', () => {
    const odd = fakeType({ needs: { remove: [{ actions: ['ivs:DeletePart'], on: 'TARGET/*', guard: 'tags' }] } });
    expect(() => actGrants([odd], policy)).toThrow('ivs:channel: no need of its own names an ARN');
  });
});
