import { describe, expect, test } from 'vitest';
import { makePlan } from '../../lib/core/plan.ts';
import type { Policy } from '../../lib/core/policy.ts';
import { findRestorable } from '../../lib/use-cases/find-restorable.ts';
import { markLatest } from '../../lib/use-cases/latest-sweep.ts';
import { aDecision, aPolicy, at } from '../fakes/builders.ts';
import { arnOf, imageOf, type Servers, servers } from '../fakes/restorable-servers.ts';
import { account, region } from '../fakes/world.ts';

const policy = aPolicy({ accounts: [{ id: account }], regions: [region, 'us-east-1'] });
const before = at('2026-11-20T12:00Z');

async function found({ ports }: Servers, text: string, under: Policy = policy) {
  return (await findRestorable(ports, under, text)).map(({ arn, copy }) =>
    copy === undefined ? arn : `${arn} ${copy}`,
  );
}

/** Copies as their own tags show them, where the ledger knows nothing. */
function tagged(all: Servers, ...copies: { arn: string; tags: Record<string, string> }[]): Servers {
  const inventory = {
    ...all.ports.inventory,
    tagged: async (_: unknown, shard: { region: string }) => ({
      listed: copies.filter(({ arn }) => arn.includes(`:${shard.region}:`)),
      problems: [],
    }),
  };
  return { ...all, ports: { ...all.ports, inventory } };
}

describe('by the ledger', () => {
  test.each([
    ['the ARN of a server', arnOf('i-1'), arnOf('i-1')],
    ['the id of a server', 'i-1', arnOf('i-1')],
    ['the ARN of a copy', imageOf('ami-1'), `${arnOf('i-1')} ami-1`],
    ['the id of a copy', 'ami-1', `${arnOf('i-1')} ami-1`],
  ])('%s', async (_, text, arn) => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    expect(await found(all, text)).toEqual([arn]);
  });

  test('the name of a snapshot, and of a database', async () => {
    const all = servers();
    const of = `arn:aws:rds:us-east-1:${account}:db:orders`;
    const arn = `arn:aws:rds:us-east-1:${account}:snapshot:mayfly-orders-1`;
    await all.ports.ledger.record([
      { arn, at: before, kind: 'copied-from', of },
      { arn: of, at: before, kind: 'stopped' },
    ]);
    expect(await found(all, 'mayfly-orders-1')).toEqual([`${of} mayfly-orders-1`]);
    expect(await found(all, arn)).toEqual([`${of} mayfly-orders-1`]);
    expect(await found(all, 'orders')).toEqual([of]);
  });
});

test('by the newest sweep: the Name tag of a server, and of no other resource', async () => {
  const all = servers();
  const about = { account, region, name: 'web' };
  const decisions = [
    aDecision(1, 'stopped', { ...about, arn: arnOf('i-7'), type: 'ec2:instance' }),
    aDecision(2, 'not-due', { ...about, type: 'sqs:queue' }),
  ];
  const now = all.world.clock.now();
  await all.ports.runStore.savePlan(
    makePlan({ id: 'plan-1', now, mode: 'enforce', shards: [], decisions }, policy.limits),
  );
  await markLatest(all.ports, { run: 'run-1', plan: 'plan-1', at: now });
  expect(await found(all, 'web')).toEqual([arnOf('i-7')]);
});

describe('by the copies in all regions, where the ledger knows nothing', () => {
  const copy = (id: string, of: string, name = 'web') => ({
    arn: imageOf(id),
    tags: { Name: name, 'mayfly:copy-of': of, 'mayfly:keep-until': '2027-01-01T00:00:00Z' },
  });

  test.each([
    ['web', arnOf('i-1')],
    ['i-1', arnOf('i-1')],
    ['ami-1', `${arnOf('i-1')} ami-1`],
    [imageOf('ami-1'), `${arnOf('i-1')} ami-1`],
  ])('%s', async (text, arn) => {
    expect(
      await found(tagged(servers(), copy('ami-1', arnOf('i-1')), copy('ami-2', arnOf('i-2'), 'db')), text),
    ).toEqual([arn]);
  });

  test('a name of several is several', async () => {
    const all = tagged(
      servers(),
      copy('ami-1', arnOf('i-1')),
      copy('ami-2', arnOf('i-2')),
      copy('ami-3', arnOf('i-2')),
    );
    expect(await found(all, 'web')).toEqual([arnOf('i-1'), arnOf('i-2')]);
  });

  test('a tag that names a server elsewhere is no copy of it', async () => {
    const elsewhere = arnOf('i-1', 'us-east-1');
    const stranger = arnOf('i-1').replace(account, '999999999999');
    const all = tagged(servers(), copy('ami-1', elsewhere), copy('ami-2', stranger), copy('ami-3', 'nonsense'));
    await expect(found(all, 'ami-1')).rejects.toThrow('no server and no copy that Mayfly made is called "ami-1"');
    await expect(found(all, 'ami-2')).rejects.toThrow('no server');
  });
});

test('a server that no sweep has seen', async () => {
  const all = servers();
  all.instances.set('i-5', { id: 'i-5', state: 'stopped', tags: {} });
  // This EC2 is the same in both regions.
  expect(await found(all, 'i-5')).toEqual([arnOf('i-5'), arnOf('i-5', 'us-east-1')]);
});

describe('is refused', () => {
  test.each([
    [
      'arn:aws:sqs:eu-west-1:222222222222:orders',
      /sqs:queue can't be restored: Mayfly restores servers \(EC2 instance, RDS cluster/,
    ],
    ['arn:nonsense', /is not an ARN/],
    [arnOf('i-1', 'eu-north-1'), /does not cover account 222222222222 in eu-north-1/],
    [
      'web',
      /no server and no copy .* "web": looked in the ledger, in the newest sweep, and for copies .* in 2 regions/,
    ],
  ])('%s', async (text, why) => {
    await expect(found(servers(), text)).rejects.toThrow(why);
  });

  test('a copy whose server is in an account that is excluded', async () => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    const without = aPolicy({ accounts: [{ id: account }, { id: '333333333333' }], exclude: [account] });
    await expect(found(all, 'ami-1', without)).rejects.toThrow(/does not cover account 222222222222/);
  });

  test('and what could not be looked at is named', async () => {
    const all = servers();
    const reader = async () => {
      throw new Error('no way in');
    };
    const ports = { ...all.ports, cloud: { ...all.ports.cloud, reader } };
    await expect(found({ ...all, ports }, 'web')).rejects.toThrow(
      /not looked at: 222222222222\/eu-west-1: no way in; /,
    );
  });
});
