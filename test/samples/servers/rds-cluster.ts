import { rdsCluster } from '../rds-cluster.ts';
import { changedByAna, everyHour, ownTagsOf, type ServerSample, usableKey } from './server-sample.ts';

const { id, arn } = rdsCluster;
const identity = 'cluster-PPYNHVBAQ5D6QUW3TLIX5081Q0';
const snapshot = 'mayfly-shop-0123456789ab';

const cluster = {
  DBClusterIdentifier: id,
  DBClusterArn: arn,
  DbClusterResourceId: identity,
  Engine: 'aurora-postgresql',
  EngineMode: 'provisioned',
  EngineVersion: '16.6',
  Status: 'available',
  Port: 5432,
  StorageEncrypted: true,
  KmsKeyId: 'arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  DBClusterParameterGroup: 'apg16',
  DBSubnetGroup: 'private',
  VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }],
  DBClusterMembers: [
    { DBInstanceIdentifier: 'shop-writer', IsClusterWriter: true },
    { DBInstanceIdentifier: 'shop-reader', IsClusterWriter: false },
  ],
  TagList: [
    { Key: 'expires-at', Value: '2026-12-20T00:00:00Z' },
    { Key: 'owner', Value: 'ana' },
  ],
};

const restored = {
  ...cluster,
  DbClusterResourceId: 'new',
  TagList: [{ Key: 'mayfly:restored-from', Value: snapshot }],
};

const members = ['shop-writer', 'shop-reader'].map((name) => ({
  DBInstanceIdentifier: name,
  DBClusterIdentifier: id,
  DBInstanceClass: 'db.r6g.large',
  Engine: 'aurora-postgresql',
  DBInstanceStatus: 'available',
}));

export const rdsClusterServer: ServerSample = {
  type: 'rds:cluster',
  id,
  copy: {
    id: snapshot,
    arn: `arn:aws:rds:eu-west-1:222222222222:cluster-snapshot:${snapshot}`,
    of: arn,
    identity,
    requestedAt: Date.parse('2026-11-20T08:00:00Z'),
    volumes: [],
  },
  answers: {
    ...usableKey,
    DescribeDBClusters: { DBClusters: [cluster] },
    DescribeDBInstances: { DBInstances: members },
    DescribeDBClusterSnapshots: {
      DBClusterSnapshots: [
        {
          DBClusterSnapshotIdentifier: snapshot,
          DbClusterResourceId: identity,
          Status: 'available',
          AllocatedStorage: 0,
          SnapshotCreateTime: new Date('2026-11-20T08:01:00Z'),
          TagList: ownTagsOf(arn),
        },
      ],
    },
    GetMetricData: everyHour(0),
    LookupEvents: { Events: [changedByAna('ModifyDBCluster')] },
    CreateDBClusterSnapshot: {},
    ListTagsForResource: { TagList: [...ownTagsOf(arn), { Key: 'expires-at', Value: '2026-12-20T00:00:00Z' }] },
    AddTagsToResource: {},
    RemoveTagsFromResource: {},
    StopDBCluster: { DBCluster: { AutomaticRestartTime: new Date('2026-12-01T08:00:00Z') } },
    StartDBCluster: {},
    RestoreDBClusterFromSnapshot: { DBCluster: { ...restored, Status: 'creating' } },
    CreateDBInstance: {},
    DeleteDBClusterSnapshot: {},
  },
  turns: [
    { operation: 'copy', answers: { DescribeDBClusterSnapshots: { DBClusterSnapshots: [] } } },
    {
      operation: 'restore',
      answers: {
        DescribeDBClusters: twiceThen('DBClusters', [cluster], []),
        DescribeDBInstances: twiceThen('DBInstances', members, []),
      },
    },
    { operation: 'restore', answers: { DescribeDBClusters: { DBClusters: [restored] } } },
  ],
  paged: [
    { command: 'DescribeDBClusters', items: 'DBClusters', token: 'Marker', inputToken: 'Marker' },
    { command: 'DescribeDBInstances', items: 'DBInstances', token: 'Marker', inputToken: 'Marker' },
    { command: 'DescribeDBClusterSnapshots', items: 'DBClusterSnapshots', token: 'Marker', inputToken: 'Marker' },
    { command: 'GetMetricData', items: 'MetricDataResults', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'LookupEvents', items: 'Events', token: 'NextToken', inputToken: 'NextToken' },
  ],
};

/** Described, and read for its recipe; then it is removed. */
function twiceThen(items: string, before: readonly object[], after: readonly object[]): never {
  let calls = 0;
  return (() => {
    calls += 1;
    return { [items]: calls <= 2 ? before : after };
  }) as never;
}
