import { expect, test } from 'vitest';
import type { ClientSource, Present, RemovalSettings } from '../../lib/resource-types/define.ts';
import { rdsDb } from '../../lib/resource-types/rds-db.ts';
import { awsError } from '../samples/sample.ts';

const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };
const settings: RemovalSettings = {
  finalSnapshot: true,
  keepUntil: Date.parse('2026-12-23T17:00:00Z'),
  stripKeys: ['expires-at', 'mayfly:protect'],
  objectsPerPass: 1000,
};

/** Answers each command by its name; an error is thrown. */
function rdsWith(answers: Record<string, object>) {
  const sent: { name: string; input: Record<string, unknown> }[] = [];
  const source: ClientSource = (make) => {
    const client = new make({ region: 'eu-west-1' });
    const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const name = command.constructor.name.replace(/Command$/, '');
      sent.push({ name, input: command.input });
      const answer = answers[name] ?? {};
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return Object.assign(client as object, { send }) as typeof client;
  };
  return { bound: rdsDb.bind(source, shard), sent };
}

function database(facts: Present['facts'] = {}): Present {
  return {
    kind: 'present',
    id: 'orders',
    arn: 'arn:aws:rds:eu-west-1:222222222222:db:orders',
    identity: 'db-V7XQ2M4N6PLKJH3GFDSA5ZXCVB',
    tags: {},
    facts: { state: 'available', engine: 'postgres', ...facts },
  };
}

async function described(instance: object): Promise<object | undefined> {
  const common = { DBInstanceIdentifier: 'orders', DBInstanceArn: 'arn', DbiResourceId: 'db-A', Engine: 'postgres' };
  const { bound } = rdsWith({ DescribeDBInstances: { DBInstances: [{ ...common, ...instance }] } });
  return (await (await bound).describe(['orders']))[0];
}

test('a final snapshot has the same name on every try, and another for a later database of the same id', async () => {
  const { bound, sent } = rdsWith({});
  const { remove } = await bound;
  const later = { ...database(), identity: 'db-ANOTHER' };
  const results = await remove([database(), database(), later], settings);
  const [first, second, third] = sent.map(({ input }) => input['FinalDBSnapshotIdentifier']);
  expect(first).toMatch(/^mayfly-orders-[0-9a-f]{8}$/);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  expect(results[0]).toEqual({ kind: 'requested', id: 'orders', detail: `final snapshot ${String(first)}` });
});

test.each(['creating', 'failed', 'incompatible-restore', 'incompatible-network', 'restore-error'])(
  'a database in the state %s is kept while the policy wants a copy, and goes when it wants none',
  async (state) => {
    const { bound, sent } = rdsWith({});
    const { remove } = await bound;
    expect(await remove([database({ state })], settings)).toMatchObject([{ kind: 'blocked' }]);
    expect(sent).toEqual([]);
    expect(await remove([database({ state })], { ...settings, finalSnapshot: false })).toMatchObject([
      { kind: 'requested' },
    ]);
    expect(sent[0]?.input).toMatchObject({ SkipFinalSnapshot: true });
  },
);

test('in any other state AWS is asked for the copy, and its refusal keeps the database', async () => {
  const { bound, sent } = rdsWith({ DeleteDBInstance: awsError('InvalidDBInstanceStateFault', 'it is modifying') });
  const result = await (await bound).remove([database({ state: 'modifying' })], settings);
  expect(sent[0]?.input).toMatchObject({ SkipFinalSnapshot: false });
  expect(result).toMatchObject([{ kind: 'blocked', why: 'InvalidDBInstanceStateFault: it is modifying' }]);
});

test('RDS Custom, of which AWS makes no copy, is kept while the policy wants one', async () => {
  const { bound, sent } = rdsWith({});
  const result = await (await bound).remove([database({ engine: 'custom-oracle-ee' })], settings);
  expect(result).toMatchObject([{ kind: 'blocked' }]);
  expect(sent).toEqual([]);
});

