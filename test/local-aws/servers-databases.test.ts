import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Copy, Recipe } from '../../lib/core/server.ts';
import { copyName } from '../../lib/resource-types/copy-name.ts';
import type { BoundType, ClientSource, Present, ResourceType } from '../../lib/resource-types/define.ts';
import { rdsCluster } from '../../lib/resource-types/rds-cluster.ts';
import { rdsDb } from '../../lib/resource-types/rds-db.ts';
import { credentialsIn } from '../../scripts/local-aws/organization.ts';
import { given, type Site, siteIn } from '../../scripts/local-aws/site.ts';
import { ordersDatabase } from './orders-database.ts';

// Real clients against moto, which makes and restores databases at once and with their old identity, takes snapshots of
// stopped ones, and starts none by itself after seven days: the tests with answered clients have what AWS does there.

const account = '777777777778';
const region = 'eu-west-1';
const keepUntil = Date.parse('2027-02-01T00:00:00Z');
const stripKeys = ['expires-at', 'mayfly:protect'];
const tags = [
  { Key: 'environment', Value: 'staging' },
  { Key: 'expires-at', Value: '2026-12-20' },
];

let site: Site;

beforeAll(async () => {
  const url = inject('motoUrl');
  site = siteIn(account, { endpoint: url, region, credentials: await credentialsIn(url, account) });
  const ec2 = site.client(EC2Client);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.30.0.0/16' }));
  const subnets = await Promise.all(
    ['a', 'b'].map((zone, index) =>
      ec2.send(
        new CreateSubnetCommand({
          VpcId: Vpc?.VpcId,
          CidrBlock: `10.30.${index}.0/24`,
          AvailabilityZone: `${region}${zone}`,
        }),
      ),
    ),
  );
  await site.client(RDSClient).send(
    new CreateDBSubnetGroupCommand({
      DBSubnetGroupName: 'private',
      DBSubnetGroupDescription: 'private',
      SubnetIds: subnets.map(({ Subnet }) => given(Subnet?.SubnetId, 'a subnet')),
    }),
  );
});

async function makeDb(): Promise<void> {
  await site.client(RDSClient).send(
    new CreateDBInstanceCommand({
      ...ordersDatabase,
      DBSubnetGroupName: 'private',
      CopyTagsToSnapshot: true,
      Port: 5433,
      Tags: tags,
    }),
  );
}

async function makeCluster(): Promise<void> {
  const rds = site.client(RDSClient);
  const Engine = 'aurora-postgresql';
  await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: 'shop',
      Engine,
      MasterUsername: 'admin1',
      MasterUserPassword: 'not-a-secret',
      DBSubnetGroupName: 'private',
      CopyTagsToSnapshot: true,
      Tags: tags,
    }),
  );
  for (const DBInstanceIdentifier of ['shop-1', 'shop-2']) {
    const member = { DBInstanceIdentifier, DBClusterIdentifier: 'shop', DBInstanceClass: 'db.r6g.large', Engine };
    await rds.send(new CreateDBInstanceCommand(member));
  }
}

