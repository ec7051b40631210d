import { awsError, type Sample } from './sample.ts';

const arn = 'arn:aws:rds:eu-west-1:222222222222:db:orders';

export const rdsDb: Sample = {
  type: 'rds:db',
  arn,
  id: 'orders',
  answers: {
    DescribeDBInstances: {
      DBInstances: [
        {
          DBInstanceIdentifier: 'orders',
          DBInstanceArn: arn,
          DbiResourceId: 'db-V7XQ2M4N6PLKJH3GFDSA5ZXCVB',
          DBInstanceClass: 'db.t4g.medium',
          Engine: 'postgres',
          EngineVersion: '17.4',
          DBInstanceStatus: 'available',
          InstanceCreateTime: new Date('2026-11-18T09:00:00Z'),
          AllocatedStorage: 20,
          StorageType: 'gp3',
          MultiAZ: false,
          DeletionProtection: false,
          CopyTagsToSnapshot: true,
          ReadReplicaDBInstanceIdentifiers: [],
          TagList: [
            { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
            { Key: 'owner', Value: 'ana' },
          ],
        },
      ],
    },
    DeleteDBInstance: { DBInstance: { DBInstanceIdentifier: 'orders', DBInstanceStatus: 'deleting' } },
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
    DescribeDBInstances: { DBInstances: [] },
    DeleteDBInstance: awsError('DBInstanceNotFoundFault', 'DBInstance orders not found.'),
  },
  paged: [{ command: 'DescribeDBInstances', items: 'DBInstances', token: 'Marker', inputToken: 'Marker' }],
};
