import { autoScalingGroup } from './auto-scaling-group.ts';
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
import type { Sample } from './sample.ts';
import { secret } from './secret.ts';
import { snsTopic } from './sns-topic.ts';
import { sqsQueue } from './sqs-queue.ts';
import { ssmParameter } from './ssm-parameter.ts';
import { stack } from './stack.ts';
import { targetGroup } from './target-group.ts';

/** One for each type of the registry; the contract test misses the others by name. */
export const samples: readonly Sample[] = [
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
