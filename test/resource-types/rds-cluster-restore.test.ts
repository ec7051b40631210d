import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import { describe, expect, test } from 'vitest';
import type { Copy, Recipe } from '../../lib/core/server.ts';
import { rdsCluster } from '../../lib/resource-types/rds-cluster.ts';
import { answeredServer } from '../fakes/answered-server.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const arn = 'arn:aws:rds:eu-west-1:222222222222:cluster:shop';
const copy: Copy = { id: 'mayfly-shop-1', arn: 'arn:s', of: arn, identity: 'cluster-A', requestedAt: 0, volumes: [] };
const stripKeys = ['expires-at'];

const cluster: DBCluster = {
  DBClusterIdentifier: 'shop',
  DBClusterArn: arn,
  DbClusterResourceId: 'cluster-A',
  Engine: 'aurora-postgresql',
  EngineVersion: '16.6',
  Status: 'available',
  Port: 5432,
  DBSubnetGroup: 'private',
  DBClusterParameterGroup: 'apg16',
  VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }],
  ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 8 },
  CustomEndpoints: ['reports.cluster-custom-x'],
  DBClusterMembers: [
    { DBInstanceIdentifier: 'shop-2', IsClusterWriter: false },
    { DBInstanceIdentifier: 'shop-1', IsClusterWriter: true },
  ],
  TagList: [{ Key: 'owner', Value: 'ana' }],
};

const member = (id: string, more: DBInstance = {}): DBInstance => ({
  DBInstanceIdentifier: id,
  DBClusterIdentifier: 'shop',
  DBInstanceClass: 'db.serverless',
  Engine: 'aurora-postgresql',
  DBInstanceStatus: 'available',
  PromotionTier: 1,
  TagList: [
    { Key: 'part', Value: id },
    { Key: 'expires-at', Value: '2026-11-20' },
  ],
  ...more,
});

const members = [member('shop-2'), member('shop-1')];
const restored = {
  ...cluster,
  DbClusterResourceId: 'cluster-B',
  TagList: [{ Key: 'mayfly:restored-from', Value: copy.id }],
};
const target = { kind: 'present' as const, id: 'shop', arn, identity: 'cluster-A', tags: {}, facts: {} };

async function recipeOf(): Promise<Recipe> {
  const answers = { DescribeDBClusters: { DBClusters: [cluster] }, DescribeDBInstances: { DBInstances: members } };
  const { server } = await answeredServer(rdsCluster, answers);
  const result = await server.recipe(target);
  if (result.kind !== 'recipe') throw new Error(JSON.stringify(result));
  return result.recipe;
}

async function restore(answers: Readonly<Record<string, Answer>>) {
  const at = await answeredServer(rdsCluster, answers);
  return { ...at, result: await at.server.restore({ recipe: await recipeOf(), copy, stripKeys }) };
}

const nothing = { DescribeDBClusters: { DBClusters: [] }, DescribeDBInstances: { DBInstances: [] } };
const made = {
  RestoreDBClusterFromSnapshot: { DBCluster: { ...restored, Status: 'creating' } },
  CreateDBInstance: {},
};

test('the recipe is plain JSON with the instances, the writer first', async () => {
  const recipe = await recipeOf();
  expect(JSON.parse(JSON.stringify(recipe))).toEqual(recipe);
  expect(recipe.settings).toMatchObject({
    engine: 'aurora-postgresql 16.6',
    restore: { DBClusterParameterGroupName: 'apg16', ServerlessV2ScalingConfiguration: { MaxCapacity: 8 } },
    byHand: ['its endpoint reports.cluster-custom-x'],
    members: [{ create: { DBInstanceIdentifier: 'shop-1' } }, { create: { DBInstanceIdentifier: 'shop-2' } }],
  });
});

