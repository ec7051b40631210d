import type { Policy } from './policy.ts';

/** Creations that a freeze denies, and why, in words for people. */
export interface Denial {
  what: string;
  reason: string;
  actions: readonly string[];
  /** Denied only where the request says so: condition operators, keys and values of IAM. */
  only?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * What a freeze denies. Names as in AWS's service authorization reference. A change of what is there already is denied
 * only where it can multiply the number of what runs, or where a condition tells a raise from a cut.
 */
export const denials: readonly Denial[] = [
  {
    what: 'Servers',
    reason: 'new servers, and starts of stopped ones',
    actions: [
      'ec2:RunInstances',
      'ec2:StartInstances',
      'ec2:CreateFleet',
      'ec2:ModifyFleet',
      'ec2:RequestSpotInstances',
      'ec2:RequestSpotFleet',
      'ec2:ModifySpotFleetRequest',
      'lightsail:CreateInstances',
      'lightsail:CreateInstancesFromSnapshot',
      'gamelift:CreateFleet',
    ],
  },
  {
    what: 'Auto Scaling groups',
    reason: 'new groups, and what makes a group larger than its maximum or sets that later',
    actions: [
      'autoscaling:CreateAutoScalingGroup',
      'autoscaling:PutScheduledUpdateGroupAction',
      'autoscaling:BatchPutScheduledUpdateGroupAction',
      'autoscaling:PutWarmPool',
    ],
  },
  {
    what: 'Maximum of Auto Scaling groups',
    reason: 'the freeze set it to the present size; sizes below it, and zero, stay allowed',
    actions: ['autoscaling:UpdateAutoScalingGroup'],
    only: { NumericGreaterThan: { 'autoscaling:MaxSize': '0' } },
  },
  {
    what: 'Reserved hardware',
    reason: 'hosts and capacity cost whether they are used or not',
    actions: [
      'ec2:AllocateHosts',
      'ec2:CreateCapacityReservation',
      'ec2:CreateCapacityReservationFleet',
      'ec2:ModifyCapacityReservation',
      'ec2:ModifyCapacityReservationFleet',
      'sagemaker:CreateTrainingPlan',
    ],
  },
  {
    what: 'Commitments and subscriptions',
    reason: 'they are paid for a year or more, or cannot be given back',
    actions: [
      'ec2:PurchaseCapacityBlock',
      'ec2:PurchaseCapacityBlockExtension',
      'ec2:PurchaseHostReservation',
      'ec2:PurchaseReservedInstancesOffering',
      'savingsplans:CreateSavingsPlan',
      'rds:PurchaseReservedDBInstancesOffering',
      'elasticache:PurchaseReservedCacheNodesOffering',
      'memorydb:PurchaseReservedNodesOffering',
      'es:PurchaseReservedInstanceOffering',
      'redshift:PurchaseReservedNodeOffering',
      'dynamodb:PurchaseReservedCapacityOfferings',
      'aws-marketplace:Subscribe',
      'shield:CreateSubscription',
    ],
  },
  {
    what: 'Disks and file systems',
    reason: 'they cost by size and throughput, full or empty',
    actions: [
      'ec2:CreateVolume',
      'ec2:ModifyVolume',
      'ec2:EnableFastSnapshotRestores',
      'elasticfilesystem:CreateFileSystem',
      'fsx:CreateFileSystem',
      'fsx:CreateFileSystemFromBackup',
      'fsx:CreateFileCache',
    ],
  },
  {
    what: 'Network',
    reason: 'gateways, endpoints, addresses and load balancers cost by the hour',
    actions: [
      'ec2:CreateNatGateway',
      'ec2:AllocateAddress',
      'ec2:CreateVpcEndpoint',
      'ec2:CreateTransitGateway',
      'ec2:CreateTransitGatewayVpcAttachment',
      'ec2:AssociateClientVpnTargetNetwork',
      'ec2:CreateVpnConnection',
      'elasticloadbalancing:CreateLoadBalancer',
      'network-firewall:CreateFirewall',
      'globalaccelerator:CreateAccelerator',
      'transfer:CreateServer',
      'acm-pca:CreateCertificateAuthority',
    ],
  },
  {
    what: 'Databases',
    reason: 'new ones, also from snapshots, and starts of stopped ones; Aurora, DocumentDB and Neptune among them',
    actions: [
      'rds:CreateDBInstance',
      'rds:CreateDBInstanceReadReplica',
      'rds:CreateDBCluster',
      'rds:CreateBlueGreenDeployment',
      'rds:RestoreDBInstanceFromDBSnapshot',
      'rds:RestoreDBInstanceFromS3',
      'rds:RestoreDBInstanceToPointInTime',
      'rds:RestoreDBClusterFromSnapshot',
      'rds:RestoreDBClusterFromS3',
      'rds:RestoreDBClusterToPointInTime',
      'rds:StartDBInstance',
      'rds:StartDBCluster',
      'docdb-elastic:CreateCluster',
      'neptune-graph:CreateGraph',
      'timestream-influxdb:CreateDbInstance',
      'dms:CreateReplicationInstance',
      'redshift:CreateCluster',
      'redshift:ResizeCluster',
      'redshift:ResumeCluster',
      'redshift:RestoreFromClusterSnapshot',
      'redshift-serverless:CreateWorkgroup',
      'dynamodb:CreateTable',
      'dynamodb:RestoreTableFromBackup',
      'dynamodb:RestoreTableToPointInTime',
    ],
  },
  {
    what: 'Caches and search',
    reason: 'new clusters and more nodes',
    actions: [
      'elasticache:CreateCacheCluster',
      'elasticache:CreateReplicationGroup',
      'elasticache:CreateServerlessCache',
      'elasticache:IncreaseReplicaCount',
      'memorydb:CreateCluster',
      'dax:CreateCluster',
      'dax:IncreaseReplicationFactor',
      'es:CreateDomain',
      'es:CreateElasticsearchDomain',
      'aoss:CreateCollection',
      'kendra:CreateIndex',
    ],
  },
  {
    what: 'Streams and brokers',
    reason: 'shards and brokers cost by the hour',
    actions: [
      'kinesis:CreateStream',
      'kinesis:UpdateShardCount',
      'kafka:CreateCluster',
      'kafka:CreateClusterV2',
      'kafka:UpdateBrokerCount',
      'mq:CreateBroker',
    ],
  },
  {
    what: 'Containers and functions',
    reason: 'clusters, nodes, tasks and capacity that stands ready',
    actions: [
      'eks:CreateCluster',
      'eks:CreateNodegroup',
      'eks:UpdateNodegroupConfig',
      'eks:CreateFargateProfile',
      'ecs:CreateService',
      'ecs:UpdateService',
      'ecs:CreateTaskSet',
      'ecs:RunTask',
      'batch:SubmitJob',
      'batch:CreateComputeEnvironment',
      'batch:UpdateComputeEnvironment',
      'apprunner:CreateService',
      'lambda:PutProvisionedConcurrencyConfig',
      'codebuild:StartBuild',
      'codebuild:StartBuildBatch',
    ],
  },
  {
    what: 'Data processing',
    reason: 'clusters and jobs cost as long as they run',
    actions: [
      'elasticmapreduce:RunJobFlow',
      'elasticmapreduce:AddInstanceGroups',
      'elasticmapreduce:AddInstanceFleet',
      'elasticmapreduce:ModifyInstanceGroups',
      'elasticmapreduce:ModifyInstanceFleet',
      'emr-serverless:StartApplication',
      'emr-serverless:StartJobRun',
      'glue:StartJobRun',
      'glue:CreateSession',
    ],
  },
  {
    what: 'Machine learning',
    reason: 'endpoints, notebooks and training run on the most expensive servers that there are',
    actions: [
      'sagemaker:CreateEndpoint',
      'sagemaker:UpdateEndpoint',
      'sagemaker:UpdateEndpointWeightsAndCapacities',
      'sagemaker:CreateTrainingJob',
      'sagemaker:CreateHyperParameterTuningJob',
      'sagemaker:CreateProcessingJob',
      'sagemaker:CreateTransformJob',
      'sagemaker:CreateNotebookInstance',
      'sagemaker:StartNotebookInstance',
      'sagemaker:CreateApp',
      'sagemaker:CreateCluster',
      'sagemaker:UpdateCluster',
      'bedrock:CreateProvisionedModelThroughput',
      'bedrock:CreateModelCustomizationJob',
    ],
  },
  {
    what: 'Desktops and dashboards',
    reason: 'they cost by the seat or by the hour',
    actions: [
      'workspaces:CreateWorkspaces',
      'workspaces:StartWorkspaces',
      'workspaces:CreateWorkspacesPool',
      'appstream:CreateFleet',
      'appstream:StartFleet',
      'appstream:StartImageBuilder',
      'quicksight:CreateAccountSubscription',
      'quicksight:RegisterUser',
    ],
  },
];

/** What a freeze does not stop, in words for people. */
export const notDenied: readonly string[] = [
  'What runs: it goes on and costs what it costs. A stop is the next stage.',
  "What AWS's own services do by their service-linked roles, which no service control policy binds: an Auto Scaling " +
    'group replaces its instances, which is why its maximum is set to its present size; AWS Batch, EKS node groups, ' +
    'ECS services and Application Auto Scaling go on inside the limits that they have.',
  'Scheduled actions that an Auto Scaling group has already: one of them may raise its maximum again.',
  'Auto Scaling groups that are protected by their tag: they keep their maximum.',
  'The management account of the organization: no service control policy binds it.',
  "Mayfly's own roles in the account, which release what the guard did. Whoever may create roles there, or assume " +
    'these, can do the same.',
  'What grows with its use: traffic, requests, storage in S3, logs, Lambda invocations, on-demand DynamoDB, models ' +
    'of Bedrock that are asked by the request, serverless databases that scale up by themselves.',
  'Larger classes and sizes of what is there already, such as `rds:ModifyDBInstance` and `dynamodb:UpdateTable`: AWS ' +
    'tells no raise from a cut there, and cuts must stay possible. The type of a stopped server may be changed, but ' +
    'it is not started.',
  'Services that are not in the table.',
  'Cuts by a denied call: a service of ECS, a node group or a fleet cannot be made smaller while its account is ' +
    'frozen. It can be deleted, and so can everything else.',
];

/** Tells Mayfly's own policy from another one of its name, which is never touched. */
export const freezeTag = { key: 'mayfly:policy', value: 'freeze' } as const;

/**
 * The service control policy of a freeze, without white space and always in the same order, so that it can be compared.
 * It binds everybody in the account but Mayfly's own roles. AWS takes 10,240 characters since 15 May 2026, and took
 * 5,120 before, which this keeps to with names of ordinary length (AWS Organizations, quotas and service limits).
 */
export function freezeDocument(policy: Pick<Policy, 'role' | 'roles'>): string {
  const exempt = ownRoles(policy).map((name) => `arn:*:iam::*:role/${name}`);
  const others = exempt.length === 0 ? {} : { ArnNotLike: { 'aws:PrincipalArn': exempt } };
  const always = denials.flatMap(({ actions, only }) => (only === undefined ? actions : []));
  const conditional = denials.flatMap(({ actions, only }) =>
    only === undefined ? [] : statement(actions, { ...only, ...others }),
  );
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement(always, others), ...conditional] });
}

/** A policy may name one role for everything, or one for each purpose. */
function ownRoles({ role, roles }: Pick<Policy, 'role' | 'roles'>): string[] {
  const named = Object.values(roles).filter((name) => name !== undefined);
  return [...new Set([...named, role])].filter((name) => name !== 'none').toSorted();
}

function statement(actions: readonly string[], condition: object): object {
  return {
    Effect: 'Deny',
    Action: actions,
    Resource: '*',
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}
