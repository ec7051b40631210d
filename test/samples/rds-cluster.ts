import { awsError, type Sample } from './sample.ts';

const arn = 'arn:aws:rds:eu-west-1:222222222222:cluster:shop';

export const rdsCluster: Sample = {
  type: 'rds:cluster',
  arn,
  id: 'shop',
  answers: {
    DescribeDBClusters: {
      DBClusters: [
        {
          DBClusterIdentifier: 'shop',
          DBClusterArn: arn,
          DbClusterResourceId: 'cluster-PPYNHVBAQ5D6QUW3TLIX5081Q0',
          Engine: 'aurora-postgresql',
          EngineMode: 'provisioned',
          EngineVersion: '16.6',
          Status: 'available',
          ClusterCreateTime: new Date('2026-11-18T09:00:00Z'),
          AllocatedStorage: 1,
          DeletionProtection: false,
          CopyTagsToSnapshot: true,
          DBClusterMembers: [
            { DBInstanceIdentifier: 'shop-writer', IsClusterWriter: true, PromotionTier: 1 },
            { DBInstanceIdentifier: 'shop-reader', IsClusterWriter: false, PromotionTier: 1 },
          ],
          ReadReplicaIdentifiers: [],
          TagList: [
            { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
            { Key: 'owner', Value: 'ana' },
          ],
        },
      ],
    },
    DescribeDBInstances: {
      DBInstances: ['shop-writer', 'shop-reader'].map((id) => ({
        DBInstanceIdentifier: id,
        DBClusterIdentifier: 'shop',
        DBInstanceClass: 'db.r6g.large',
        InstanceCreateTime: new Date('2026-11-18T09:10:00Z'),
      })),
    },
    DescribeDBClusterSnapshots: { DBClusterSnapshots: [] },
    DeleteDBInstance: { DBInstance: { DBInstanceStatus: 'deleting' } },
    DeleteDBCluster: { DBCluster: { DBClusterIdentifier: 'shop', Status: 'deleting' } },
    ListTagsForResource: {
      TagList: [
        { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
        { Key: 'owner', Value: 'ana' },
      ],
    },
    AddTagsToResource: {},
    RemoveTagsFromResource: {},
  },
  gone: {
    DescribeDBClusters: { DBClusters: [] },
    DeleteDBInstance: awsError('DBInstanceNotFoundFault', 'DBInstance shop-reader not found.'),
    DeleteDBCluster: awsError('DBClusterNotFoundFault', 'DBCluster shop not found.'),
  },
  paged: [
    { command: 'DescribeDBClusters', items: 'DBClusters', token: 'Marker', inputToken: 'Marker' },
    { command: 'DescribeDBInstances', items: 'DBInstances', token: 'Marker', inputToken: 'Marker' },
  ],
};