describe('a restore', () => {
  test('makes the cluster and its instances, each with tags that do not expire', async () => {
    const { result, inputs } = await restore({ ...nothing, ...made });
    expect(inputs('RestoreDBClusterFromSnapshot')).toMatchObject([
      {
        DBClusterIdentifier: 'shop',
        SnapshotIdentifier: copy.id,
        Engine: 'aurora-postgresql',
        VpcSecurityGroupIds: ['sg-1'],
        Tags: [
          { Key: 'owner', Value: 'ana' },
          { Key: 'mayfly:restored-from', Value: copy.id },
        ],
      },
    ]);
    expect(inputs('CreateDBInstance')).toMatchObject([
      {
        DBInstanceIdentifier: 'shop-1',
        DBClusterIdentifier: 'shop',
        DBInstanceClass: 'db.serverless',
        Tags: [
          { Key: 'part', Value: 'shop-1' },
          { Key: 'mayfly:restored-from', Value: copy.id },
        ],
      },
      { DBInstanceIdentifier: 'shop-2' },
    ]);
    expect(result).toMatchObject({
      kind: 'restored',
      id: 'shop',
      identity: 'cluster-B',
      lost: ['its endpoint reports.cluster-custom-x'],
      pending: ['it is creating', 'its instance shop-1 is being made', 'its instance shop-2 is being made'],
    });
  });

  test('that was broken off makes the instances that are missing, and no second cluster', async () => {
    const { result, inputs, writes } = await restore({
      DescribeDBClusters: { DBClusters: [restored] },
      DescribeDBInstances: { DBInstances: [member('shop-1')] },
      ...made,
    });
    expect(writes()).toEqual(['CreateDBInstance']);
    expect(inputs('CreateDBInstance')).toMatchObject([{ DBInstanceIdentifier: 'shop-2' }]);
    expect(result).toMatchObject({ kind: 'restored', pending: ['its instance shop-2 is being made'] });
  });

  test('is whole when all of it is available', async () => {
    const { result, writes } = await restore({
      DescribeDBClusters: { DBClusters: [restored] },
      DescribeDBInstances: { DBInstances: members },
    });
    expect(result).toMatchObject({ kind: 'restored', pending: [] });
    expect(writes()).toEqual([]);
  });

  test('waits with instances for the cluster, and names one that can not be made', async () => {
    const early = await restore({
      ...nothing,
      ...made,
      CreateDBInstance: awsError('InvalidDBClusterStateFault', 'creating'),
    });
    expect(early.result).toMatchObject({
      kind: 'restored',
      pending: ['it is creating', /shop-1/, /shop-2/].map(matching),
    });
    const taken = await restore({ ...nothing, ...made, CreateDBInstance: awsError('DBInstanceAlreadyExistsFault') });
    expect(taken.result).toMatchObject({
      kind: 'restored',
      lost: [/endpoint/, /shop-1.*AlreadyExists/, /shop-2/].map(matching),
    });
  });

  test('does not touch another cluster of the name', async () => {
    const { result, writes } = await restore({
      DescribeDBClusters: { DBClusters: [cluster] },
      DescribeDBInstances: { DBInstances: members },
    });
    expect(result).toMatchObject({ kind: 'refused', code: 'NameInUse' });
    expect(writes()).toEqual([]);
  });

  test('goes without a parameter group that is gone, and says so once it is there', async () => {
    const answer = ((input: { DBClusterParameterGroupName?: string }) =>
      input.DBClusterParameterGroupName === undefined
        ? made.RestoreDBClusterFromSnapshot
        : awsError('DBClusterParameterGroupNotFoundFault')) as Answer;
    const { result } = await restore({ ...nothing, ...made, RestoreDBClusterFromSnapshot: answer });
    expect(result).toMatchObject({ kind: 'restored' });
    const other = { ...restored, DBClusterParameterGroup: 'default.aurora-postgresql16' };
    const later = await restore({
      DescribeDBClusters: { DBClusters: [other] },
      DescribeDBInstances: { DBInstances: members },
    });
    expect(later.result).toMatchObject({ lost: expect.arrayContaining(['its parameter group apg16']) });
  });
});

function matching(one: string | RegExp): unknown {
  return typeof one === 'string' ? one : expect.stringMatching(one);
}
