import type { DBInstance } from '@aws-sdk/client-rds';
import { describe, expect, test } from 'vitest';
import type { Copy, Recipe } from '../../lib/core/server.ts';
import { rdsDb } from '../../lib/resource-types/rds-db.ts';
import { answeredServer } from '../fakes/answered-server.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const arn = 'arn:aws:rds:eu-west-1:222222222222:db:orders';
const copy: Copy = { id: 'mayfly-orders-1', arn: 'arn:s', of: arn, identity: 'db-A', requestedAt: 0, volumes: [] };
const stripKeys = ['expires-at', 'mayfly:protect'];

const db: DBInstance = {
  DBInstanceIdentifier: 'orders',
  DBInstanceArn: arn,
  DbiResourceId: 'db-A',
  DBInstanceClass: 'db.t4g.medium',
  Engine: 'postgres',
  EngineVersion: '17.4',
  DBInstanceStatus: 'available',
  Endpoint: { Port: 5433 },
  MultiAZ: false,
  AvailabilityZone: 'eu-west-1a',
  StorageType: 'gp3',
  Iops: 3000,
  StorageThroughput: 125,
  DBParameterGroups: [{ DBParameterGroupName: 'pg17' }],
  OptionGroupMemberships: [{ OptionGroupName: 'og17' }],
  VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }],
  DBSubnetGroup: { DBSubnetGroupName: 'private' },
  BackupRetentionPeriod: 7,
  PreferredMaintenanceWindow: 'mon:04:00-mon:04:30',
  MonitoringInterval: 60,
  AssociatedRoles: [{ RoleArn: 'arn:r' }],
  TagList: [
    { Key: 'owner', Value: 'ana' },
    { Key: 'expires-at', Value: '2026-11-20' },
  ],
};
const target = { kind: 'present' as const, id: 'orders', arn, identity: 'db-A', tags: {}, facts: {} };
const byHand = [
  'its enhanced monitoring, every 60 seconds',
  'its maintenance window mon:04:00-mon:04:30',
  'its role arn:r',
];

async function recipeOf(change: DBInstance = {}): Promise<Recipe> {
  const { server } = await answeredServer(rdsDb, { DescribeDBInstances: { DBInstances: [{ ...db, ...change }] } });
  const result = await server.recipe(target);
  if (result.kind !== 'recipe') throw new Error(JSON.stringify(result));
  return result.recipe;
}

async function restore(answers: Readonly<Record<string, Answer>>, recipe?: Recipe) {
  const at = await answeredServer(rdsDb, answers);
  const result = await at.server.restore({ recipe: recipe ?? (await recipeOf()), copy, stripKeys });
  return { ...at, result };
}

const restored = {
  ...db,
  DbiResourceId: 'db-B',
  TagList: [{ Key: 'mayfly:restored-from', Value: copy.id }],
};
const none = { DescribeDBInstances: { DBInstances: [] } };
const made = { RestoreDBInstanceFromDBSnapshot: { DBInstance: { ...restored, DBInstanceStatus: 'creating' } } };

describe('the recipe', () => {
  test('is plain JSON with class, groups, network and port, and says what a person gives again', async () => {
    const recipe = await recipeOf();
    expect(JSON.parse(JSON.stringify(recipe))).toEqual(recipe);
    expect(recipe).toEqual({
      version: 1,
      type: 'rds:db',
      of: arn,
      identity: 'db-A',
      tags: { owner: 'ana', 'expires-at': '2026-11-20' },
      settings: {
        engine: 'postgres 17.4',
        byHand,
        restore: {
          DBInstanceClass: 'db.t4g.medium',
          Port: 5433,
          DBSubnetGroupName: 'private',
          MultiAZ: false,
          AvailabilityZone: 'eu-west-1a',
          StorageType: 'gp3',
          DBParameterGroupName: 'pg17',
          OptionGroupName: 'og17',
          VpcSecurityGroupIds: ['sg-1'],
          BackupRetentionPeriod: 7,
        },
      },
    });
  });

  test.each<[string, DBInstance, object]>([
    ['provisioned disks', { StorageType: 'io2', Iops: 2000 }, { StorageType: 'io2', Iops: 2000 }],
    ['faster ones', { Iops: 12_000, StorageThroughput: 500 }, { Iops: 12_000, StorageThroughput: 500 }],
    ['a standby', { MultiAZ: true }, { MultiAZ: true }],
  ])('has %s', async (_, change, expected) => {
    const { settings } = await recipeOf(change);
    expect(settings['restore']).toMatchObject(expected);
    if (change.MultiAZ) expect(settings['restore']).not.toHaveProperty('AvailabilityZone');
  });

  test('is none of a database that is gone', async () => {
    const { server } = await answeredServer(rdsDb, none);
    expect(await server.recipe(target)).toEqual({ kind: 'gone', id: 'orders' });
  });
});

