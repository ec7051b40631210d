import type { DBInstance } from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, test } from 'vitest';
import { minute } from '../../lib/core/time.ts';
import { findRestorable } from '../../lib/use-cases/find-restorable.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';
import { restore } from '../../lib/use-cases/restore.ts';
import type { Restoration } from '../../lib/use-cases/restoring.ts';
import { answeredClients, type Sent } from '../fakes/answered-clients.ts';
import { at } from '../fakes/builders.ts';
import { policy } from '../fakes/restorable-servers.ts';
import { account, aWorld, region, type World } from '../fakes/world.ts';

const arn = `arn:aws:rds:${region}:${account}:db:orders`;
const name = 'mayfly-orders-1';
const copy = {
  id: name,
  arn: `arn:aws:rds:${region}:${account}:snapshot:${name}`,
  of: arn,
  identity: 'db-A',
  requestedAt: at('2026-11-20T12:00Z'),
  volumes: [],
};
const recipe = {
  version: 1,
  type: 'rds:db',
  of: arn,
  identity: 'db-A',
  tags: { owner: 'ana', 'expires-at': '2026-11-20' },
  settings: { engine: 'postgres 17.4', byHand: ['its role arn:r'], restore: { DBInstanceClass: 'db.t4g.medium' } },
};

let world: World;
let ports: Ports;
let sent: Sent[];
let there: DBInstance | undefined;
/** How often a new database is looked at before it is available. */
let takes: number;

beforeEach(async () => {
  world = aWorld();
  there = undefined;
  takes = 4;
  const clients = answeredClients({
    DescribeDBInstances: () => {
      const shown = there;
      if (there?.DBInstanceStatus === 'creating' && --takes <= 0) there = { ...there, DBInstanceStatus: 'available' };
      return { DBInstances: shown === undefined ? [] : [shown] };
    },
    DescribeDBSnapshots: {
      DBSnapshots: [{ DBSnapshotIdentifier: name, DbiResourceId: 'db-A', Status: 'available' }],
    },
    RestoreDBInstanceFromDBSnapshot: ({ Tags }: { Tags: DBInstance['TagList'] }) => {
      there = database('db-B', 'creating', Tags);
      return { DBInstance: there };
    },
  });
  ({ sent } = clients);
  const session = async () => ({ source: clients.source, partition: 'aws' });
  ports = { ...world.ports, cloud: { ...world.ports.cloud, reader: session, idler: session } };
  await ports.ledger.record([
    { arn, at: copy.requestedAt, identity: 'db-A', kind: 'copy-requested', copy: { ...copy, name } },
    { arn, at: copy.requestedAt, identity: 'db-A', kind: 'copy-verified', copy: name },
    { arn, at: copy.requestedAt, kind: 'removal-requested', identity: 'db-A' },
    { arn, at: copy.requestedAt, kind: 'removed' },
    { arn: copy.arn, at: copy.requestedAt, kind: 'copied-from', of: arn },
  ]);
  world.recipes.set(name, { recipe });
});

function database(identity: string, status: string, TagList: DBInstance['TagList'] = []): DBInstance {
  return {
    DBInstanceIdentifier: 'orders',
    DBInstanceArn: arn,
    DbiResourceId: identity,
    DBInstanceStatus: status,
    DBInstanceClass: 'db.t4g.medium',
    Engine: 'postgres',
    TagList,
  };
}

async function restored(what: string, patience = 10 * minute): Promise<Restoration> {
  const [target] = await findRestorable(ports, policy, what);
  if (target === undefined) throw new Error(what);
  return restore(ports, { policy, who: 'ana', until: ports.clock.now() + patience }, target);
}

const made = () => sent.filter(({ command }) => command === 'RestoreDBInstanceFromDBSnapshot').length;
const kinds = async () => (await ports.ledger.history(arn)).map(({ kind }) => kind).slice(4);

describe('a database that is gone', () => {
  test.each(['orders', arn, name, copy.arn])('comes back under its name, waited for, by %s', async (what) => {
    expect(await restored(what)).toEqual({
      kind: 'restored',
      arn,
      from: arn,
      how: 'made',
      copy: name,
      lost: ['its role arn:r'],
      pending: [],
      notes: [],
    });
    expect(there?.TagList).toEqual([
      { Key: 'owner', Value: 'ana' },
      { Key: 'mayfly:restored-from', Value: name },
    ]);
    expect(await kinds()).toEqual(['restored']);
  });

  test('that a try began to make is gone on with: it is there, and not called another one', async () => {
    expect(await restored('orders', 0)).toMatchObject({ how: 'made', pending: ['it is creating'] });
    expect(await kinds()).toEqual([]);
    expect(await restored('orders')).toMatchObject({ how: 'made', pending: [], lost: ['its role arn:r'] });
    expect(await restored(name)).toMatchObject({ how: 'running', notes: [] });
    expect(made()).toBe(1);
    expect(await kinds()).toEqual(['restored']);
  });

  test('is restored again after it was removed again', async () => {
    await restored('orders');
    there = undefined;
    expect(await restored('orders')).toMatchObject({ how: 'made' });
    expect(made()).toBe(2);
  });

  test('is not made where another one has its name by now', async () => {
    there = database('db-C', 'available');
    expect(await restored(name)).toEqual({
      kind: 'failed',
      arn,
      why: 'another RDS database instance has the name orders now: remove it first',
    });
    expect(made()).toBe(0);
  });
});
