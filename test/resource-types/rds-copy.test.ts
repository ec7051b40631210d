import { describe, expect, test } from 'vitest';
import type { Copy } from '../../lib/core/server.ts';
import type { Present, ResourceType } from '../../lib/resource-types/define.ts';
import { rdsCluster } from '../../lib/resource-types/rds-cluster.ts';
import { rdsDb } from '../../lib/resource-types/rds-db.ts';
import { answeredServer } from '../fakes/answered-server.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import { keepUntil, ownTagsOf } from '../samples/servers/server-sample.ts';

const at = Date.parse('2026-11-24T10:30:00Z');
const name = 'mayfly-orders-0123456789ab';
const order = { name, keepUntil, at };

interface Kind {
  type: ResourceType;
  word: string;
  arn: string;
  describe: string;
  items: string;
  nameKey: string;
  identityKey: string;
  create: string;
  remove: string;
  start: string;
  stop: string;
  faults: { exists: string; snapshotGone: string; serverGone: string; state: string };
}

const kinds: readonly [string, Kind][] = [
  [
    'a database instance',
    {
      type: rdsDb,
      word: 'snapshot',
      arn: 'arn:aws:rds:eu-west-1:222222222222:db:orders',
      describe: 'DescribeDBSnapshots',
      items: 'DBSnapshots',
      nameKey: 'DBSnapshotIdentifier',
      identityKey: 'DbiResourceId',
      create: 'CreateDBSnapshot',
      remove: 'DeleteDBSnapshot',
      start: 'StartDBInstance',
      stop: 'StopDBInstance',
      faults: {
        exists: 'DBSnapshotAlreadyExistsFault',
        snapshotGone: 'DBSnapshotNotFoundFault',
        serverGone: 'DBInstanceNotFoundFault',
        state: 'InvalidDBInstanceStateFault',
      },
    },
  ],
  [
    'a cluster',
    {
      type: rdsCluster,
      word: 'cluster-snapshot',
      arn: 'arn:aws:rds:eu-west-1:222222222222:cluster:orders',
      describe: 'DescribeDBClusterSnapshots',
      items: 'DBClusterSnapshots',
      nameKey: 'DBClusterSnapshotIdentifier',
      identityKey: 'DbClusterResourceId',
      create: 'CreateDBClusterSnapshot',
      remove: 'DeleteDBClusterSnapshot',
      start: 'StartDBCluster',
      stop: 'StopDBCluster',
      faults: {
        exists: 'DBClusterSnapshotAlreadyExistsFault',
        snapshotGone: 'DBClusterSnapshotNotFoundFault',
        serverGone: 'DBClusterNotFoundFault',
        state: 'InvalidDBClusterStateFault',
      },
    },
  ],
];