describe.each<[string, ResourceType, string, () => Promise<void>]>([
  ['a database', rdsDb, 'orders', makeDb],
  ['a cluster', rdsCluster, 'shop', makeCluster],
])('%s on its way down and back', (_, type, id, make) => {
  let bound: BoundType;
  let before: Present;
  let copy: Copy;
  let final: Copy;
  let recipe: Recipe;
  const server = () => given(bound.server, 'server operations');

  async function present(): Promise<Present> {
    const [answer] = await bound.describe([id]);
    if (answer?.kind !== 'present') throw new Error(JSON.stringify(answer));
    return answer;
  }

  beforeAll(async () => {
    bound = await type.bind(site.client as unknown as ClientSource, { account, region, partition: 'aws' });
    await make();
    before = await present();
  });

  test('is a running server with a configuration', () => {
    expect(before.server).toMatchObject({ state: 'running', milestones: expect.arrayContaining([]) });
    expect(before.server).not.toHaveProperty('unstoppable');
    expect(before.server?.configuration.fields).toMatchObject({
      tag: ['environment=staging', 'expires-at=2026-12-20'],
    });
  });

  test('is copied once, and the copy does not expire', async () => {
    const order = { name: copyName(before, 'test'), keepUntil, at: Date.now() };
    const first = await server().copy(before, order);
    if (first.kind !== 'requested') throw new Error(JSON.stringify(first));
    copy = first.copy;
    expect(await server().copy(before, order)).toMatchObject({ found: true, copy: { id: copy.id } });
    expect(await server().copyState([copy])).toMatchObject([{ id: copy.id, state: { kind: 'complete' } }]);
    expect(await server().finishCopy(copy, { keepUntil, stripKeys })).toMatchObject({ kind: 'done' });
  });

  test('stops, is not copied then, and starts', async () => {
    expect(await server().stop(before)).toMatchObject({ kind: 'done' });
    const stopped = await present();
    expect(stopped.server).toMatchObject({ state: 'stopped' });
    const again = { name: copyName(before, 'stopped'), keepUntil, at: Date.now() };
    expect(await server().copy(stopped, again)).toMatchObject({ kind: 'refused', code: 'NotCopiedInState' });
    expect(await server().start(stopped)).toMatchObject({ kind: 'done' });
    expect((await present()).server).toMatchObject({ state: 'running' });
  });

  test('leaves a recipe and a final snapshot', async () => {
    const result = await server().recipe(before);
    if (result.kind !== 'recipe') throw new Error(JSON.stringify(result));
    ({ recipe } = result);
    const settings = { finalSnapshot: true, keepUntil, stripKeys, objectsPerPass: 1 };
    final = given(server().finalCopy?.(before, Date.now()), 'a final copy');
    expect(await bound.remove([before], settings)).toMatchObject([{ kind: 'requested' }]);
    await bound.finish([before], settings);
    expect(await bound.describe([id])).toMatchObject([{ kind: 'gone' }]);
    expect(await server().copyState([final])).toMatchObject([{ id: final.id, state: { kind: 'complete' } }]);
  });

  test('comes back once, from its final snapshot, without its expiry', async () => {
    const order = { recipe, copy: final, stripKeys };
    const first = await server().restore(order);
    expect(first, JSON.stringify(first)).toMatchObject({ kind: 'restored', id, arn: before.arn });
    expect(await server().restore(order)).toMatchObject({ kind: 'restored', id, pending: [] });
    const back = await present();
    expect(back.tags).toEqual({ environment: 'staging', 'mayfly:restored-from': final.id });
    const changed = (fields: object) => Object.entries(fields).filter(([name]) => name !== 'tag');
    expect(changed(back.server?.configuration.fields ?? {})).toEqual(
      changed(before.server?.configuration.fields ?? {}),
    );
  });

  test('its name is not taken from what has it by then', async () => {
    expect(await server().restore({ recipe, copy, stripKeys })).toMatchObject({ kind: 'refused', code: 'NameInUse' });
  });

  test("deletes Mayfly's own snapshots", async () => {
    for (const one of [copy, final]) {
      expect(await server().discardCopy(one, { last: true }), one.id).toEqual({ kind: 'done', id: one.id });
      expect(await server().copyState([one])).toMatchObject([{ state: { kind: 'gone' } }]);
    }
  });
});

test('instances of a cluster are no servers by themselves', async () => {
  const bound = await rdsDb.bind(site.client as unknown as ClientSource, { account, region, partition: 'aws' });
  const { DBInstances = [] } = await site.client(RDSClient).send(new DescribeDBInstancesCommand({}));
  const [member] = await bound.describe(
    DBInstances.flatMap(({ DBClusterIdentifier, DBInstanceIdentifier }) =>
      DBClusterIdentifier === 'shop' ? (DBInstanceIdentifier ?? []) : [],
    ),
  );
  expect(member).toMatchObject({ server: { unstoppable: expect.stringContaining('member of the cluster shop') } });
});
