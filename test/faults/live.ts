import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand as ListLogTags,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTagsOfResourceCommand } from '@aws-sdk/client-dynamodb';
import * as ec2 from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as rds from '@aws-sdk/client-rds';
import { GetBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListTagsForResourceCommand as ListTopicTags, SNSClient } from '@aws-sdk/client-sns';
import { ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ListTagsForResourceCommand as ListParameterTags, SSMClient } from '@aws-sdk/client-ssm';
import type { Site } from '../../scripts/local-aws/site.ts';

type Tags = Readonly<Record<string, string>>;

/** The tags that a resource has at this moment; `undefined`: it does not exist. */
type Look = (site: Site, id: string, arn: string) => Promise<Tags | undefined>;

/**
 * Asks moto itself, past the proxy and with none of Mayfly's code, so that what Mayfly says can be compared with it.
 */
export async function liveTags(site: Site, arn: string): Promise<Tags | undefined> {
  const [, , service = '', , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  const word = /^[\w-]+(?=[:/])/.exec(resource)?.[0] ?? '';
  const look = looks[`${service}:${word}`] ?? looks[service];
  if (look === undefined) throw new Error(`nobody has said how to look up ${arn}`);
  try {
    return await look(site, resource.slice(resource.lastIndexOf('/') + 1), arn);
  } catch (error) {
    const { name, message } = error as Error;
    if (/NotFound|NoSuch|NonExistent|DoesNotExist|does not exist|InvalidResourceId|Malformed/.test(name + message)) {
      return undefined;
    }
    throw error;
  }
}

function map(tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = []): Tags {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

function one<T extends { Tags?: ec2.Tag[] | undefined }>(found: readonly T[] = []): Tags | undefined {
  return found[0] && map(found[0].Tags);
}

/** moto tells the tags of a load balancer that is gone, so whether it is there is asked first. */
const ofLoadBalancing: Look = async (site, _, arn) => {
  const client = site.client(elb.ElasticLoadBalancingV2Client);
  if (arn.includes(':targetgroup/')) await client.send(new elb.DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
  else await client.send(new elb.DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
  const { TagDescriptions: [found] = [] } = await client.send(new elb.DescribeTagsCommand({ ResourceArns: [arn] }));
  return found && map(found.Tags);
};

const looks: Readonly<Record<string, Look>> = {
  'autoscaling:autoScalingGroup': async (site, name) => (await autoScalingGroup(site, name))?.tags,
  async 'cloudformation:stack'(site, _, StackName) {
    const { Stacks } = await site.client(CloudFormationClient).send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0]?.StackStatus === 'DELETE_COMPLETE' ? undefined : one(Stacks);
  },
  'dynamodb:table': async (site, _, ResourceArn) =>
    map((await site.client(DynamoDBClient).send(new ListTagsOfResourceCommand({ ResourceArn }))).Tags),
  'ec2:elastic-ip': async (site, id) =>
    one((await site.client(ec2.EC2Client).send(new ec2.DescribeAddressesCommand({ AllocationIds: [id] }))).Addresses),
  'ec2:image': async (site, id) =>
    one((await site.client(ec2.EC2Client).send(new ec2.DescribeImagesCommand({ ImageIds: [id] }))).Images),
  async 'ec2:instance'(site, id) {
    const command = new ec2.DescribeInstancesCommand({ InstanceIds: [id] });
    const { Reservations = [] } = await site.client(ec2.EC2Client).send(command);
    const found = Reservations.flatMap(({ Instances = [] }) => Instances);
    return found[0]?.State?.Name === 'terminated' ? undefined : one(found);
  },
  async 'ec2:launch-template'(site, id) {
    const client = site.client(ec2.EC2Client);
    const command = new ec2.DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id] });
    const { LaunchTemplates = [] } = await client.send(command);
    if (LaunchTemplates.length === 0) return undefined;
    // moto's description of a template goes on showing the tags that it was made with.
    return map(
      (await client.send(new ec2.DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [id] }] }))).Tags,
    );
  },
  async 'ec2:security-group'(site, id) {
    const command = new ec2.DescribeSecurityGroupsCommand({ GroupIds: [id] });
    return one((await site.client(ec2.EC2Client).send(command)).SecurityGroups);
  },
  'ec2:snapshot': async (site, id) =>
    one((await site.client(ec2.EC2Client).send(new ec2.DescribeSnapshotsCommand({ SnapshotIds: [id] }))).Snapshots),
  'ec2:volume': async (site, id) =>
    one((await site.client(ec2.EC2Client).send(new ec2.DescribeVolumesCommand({ VolumeIds: [id] }))).Volumes),
  'elasticloadbalancing:loadbalancer': ofLoadBalancing,
  'elasticloadbalancing:targetgroup': ofLoadBalancing,
  'lambda:function': async (site, _, FunctionName) =>
    (await site.client(LambdaClient).send(new GetFunctionCommand({ FunctionName }))).Tags ?? {},
  async 'logs:log-group'(site, _, arn) {
    const resourceArn = arn.replace(/:\*$/, '');
    const client = site.client(CloudWatchLogsClient);
    const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({}));
    const isThere = logGroups.some(({ logGroupName = '' }) => resourceArn.endsWith(`:log-group:${logGroupName}`));
    return isThere ? (await client.send(new ListLogTags({ resourceArn }))).tags : undefined;
  },
  async 'rds:db'(site, _, arn) {
    const command = new rds.DescribeDBInstancesCommand({ DBInstanceIdentifier: arn.split(':').at(-1) });
    const { DBInstances: [found] = [] } = await site.client(rds.RDSClient).send(command);
    return found && map(found.TagList);
  },
  s3: async (site, Bucket) => map((await site.client(S3Client).send(new GetBucketTaggingCommand({ Bucket }))).TagSet),
  async 'secretsmanager:secret'(site, _, SecretId) {
    const found = await site.client(SecretsManagerClient).send(new DescribeSecretCommand({ SecretId }));
    return found.DeletedDate === undefined ? map(found.Tags) : undefined;
  },
  sns: async (site, _, ResourceArn) =>
    map((await site.client(SNSClient).send(new ListTopicTags({ ResourceArn }))).Tags),
  async sqs(site, _, arn) {
    const [account, name] = arn.split(':').slice(-2);
    const QueueUrl = `https://sqs.${site.region}.amazonaws.com/${account}/${name}`;
    return (await site.client(SQSClient).send(new ListQueueTagsCommand({ QueueUrl }))).Tags ?? {};
  },
  async 'ssm:parameter'(site, _, arn) {
    const ResourceId = arn.slice(arn.indexOf('parameter/') + 'parameter'.length);
    const command = new ListParameterTags({ ResourceType: 'Parameter', ResourceId });
    return map((await site.client(SSMClient).send(command)).TagList);
  },
};

/** The ARN holds a GUID that the calls do not name. */
export async function autoScalingGroup(site: Site, name: string): Promise<{ arn: string; tags: Tags } | undefined> {
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
  const { AutoScalingGroups: [found] = [] } = await site.client(AutoScalingClient).send(command);
  return found && { arn: found.AutoScalingGroupARN ?? '', tags: map(found.Tags) };
}