describe.each(kinds)('%s', (_, kind) => {
  const { type, arn, faults } = kind;
  const target: Present = {
    kind: 'present',
    id: 'orders',
    arn,
    identity: 'db-A',
    tags: { owner: 'ana', 'expires-at': '2026-11-20' },
    facts: { state: 'available', engine: 'postgres' },
  };
  const copy: Copy = {
    id: name,
    arn: `arn:aws:rds:eu-west-1:222222222222:${kind.word}:${name}`,
    of: arn,
    identity: 'db-A',
    requestedAt: at,
    volumes: [],
  };
  const seen = (Status: string, more = {}) => ({
    [kind.nameKey]: name,
    [kind.identityKey]: 'db-A',
    Status,
    AllocatedStorage: 20,
    SnapshotCreateTime: new Date(at + 60_000),
    TagList: ownTagsOf(arn),
    ...more,
  });
  const showing = (...snapshots: object[]) => ({ [kind.describe]: { [kind.items]: snapshots } });
  const serverWith = (answers: Readonly<Record<string, Answer>>) => answeredServer(type, answers);

  test('is copied while it is available, with tags of its own, so that it inherits none', async () => {
    const { server, inputs } = await serverWith({ ...showing(), [kind.create]: {} });
    expect(await server.copy(target, order)).toEqual({ kind: 'requested', id: 'orders', copy });
    expect(inputs(kind.create)).toMatchObject([
      { [kind.nameKey]: name, Tags: [{ Key: 'Name', Value: 'orders' }, ...ownTagsOf(arn)] },
    ]);
  });

  test.each(['stopped', 'stopping', 'starting', 'modifying', 'storage-full', 'unknown'])(
    'is not copied while it is %s, and nothing is asked for',
    async (state) => {
      const { server, writes } = await serverWith(showing());
      const result = await server.copy({ ...target, facts: { ...target.facts, state } }, order);
      expect(result).toMatchObject({ kind: 'refused', why: `RDS makes no snapshot in the state ${state}` });
      expect(writes()).toEqual([]);
    },
  );

  test('is copied once: a repeated try finds the first, in whatever state the server is by then', async () => {
    const { server, writes } = await serverWith(showing(seen('creating')));
    const stopped = { ...target, facts: { ...target.facts, state: 'backing-up' } };
    const result = await server.copy(stopped, order);
    expect(result).toMatchObject({ kind: 'requested', found: true, copy: { requestedAt: at + 60_000 } });
    expect(writes()).toEqual([]);
  });

  test('is not taken for copied by what somebody else made, or was made of an earlier one of its name', async () => {
    for (const more of [{ TagList: [] }, { [kind.identityKey]: 'db-EARLIER' }]) {
      const { server } = await serverWith(showing(seen('available', more)));
      expect(await server.copy(target, order)).toMatchObject({ kind: 'refused', code: 'NotOwn' });
    }
  });

  test.each<[string, object]>([
    ['SnapshotQuotaExceededFault', { kind: 'refused', why: 'SnapshotQuotaExceededFault: no' }],
    [faults.state, { kind: 'refused', code: faults.state }],
    [faults.serverGone, { kind: 'gone', id: 'orders' }],
    [faults.exists, { kind: 'transient', code: faults.exists }],
    ['ThrottlingException', { kind: 'transient' }],
  ])('%s', async (code, expected) => {
    const { server } = await serverWith({ ...showing(), [kind.create]: awsError(code, 'no') });
    expect(await server.copy(target, order)).toMatchObject(expected);
  });

  test('is not copied with a key that can not be used', async () => {
    const { server, writes } = await serverWith({
      ...showing(),
      DescribeKey: { KeyMetadata: { KeyState: 'Disabled' } },
    });
    const encrypted = { ...target, facts: { ...target.facts, kmsKey: 'arn:key' } };
    expect(await server.copy(encrypted, order)).toMatchObject({ kind: 'refused', code: 'KeyNotUsable' });
    expect(writes()).toEqual([]);
  });

  test.each<[string, object[], object]>([
    ['available', [seen('available')], { kind: 'complete', sizeGb: 20, takenAt: at + 60_000 }],
    [
      'creating',
      [seen('creating', { PercentProgress: 40 })],
      { kind: 'pending', detail: 'the snapshot is creating, 40%' },
    ],
    ['of a state of tomorrow', [seen('polishing')], { kind: 'pending' }],
    ['failed', [seen('failed')], { kind: 'incomplete', why: 'the snapshot is failed' }],
    ['of another database of the name', [seen('available', { [kind.identityKey]: 'db-B' })], { kind: 'incomplete' }],
    ['deleting', [seen('deleting')], { kind: 'gone' }],
    ['deleted', [], { kind: 'gone' }],
  ])('a copy that is %s', async (__, snapshots, state) => {
    const { server } = await serverWith(showing(...snapshots));
    expect(await server.copyState([copy])).toMatchObject([{ id: name, state }]);
  });

  test('a copy without a size says none, rather than zero', async () => {
    const { server } = await serverWith(showing(seen('available', { AllocatedStorage: 0 })));
    const [reading] = await server.copyState([copy]);
    expect(reading?.state).not.toHaveProperty('sizeGb');
  });

  test('expiry and protect keys that came along go, in any case', async () => {
    const TagList = [...ownTagsOf(arn), { Key: 'Expires-At', Value: 'x' }, { Key: 'owner', Value: 'ana' }];
    const answers = { ListTagsForResource: { TagList }, RemoveTagsFromResource: {} };
    const { server, inputs, writes } = await serverWith(answers);
    const marks = { keepUntil: keepUntil - 1000, stripKeys: ['expires-at', 'mayfly:protect'] };
    expect(await server.finishCopy(copy, marks)).toEqual({ kind: 'done', id: name });
    expect(writes()).toEqual(['RemoveTagsFromResource']);
    expect(inputs('RemoveTagsFromResource')).toEqual([{ ResourceName: copy.arn, TagKeys: ['Expires-At'] }]);
    const theirs = await serverWith({ ListTagsForResource: { TagList: [{ Key: 'owner', Value: 'ana' }] } });
    expect(await theirs.server.finishCopy(copy, marks), 'taken over').toMatchObject({ code: 'NotOwn' });
    const gone = await serverWith({ ListTagsForResource: awsError(faults.snapshotGone) });
    expect(await gone.server.finishCopy(copy, marks)).toEqual({ kind: 'gone', id: name });
  });

  test("only Mayfly's own copies are deleted", async () => {
    const own = await serverWith({ ...showing(seen('available')), [kind.remove]: {} });
    expect(await own.server.discardCopy(copy, { last: true })).toEqual({ kind: 'done', id: name });
    expect(own.inputs(kind.remove)).toEqual([{ [kind.nameKey]: name }]);
    for (const more of [{ TagList: [] }, { TagList: ownTagsOf('arn:other') }, { [kind.identityKey]: 'db-B' }]) {
      const other = await serverWith(showing(seen('available', more)));
      expect(await other.server.discardCopy(copy, { last: true })).toMatchObject({ kind: 'refused', code: 'NotOwn' });
      expect(other.writes()).toEqual([]);
    }
    const gone = await serverWith(showing());
    expect(await gone.server.discardCopy(copy, { last: true })).toEqual({ kind: 'gone', id: name });
  });

  test('stops and starts, and says when RDS starts it again', async () => {
    const AutomaticRestartTime = new Date(at);
    const { server } = await serverWith({
      [kind.stop]: { DBInstance: { AutomaticRestartTime }, DBCluster: { AutomaticRestartTime } },
      [kind.start]: {},
    });
    expect(await server.stop(target)).toEqual({ kind: 'done', id: 'orders', wakesAt: at });
    expect(await server.start(target)).toEqual({ kind: 'done', id: 'orders' });
  });

  test('what must not be stopped is not asked for, and refusals are told', async () => {
    const replica = { state: 'running' as const, configuration: { version: 1, fields: {} }, milestones: [] };
    const none = await serverWith({});
    const kept = { ...target, server: { ...replica, unstoppable: 'it is a read replica' } };
    expect(await none.server.stop(kept)).toMatchObject({ kind: 'refused', why: 'it is a read replica' });
    expect(await none.server.checkStop([kept, { ...target, server: replica }, { ...target, id: 'x' }])).toMatchObject([
      { kind: 'stoppable' },
      { kind: 'stoppable' },
      { kind: 'unreadable' },
    ]);
    for (const [code, expected] of [
      [faults.state, 'refused'],
      [faults.serverGone, 'gone'],
      ['ServiceUnavailable', 'transient'],
    ] as const) {
      const { server } = await serverWith({ [kind.stop]: awsError(code), [kind.start]: awsError(code) });
      expect(await server.stop(target), code).toMatchObject({ kind: expected });
      expect(await server.start(target), code).toMatchObject({ kind: expected });
    }
  });

  test('the copy that its removal leaves is known beforehand', async () => {
    const { server } = await serverWith({});
    expect(server.finalCopy?.(target, at)).toMatchObject({
      id: expect.stringMatching(/^mayfly-orders-[0-9a-f]{8}$/),
      of: arn,
      identity: 'db-A',
      requestedAt: at,
    });
  });
});
