import { expect, test } from 'vitest';
import type { ClientSource, Present, RemovalSettings } from '../../lib/resource-types/define.ts';
import { rdsCluster } from '../../lib/resource-types/rds-cluster.ts';
import { awsError } from '../samples/sample.ts';

const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };
const settings: RemovalSettings = { finalSnapshot: true, keepUntil: 0, stripKeys: [], objectsPerPass: 1000 };

/** Answers each command by its name; an error is thrown. */
function rdsWith(answers: Record<string, object>) {
  const sent: string[] = [];
  const source: ClientSource = (make) => {
    const client = new make({ region: 'eu-west-1' });
    const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const name = command.constructor.name.replace(/Command$/, '');
      const instance = command.input['DBInstanceIdentifier'];
      sent.push(typeof instance === 'string' ? `${name} ${instance}` : name);
      const answer = answers[name] ?? {};
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return Object.assign(client as object, { send }) as typeof client;
  };
  return { bound: rdsCluster.bind(source, shard), sent };
}

function answerOf(cluster: object): Record<string, object> {
  const common = {
    DBClusterIdentifier: 'shop',
    DBClusterArn: 'arn:aws:rds:eu-west-1:222222222222:cluster:shop',
    DbClusterResourceId: 'cluster-A',
    Engine: 'aurora-mysql',
    Status: 'available',
    DBClusterMembers: [
      { DBInstanceIdentifier: 'writer', IsClusterWriter: true },
      { DBInstanceIdentifier: 'reader', IsClusterWriter: false },
    ],
  };
  return { DescribeDBClusters: { DBClusters: [{ ...common, ...cluster }] } };
}

async function described(cluster: object = {}): Promise<Present> {
  return (await (await rdsWith(answerOf(cluster)).bound).describe(['shop']))[0] as Present;
}

test('the instances of an Aurora cluster go first, its writer last', async () => {
  const { bound, sent } = rdsWith({});
  const [result] = await (await bound).remove([await described()], settings);
  expect(sent).toEqual([
    'DescribeDBClusterSnapshots',
    'DeleteDBInstance reader',
    'DeleteDBInstance writer',
    'DeleteDBCluster',
  ]);
  expect(result).toMatchObject({ kind: 'requested', detail: expect.stringMatching(/^final snapshot mayfly-shop-/) });
});

test('the instances of a Multi-AZ cluster go with it', async () => {
  const { bound, sent } = rdsWith({});
  await (await bound).remove([await described({ Engine: 'postgres' })], settings);
  expect(sent).toEqual(['DeleteDBCluster']);
});

test('an instance that is going already is no obstacle, one that may not go is', async () => {
  const going = rdsWith({ DeleteDBInstance: awsError('InvalidDBInstanceStateFault') });
  expect(await (await going.bound).remove([await described()], settings)).toMatchObject([{ kind: 'requested' }]);
  const denied = rdsWith({ DeleteDBInstance: awsError('AccessDenied') });
  expect(await (await denied.bound).remove([await described()], settings)).toMatchObject([{ kind: 'failed' }]);
  expect(denied.sent).not.toContain('DeleteDBCluster');
});

test('no instance is touched of a cluster of which no copy can be made', async () => {
  const failed = rdsWith({});
  expect(await (await failed.bound).remove([await described({ Status: 'failed' })], settings)).toMatchObject([
    { kind: 'blocked' },
  ]);
  expect(failed.sent).toEqual([]);
  const copied = rdsWith({ DescribeDBClusterSnapshots: { DBClusterSnapshots: [{}] } });
  expect(await (await copied.bound).remove([await described()], settings)).toMatchObject([
    { kind: 'blocked', why: expect.stringContaining('exists already') },
  ]);
  expect(copied.sent).toEqual(['DescribeDBClusterSnapshots']);
});

test('without a copy to make, a cluster goes in any state', async () => {
  const { bound, sent } = rdsWith({});
  await (await bound).remove([await described({ Status: 'failed' })], { ...settings, finalSnapshot: false });
  expect(sent).toEqual(['DeleteDBInstance reader', 'DeleteDBInstance writer', 'DeleteDBCluster']);
});

test('what must not go shows in the description', async () => {
  expect((await described({ Engine: 'neptune' })).protection).toContain('neptune');
  expect((await described({ Engine: 'docdb' })).protection).toContain('docdb');
  expect((await described({ ReplicationSourceIdentifier: 'main' })).protection).toContain('promoted');
  const replicas = { GlobalClusterIdentifier: 'world', ReadReplicaIdentifiers: ['r'] };
  expect((await described(replicas)).usedBy).toEqual([
    { words: 'global cluster world' },
    // By its name alone a replica of a cluster could be an instance or a cluster.
    { words: 'read replica r' },
  ]);
  expect((await described()).carries?.map(({ id, type }) => [id, type])).toEqual([
    ['reader', 'rds:db'],
    ['writer', 'rds:db'],
  ]);
});