test.each([{ replicaOf: 'main' }, { cluster: 'shop', engine: 'aurora-mysql' }])(
  'the data of %o is elsewhere: it goes without a copy in any state',
  async (facts) => {
    const { bound, sent } = rdsWith({});
    const { remove, finish } = await bound;
    expect(await remove([database({ state: 'failed', ...facts })], settings)).toEqual([
      { kind: 'requested', id: 'orders' },
    ]);
    expect(sent[0]?.input).toMatchObject({ SkipFinalSnapshot: true });
    await finish([database(facts)], settings);
    expect(sent).toHaveLength(1);
  },
);

test('a copy that an earlier try left blocks the removal and is named', async () => {
  const { bound } = rdsWith({ DeleteDBInstance: awsError('DBSnapshotAlreadyExistsFault') });
  const [result] = await (await bound).remove([database()], settings);
  expect(result).toMatchObject({ kind: 'blocked', why: expect.stringMatching(/mayfly-orders-[0-9a-f]{8} exists/) });
});

const ownTags = [
  { Key: 'mayfly:keep-until', Value: '2026-12-23T17:00:00Z' },
  { Key: 'mayfly:copy-of', Value: 'arn:aws:rds:eu-west-1:222222222222:db:orders' },
];

test('finish says until when the copy is kept and of what, and takes the expiry tag off in any case', async () => {
  const TagList = [
    { Key: 'Expires-At', Value: '2026-11-20' },
    { Key: 'owner', Value: 'ana' },
  ];
  const { bound, sent } = rdsWith({ ListTagsForResource: { TagList } });
  await (await bound).finish([database()], settings);
  const ResourceName = expect.stringMatching(/^arn:aws:rds:eu-west-1:222222222222:snapshot:mayfly-orders-[0-9a-f]{8}$/);
  expect(sent.slice(1)).toEqual([
    {
      name: 'AddTagsToResource',
      input: { ResourceName, Tags: ownTags },
    },
    { name: 'RemoveTagsFromResource', input: { ResourceName, TagKeys: ['Expires-At'] } },
  ]);
});

test('finish writes nothing twice, and nothing to a copy that is not there yet', async () => {
  const done = rdsWith({ ListTagsForResource: { TagList: ownTags } });
  await (await done.bound).finish([database()], settings);
  const early = rdsWith({ ListTagsForResource: awsError('DBSnapshotNotFoundFault') });
  await (await early.bound).finish([database()], settings);
  expect([...done.sent, ...early.sent].map(({ name }) => name)).toEqual(['ListTagsForResource', 'ListTagsForResource']);
});

test('finish tells of a copy that it could not tag', async () => {
  const { bound } = rdsWith({ AddTagsToResource: awsError('AccessDenied') });
  await expect((await bound).finish([database()], settings)).rejects.toThrow('a final snapshot could not be tagged');
});

test('what must not go shows in the description', async () => {
  expect(await described({ DeletionProtection: true })).toMatchObject({ protection: 'deletion protection is on' });
  expect(await described({ Engine: 'docdb' })).toMatchObject({ protection: expect.stringContaining('docdb') });
  const far = 'arn:aws:rds:us-east-1:222222222222:db:r';
  const replicas = { ReadReplicaDBInstanceIdentifiers: ['r', far], ReadReplicaDBClusterIdentifiers: ['c'] };
  expect(await described(replicas)).toMatchObject({
    usedBy: [
      { words: 'read replica r', type: 'rds:db', id: 'r' },
      { words: `read replica ${far}`, arn: far },
      { words: 'read replica c', type: 'rds:cluster', id: 'c' },
    ],
  });
  expect(await described({ DBClusterIdentifier: 'maz' })).toMatchObject({ owner: { name: 'Multi-AZ cluster maz' } });
  expect(await described({ DBClusterIdentifier: 'a', Engine: 'aurora-mysql' })).not.toHaveProperty('owner');
  expect(await described({ DBInstanceStatus: 'deleting' })).toEqual({ kind: 'leaving', id: 'orders' });
  expect(await described({ DbiResourceId: undefined })).toMatchObject({ kind: 'unreadable' });
});
