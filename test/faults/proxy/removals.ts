import type { Site } from '../../../scripts/local-aws/site.ts';
import { autoScalingGroup } from '../live.ts';
import { type Call, numbered, text } from './call.ts';

/** What a call asks to do, and to which resource. */
export interface Deed {
  action: string;
  arn: string;
}

type Arns = (call: Call, site: Site) => readonly string[] | Promise<readonly string[]>;

function arnIn({ region, account }: Call, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

/** The resource part of an id that may be an ARN already. */
function named(call: Call, service: string, prefix: string, id: string): string {
  return id.startsWith('arn:') ? id : arnIn(call, service, `${prefix}${id}`);
}

/** The removal calls of all types, and the ARNs that IAM sees in them. */
const removals: Readonly<Record<string, Arns>> = {
  'autoscaling:DeleteAutoScalingGroup': async (call, site) => {
    const name = text(call, 'AutoScalingGroupName');
    return [(await autoScalingGroup(site, name))?.arn ?? arnIn(call, 'autoscaling', `gone/${name}`)];
  },
  'cloudformation:DeleteStack': (call) => [text(call, 'StackName')],
  'dynamodb:DeleteTable': (call) => [named(call, 'dynamodb', 'table/', text(call, 'TableName'))],
  'ec2:DeleteLaunchTemplate': (call) => [arnIn(call, 'ec2', `launch-template/${text(call, 'LaunchTemplateId')}`)],
  'ec2:DeleteSecurityGroup': (call) => [arnIn(call, 'ec2', `security-group/${text(call, 'GroupId')}`)],
  'ec2:DeleteSnapshot': (call) => [`arn:aws:ec2:${call.region}::snapshot/${text(call, 'SnapshotId')}`],
  'ec2:DeleteVolume': (call) => [arnIn(call, 'ec2', `volume/${text(call, 'VolumeId')}`)],
  'ec2:DeregisterImage': (call) => [`arn:aws:ec2:${call.region}::image/${text(call, 'ImageId')}`],
  'ec2:ReleaseAddress': (call) => [arnIn(call, 'ec2', `elastic-ip/${text(call, 'AllocationId')}`)],
  'ec2:TerminateInstances': (call) => numbered(call, 'InstanceId').map((id) => arnIn(call, 'ec2', `instance/${id}`)),
  'elasticloadbalancing:DeleteLoadBalancer': (call) => [text(call, 'LoadBalancerArn')],
  'elasticloadbalancing:DeleteTargetGroup': (call) => [text(call, 'TargetGroupArn')],
  'lambda:DeleteFunction': (call) => {
    const id = decodeURIComponent(call.path.split('/').at(-1) ?? '');
    return [named(call, 'lambda', 'function:', id)];
  },
  'logs:DeleteLogGroup': (call) => [arnIn(call, 'logs', `log-group:${text(call, 'logGroupName')}:*`)],
  'rds:DeleteDBCluster': (call) => [arnIn(call, 'rds', `cluster:${text(call, 'DBClusterIdentifier')}`)],
  'rds:DeleteDBInstance': (call) => [arnIn(call, 'rds', `db:${text(call, 'DBInstanceIdentifier')}`)],
  's3:DeleteBucket': (call) => [`arn:aws:s3:::${call.path.split('/')[1]}`],
  's3:DeleteObjects': (call) => [`arn:aws:s3:::${call.path.split('/')[1]}/*`],
  'secretsmanager:DeleteSecret': (call) => [named(call, 'secretsmanager', 'secret:', text(call, 'SecretId'))],
  'sns:DeleteTopic': (call) => [text(call, 'TopicArn')],
  'sqs:DeleteQueue': (call) => [arnIn(call, 'sqs', text(call, 'QueueUrl').split('/').at(-1) ?? '')],
  'ssm:DeleteParameters': ({ parameters, ...call }) =>
    ((parameters['Names'] ?? []) as string[]).map((name) =>
      arnIn({ parameters, ...call }, 'ssm', `parameter/${name.replace(/^\//, '')}`),
    ),
};

/** Writes that are no removals, and the ARNs in them: a pinned session may do these only where its policy says so. */
const otherWrites: Readonly<Record<string, Arns>> = {
  'rds:AddTagsToResource': (call) => [text(call, 'ResourceName')],
  'rds:RemoveTagsFromResource': (call) => [text(call, 'ResourceName')],
};

export function isRemoval({ name }: Pick<Call, 'name'>): boolean {
  return Object.hasOwn(removals, name);
}

/** Everything that IAM asks about a call, one by one; without an ARN where the resource does not matter. */
export async function deedsOf(call: Call, site: Site): Promise<(Omit<Deed, 'arn'> & Partial<Deed>)[]> {
  const arns = await (removals[call.name] ?? otherWrites[call.name])?.(call, site);
  if (arns === undefined) return call.actions.map((action) => ({ action }));
  const deeds = call.actions.flatMap((action) => arns.map((arn) => ({ action, arn })));
  return [...deeds, ...impliedIn(call, arns[0] ?? '')];
}

/** What AWS demands on the way, though no call of ours names it. */
function impliedIn(call: Call, arn: string): Deed[] {
  const role = text(call, 'RoleARN');
  if (call.name === 'cloudformation:DeleteStack' && role !== '') return [{ action: 'iam:PassRole', arn: role }];
  const snapshot = text(call, 'FinalDBSnapshotIdentifier');
  if (call.name === 'rds:DeleteDBInstance' && snapshot !== '') {
    const copy = arnIn(call, 'rds', `snapshot:${snapshot}`);
    return [arn, copy].map((one) => ({ action: 'rds:CreateDBSnapshot', arn: one }));
  }
  return [];
}

/** The ARNs of a removal as Mayfly writes them, to count what was removed how often. */
export async function removedArns(call: Call, site: Site): Promise<readonly string[]> {
  return ((await removals[call.name]?.(call, site)) ?? []).map((arn) => arn.replace(/(:log-group:.+):\*$/, '$1'));
}
