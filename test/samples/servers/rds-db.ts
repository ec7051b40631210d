import { rdsDb } from '../rds-db.ts';
import { awsError } from '../sample.ts';
import { changedByAna, everyHour, ownTagsOf, type ServerSample, usableKey } from './server-sample.ts';

const { id, arn } = rdsDb;
const identity = 'db-V7XQ2M4N6PLKJH3GFDSA5ZXCVB';
const snapshot = 'mayfly-orders-0123456789ab';

const db = {
  DBInstanceIdentifier: id,
  DBInstanceArn: arn,
  DbiResourceId: identity,
  DBInstanceClass: 'db.t4g.medium',
  Engine: 'postgres',
  EngineVersion: '17.4',
  DBInstanceStatus: 'available',
  Endpoint: { Port: 5432 },
  InstanceCreateTime: new Date('2026-10-01T09:00:00Z'),
  StorageType: 'gp3',
  Iops: 3000,
  StorageEncrypted: true,
  KmsKeyId: 'arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  DBParameterGroups: [{ DBParameterGroupName: 'pg17' }],
  OptionGroupMemberships: [{ OptionGroupName: 'og17' }],
  VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }],
  DBSubnetGroup: { DBSubnetGroupName: 'private' },
  TagList: [
    { Key: 'expires-at', Value: '2026-12-20T00:00:00Z' },
    { Key: 'owner', Value: 'ana' },
  ],
};

const restored = { ...db, DbiResourceId: 'db-NEW', TagList: [{ Key: 'mayfly:restored-from', Value: snapshot }] };

export const rdsDbServer: ServerSample = {
  type: 'rds:db',
  id,
  copy: {
    id: snapshot,
    arn: `arn:aws:rds:eu-west-1:222222222222:snapshot:${snapshot}`,
    of: arn,
    identity,
    requestedAt: Date.parse('2026-11-20T08:00:00Z'),
    volumes: [],
  },
  answers: {
    ...usableKey,
    DescribeDBInstances: { DBInstances: [db] },
    DescribeDBSnapshots: {
      DBSnapshots: [
        {
          DBSnapshotIdentifier: snapshot,
          DbiResourceId: identity,
          Status: 'available',
          AllocatedStorage: 20,
          SnapshotCreateTime: new Date('2026-11-20T08:01:00Z'),
          TagList: ownTagsOf(arn),
        },
      ],
    },
    GetMetricData: everyHour(0),
    LookupEvents: { Events: [changedByAna('ModifyDBInstance')] },
    CreateDBSnapshot: {},
    ListTagsForResource: { TagList: [...ownTagsOf(arn), { Key: 'expires-at', Value: '2026-12-20T00:00:00Z' }] },
    AddTagsToResource: {},
    RemoveTagsFromResource: {},
    StopDBInstance: { DBInstance: { AutomaticRestartTime: new Date('2026-12-01T08:00:00Z') } },
    StartDBInstance: {},
    RestoreDBInstanceFromDBSnapshot: { DBInstance: { ...restored, DBInstanceStatus: 'creating' } },
    DeleteDBSnapshot: {},
  },
  turns: [
    { operation: 'copy', answers: { DescribeDBSnapshots: { DBSnapshots: [] } } },
    {
      operation: 'copy',
      answers: {
        DescribeDBSnapshots: { DBSnapshots: [] },
        CreateDBSnapshot: awsError('DBSnapshotAlreadyExistsFault'),
      },
    },
    { operation: 'restore', answers: { DescribeDBInstances: onceThenNone(db) } },
    { operation: 'restore', answers: { DescribeDBInstances: { DBInstances: [restored] } } },
  ],
  paged: [
    { command: 'DescribeDBInstances', items: 'DBInstances', token: 'Marker', inputToken: 'Marker' },
    { command: 'DescribeDBSnapshots', items: 'DBSnapshots', token: 'Marker', inputToken: 'Marker' },
    { command: 'GetMetricData', items: 'MetricDataResults', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'LookupEvents', items: 'Events', token: 'NextToken', inputToken: 'NextToken' },
  ],
};

/** Described, and read for its recipe; then it is removed. */
function onceThenNone(one: object): never {
  let calls = 0;
  return (() => {
    calls += 1;
    return { DBInstances: calls <= 2 ? [one] : [] };
  }) as never;
}
