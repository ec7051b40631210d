import { type Arn, kindOf, parseArn } from '../core/arn.ts';
import { autoScalingGroup } from './auto-scaling-group.ts';
import type { ResourceType } from './define.ts';
import { dynamodbTable } from './dynamodb-table.ts';
import { ec2ElasticIp } from './ec2-elastic-ip.ts';
import { ec2Image } from './ec2-image.ts';
import { ec2Instance } from './ec2-instance.ts';
import { ec2LaunchTemplate } from './ec2-launch-template.ts';
import { ec2SecurityGroup } from './ec2-security-group.ts';
import { ec2Snapshot } from './ec2-snapshot.ts';
import { ec2Volume } from './ec2-volume.ts';
import { lambdaFunction } from './lambda-function.ts';
import { loadBalancer } from './load-balancer.ts';
import { logGroup } from './log-group.ts';
import { rdsCluster } from './rds-cluster.ts';
import { rdsDb } from './rds-db.ts';
import { s3Bucket } from './s3-bucket.ts';
import { secret } from './secret.ts';
import { snsTopic } from './sns-topic.ts';
import { sqsQueue } from './sqs-queue.ts';
import { ssmParameter } from './ssm-parameter.ts';
import { stack } from './stack.ts';
import { targetGroup } from './target-group.ts';

/** The registry: every type that Mayfly can remove. Types that it does not list are reported and left alone. */
export const resourceTypes: readonly ResourceType[] = [
  autoScalingGroup,
  dynamodbTable,
  ec2ElasticIp,
  ec2Image,
  ec2Instance,
  ec2LaunchTemplate,
  ec2SecurityGroup,
  ec2Snapshot,
  ec2Volume,
  lambdaFunction,
  loadBalancer,
  logGroup,
  rdsCluster,
  rdsDb,
  s3Bucket,
  secret,
  snsTopic,
  sqsQueue,
  ssmParameter,
  stack,
  targetGroup,
];

const byId = new Map(resourceTypes.map((type) => [type.id, type]));

export function resourceType(id: string): ResourceType | undefined {
  return byId.get(id);
}

/** The type and the id that an ARN names; an ARN nobody knows still has a kind, `service:word`. */
export function identify(text: string): { arn: Arn; kind: string; type?: ResourceType; id?: string } | undefined {
  const arn = parseArn(text);
  if (arn === undefined) return undefined;
  for (const type of resourceTypes) {
    const id = type.idIn(arn);
    if (id !== undefined) return { arn, kind: type.id, type, id };
  }
  const kind = kindOf(arn);
  // What is below a resource begins with the same word (the stream of a log group) and is not of its type.
  return { arn, kind: byId.has(kind) ? kind.replace(':', ':other-') : kind };
}
