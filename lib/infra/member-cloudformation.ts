import type { Policy } from '../core/policy.ts';
import type { IamAction, Permission, ResourceType } from '../resource-types/define.ts';
import { denyProtected } from './member-act.ts';
import { allow, type Condition, type Grant, kindOf, type Need, needsOf, sorted } from './permissions.ts';

/** What CloudFormation asks for when it deletes a member of a stack, besides our own removal and description. */
interface Deletion {
  /** It deletes or prepares by these too, on the same resources. */
  also?: readonly IamAction[];
  /** A copy for `DeletionPolicy: Snapshot`, a read of the member, what takes it out of use: nothing is lost by it. */
  beside?: readonly Permission[];
  /** Reads that AWS checks against no narrower resource. */
  reads?: readonly IamAction[];
  /** CloudFormation does not put its own tags on this type, so they can't be demanded. */
  untagged?: true;
}

const ec2 = (word: string) => `arn:aws:ec2:REGION:ACCOUNT:${word}/*`;
const rds = (word: string) => `arn:aws:rds:REGION:ACCOUNT:${word}:*`;

/** As the public schemas of CloudFormation's types state it: the handler that deletes, and who gets system tags. */
export const deletions: Readonly<Record<string, Deletion>> = {
  'autoscaling:autoScalingGroup': { also: ['autoscaling:UpdateAutoScalingGroup'], reads: ['autoscaling:Describe*'] },
  'cloudformation:stack': {},
  'dynamodb:table': { untagged: true },
  'ec2:elastic-ip': {
    beside: ['elastic-ip', 'network-interface'].map((word) => ({
      actions: ['ec2:DisassociateAddress'],
      on: ec2(word),
    })),
  },
  'ec2:instance': {
    reads: [
      'ec2:DescribeInstanceAttribute',
      'ec2:DescribeInstanceCreditSpecifications',
      'ssm:DescribeAssociation',
      'ssm:ListAssociations',
    ],
  },
  'ec2:launch-template': { untagged: true },
  'ec2:security-group': {},
  'ec2:volume': {
    beside: [
      { actions: ['ec2:CreateSnapshot'], on: ec2('volume') },
      { actions: ['ec2:CreateSnapshot'], on: 'arn:aws:ec2:REGION::snapshot/*' },
    ],
  },
  'elasticloadbalancing:loadbalancer': {},
  'elasticloadbalancing:targetgroup': {},
  'lambda:function': {},
  'logs:log-group': {},
  'rds:cluster': {
    beside: [
      { actions: ['rds:CreateDBClusterSnapshot'], on: rds('cluster') },
      {
        actions: ['rds:CreateDBClusterSnapshot', 'rds:DeleteDBCluster', 'rds:AddTagsToResource'],
        on: rds('cluster-snapshot'),
      },
    ],
    reads: ['rds:DescribeGlobalClusters', 'rds:DescribeDBClusterSnapshots'],
  },
  'rds:db': {
    beside: [
      { actions: ['rds:CreateDBSnapshot'], on: rds('db') },
      { actions: ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'], on: rds('snapshot') },
    ],
    reads: ['rds:DescribeDBSnapshots'],
  },
  's3:bucket': { beside: [{ actions: ['s3:ListBucket'], on: 'arn:aws:s3:::*' }], untagged: true },
  'secretsmanager:secret': { also: ['secretsmanager:RemoveRegionsFromReplication'] },
  'sns:topic': { beside: [{ actions: ['sns:GetTopicAttributes'], on: 'arn:aws:sns:REGION:ACCOUNT:*' }] },
  'sqs:queue': { untagged: true },
  'ssm:parameter': { also: ['ssm:DeleteParameter'] },
};

/** CloudFormation writes this tag itself, and nobody else can. */
const madeByStack: Condition = { Null: { 'aws:ResourceTag/aws:cloudformation:stack-id': 'false' } };

/**
 * What CloudFormation may do with the role that it is handed to delete a stack: delete members of the registered types,
 * where it can be told only those that a stack made, and never protected ones.
 */
export function cloudFormationGrants(types: readonly ResourceType[], policy: Policy): Grant[] {
  const members = types.filter(({ cloudFormation }) => cloudFormation !== undefined);
  const needs = members.flatMap(deletionNeeds);
  const isTagged = ({ type }: Need) => !deletions[type.id]?.untagged && type.unguarded === undefined;
  const beside = members.flatMap((type) =>
    (deletions[type.id]?.beside ?? []).map((permission) => ({ type, permission })),
  );
  const because = 'CloudFormation says only at the deletion which members a stack has';
  return [
    ...allow(needs.filter(isTagged), types, { sid: 'DeleteMembers', because, condition: madeByStack }),
    ...allow(
      needs.filter((need) => !isTagged(need)),
      types,
      { sid: 'DeleteUntaggedMembers', because: 'CloudFormation puts no tag of its own on these types' },
    ),
    ...allow(beside, types, { sid: 'Beside', because: 'Loses nothing: copies, reads, and taking an address off' }),
    {
      sid: 'Reads',
      effect: 'Allow',
      actions: sorted(members.flatMap(({ id }) => deletions[id]?.reads ?? [])),
      on: ['*'],
      because: 'AWS checks these reads against no narrower resource',
    },
    ...denyProtected(needs, policy),
  ];
}

/** The type's own removal, as far as CloudFormation does the same, and what it calls otherwise. */
function deletionNeeds(type: ResourceType): Need[] {
  const deletion = deletions[type.id];
  if (deletion === undefined) {
    throw new Error(
      `${type.id} can be a member of a stack: say in member-cloudformation.ts what its deletion asks for`,
    );
  }
  const own = needsOf([type], 'act').filter((need) => {
    const { permission } = need;
    const isRemoval = type.needs.remove?.includes(permission) && permission.implied === undefined;
    return isRemoval && (kindOf(need) === 'guarded' || isPlainRemoval(need));
  });
  const [first] = own;
  const [also, ...more] = deletion.also ?? [];
  if (first === undefined || also === undefined) return own;
  return [...own, { type, permission: { actions: [also, ...more], on: first.permission.on } }];
}

/** An empty bucket goes without a condition; objects and final snapshots of ours are none of CloudFormation's. */
function isPlainRemoval(need: Need): boolean {
  return need.type.unguarded !== undefined && kindOf(need) === 'named';
}