describe('a restore', () => {
  test('gives all that the recipe has, under the old name, and tags without expiry and protection', async () => {
    const { result, inputs } = await restore({ ...none, ...made });
    expect(inputs('RestoreDBInstanceFromDBSnapshot')).toMatchObject([
      {
        DBInstanceIdentifier: 'orders',
        DBSnapshotIdentifier: copy.id,
        DBInstanceClass: 'db.t4g.medium',
        Port: 5433,
        DBParameterGroupName: 'pg17',
        Tags: [
          { Key: 'owner', Value: 'ana' },
          { Key: 'mayfly:restored-from', Value: copy.id },
        ],
      },
    ]);
    expect(result).toEqual({
      kind: 'restored',
      id: 'orders',
      arn,
      identity: 'db-B',
      lost: byHand,
      pending: ['it is creating'],
    });
  });

  test('asked for again gives the same one, and nothing is made', async () => {
    const { result, writes } = await restore({ DescribeDBInstances: { DBInstances: [restored] } });
    expect(result).toMatchObject({ kind: 'restored', identity: 'db-B', lost: byHand, pending: [] });
    expect(writes()).toEqual([]);
  });

  test('overtaken by another call gives that one', async () => {
    let calls = 0;
    const DescribeDBInstances = (() => ({ DBInstances: calls++ > 0 ? [restored] : [] })) as Answer;
    const exists = { RestoreDBInstanceFromDBSnapshot: awsError('DBInstanceAlreadyExistsFault') };
    const { result } = await restore({ DescribeDBInstances, ...exists });
    expect(result).toMatchObject({ kind: 'restored', identity: 'db-B' });
  });

  test('does not touch another database of the name', async () => {
    const { result, writes } = await restore({ DescribeDBInstances: { DBInstances: [db] } });
    expect(result).toMatchObject({ kind: 'refused', code: 'NameInUse', why: expect.stringContaining('orders') });
    expect(writes()).toEqual([]);
  });

  test.each<[string, Error, string]>([
    ['a parameter group', awsError('DBParameterGroupNotFoundFault'), 'DBParameterGroupName'],
    ['an option group', awsError('OptionGroupNotFoundFault'), 'OptionGroupName'],
    [
      'a security group',
      awsError('InvalidParameterValueException', 'Invalid security group sg-1'),
      'VpcSecurityGroupIds',
    ],
  ])('goes without %s that is gone', async (_, error, part) => {
    const answer = ((input: Record<string, unknown>) =>
      input[part] === undefined ? made.RestoreDBInstanceFromDBSnapshot : error) as Answer;
    const { result, inputs } = await restore({ ...none, RestoreDBInstanceFromDBSnapshot: answer });
    expect(result).toMatchObject({ kind: 'restored' });
    expect(inputs('RestoreDBInstanceFromDBSnapshot')).toHaveLength(2);
  });

  test('says what it lacks once it is there', async () => {
    const lacking = {
      ...restored,
      DBParameterGroups: [{ DBParameterGroupName: 'default.postgres17' }],
      VpcSecurityGroups: [],
    };
    const { result } = await restore({ DescribeDBInstances: { DBInstances: [lacking] } });
    expect(result).toMatchObject({ lost: [...byHand, 'its parameter group pg17', 'its security group sg-1'] });
  });

  test.each(['DBSubnetGroupNotFoundFault', 'DBSnapshotNotFoundFault', 'InstanceQuotaExceededFault'])(
    'is refused with %s, and nothing is left out for it',
    async (code) => {
      const { result, inputs } = await restore({ ...none, RestoreDBInstanceFromDBSnapshot: awsError(code) });
      expect(result).toMatchObject({ kind: 'refused', code });
      expect(inputs('RestoreDBInstanceFromDBSnapshot')).toHaveLength(1);
    },
  );
});
