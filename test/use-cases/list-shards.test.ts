import { beforeEach, expect, test } from 'vitest';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { listShards } from '../../lib/use-cases/list-shards.ts';
import { aPolicy } from '../fakes/builders.ts';
import { aWorld, type World } from '../fakes/world.ts';

const [one, two, three] = ['111111111111', '222222222222', '333333333333'] as const;

let world: World;
beforeEach(() => {
  world = aWorld();
});

function listed(policy: Record<string, unknown>, filters = {}) {
  return listShards(world.ports, aPolicy(policy), { ...noFilters, ...filters });
}

const modesIn = async (policy: Record<string, unknown>) =>
  Object.fromEntries((await listed(policy)).accounts.map(({ id, mode }) => [id, mode]));

test('accounts times regions', async () => {
  const { shards } = await listed({ accounts: [{ id: one }, { id: two }], regions: ['eu-west-1', 'us-east-1'] });
  expect(shards).toEqual([
    { account: one, region: 'eu-west-1' },
    { account: one, region: 'us-east-1' },
    { account: two, region: 'eu-west-1' },
    { account: two, region: 'us-east-1' },
  ]);
});

test('a unit stands for its members, and those that are not active are named', async () => {
  world.units.set('ou-a', { ids: [one, two], skipped: [{ id: three, why: 'Organizations says SUSPENDED' }] });
  const { accounts, skipped } = await listed({ accounts: [{ ou: 'ou-a', mode: 'enforce' }] });
  expect(accounts).toEqual([
    { id: one, mode: 'enforce' },
    { id: two, mode: 'enforce' },
  ]);
  expect(skipped).toEqual([{ id: three, why: 'Organizations says SUSPENDED' }]);
});

test('a unit that can not be listed is named, and the others are swept all the same', async () => {
  const { shards, skipped } = await listed({ accounts: [{ ou: 'ou-lost' }, { id: one }] });
  expect(shards.map(({ account }) => account)).toEqual([one]);
  expect(skipped).toEqual([{ id: 'ou-lost', why: expect.stringContaining('ou-lost') }]);
});

test('an excluded account is left out, however it is named', async () => {
  world.units.set('ou-a', { ids: [one, two], skipped: [{ id: three, why: 'closed' }] });
  const { accounts, skipped } = await listed({ accounts: [{ ou: 'ou-a' }, { id: one }], exclude: [one, three] });
  expect(accounts.map(({ id }) => id)).toEqual([two]);
  expect(skipped).toEqual([]);
});

test.each([
  [
    'before',
    [
      { id: one, mode: 'observe' },
      { ou: 'ou-a', mode: 'enforce' },
    ],
  ],
  [
    'behind',
    [
      { ou: 'ou-a', mode: 'enforce' },
      { id: one, mode: 'observe' },
    ],
  ],
])('the mode of an account that is named by id counts, also %s its unit', async (_, accounts) => {
  world.units.set('ou-a', { ids: [one, two], skipped: [] });
  expect(await modesIn({ accounts })).toEqual({ [one]: 'observe', [two]: 'enforce' });
});

test.each([
  [
    'first',
    [
      { ou: 'ou-child', mode: 'observe' },
      { ou: 'r-root', mode: 'enforce' },
    ],
  ],
  [
    'last',
    [
      { ou: 'r-root', mode: 'enforce' },
      { ou: 'ou-child', mode: 'observe' },
    ],
  ],
])('of two units with one account the lower mode counts, also where it stands %s', async (_, accounts) => {
  world.units.set('r-root', { ids: [one, two], skipped: [] });
  world.units.set('ou-child', { ids: [two], skipped: [] });
  expect(await modesIn({ accounts })).toEqual({ [one]: 'enforce', [two]: 'observe' });
});

test('an account that is named by id is left out where Organizations says that it is not active', async () => {
  world.units.set('ou-a', { ids: [two], skipped: [{ id: one, why: 'Organizations says SUSPENDED' }] });
  const { shards, skipped } = await listed({ accounts: [{ id: one, mode: 'enforce' }, { ou: 'ou-a' }] });
  expect(shards.map(({ account }) => account)).toEqual([two]);
  expect(skipped).toEqual([{ id: one, why: 'Organizations says SUSPENDED' }]);
});

test('while a unit that is observed can not be listed, accounts of other units are only observed, too', async () => {
  world.units.set('ou-parent', { ids: [one, two], skipped: [] });
  const units = [
    { ou: 'ou-parent', mode: 'enforce' },
    { ou: 'ou-child', mode: 'observe' },
    { id: three, mode: 'enforce' },
  ];
  expect(await modesIn({ accounts: units })).toEqual({ [one]: 'observe', [two]: 'observe', [three]: 'enforce' });
  const enforced = [units[0], { ou: 'ou-child', mode: 'enforce' }];
  expect(await modesIn({ accounts: enforced })).toEqual({ [one]: 'enforce', [two]: 'enforce' });
});

test('a mode that was lowered by hand stays low, and none is raised', async () => {
  await world.ports.ledger.lowerMode(one, 'observe', 'ana');
  await world.ports.ledger.lowerMode(two, 'enforce', 'nobody should');
  const accounts = [
    { id: one, mode: 'enforce' },
    { id: two, mode: 'observe' },
    { id: three, mode: 'enforce' },
  ];
  expect(await modesIn({ accounts })).toEqual({ [one]: 'observe', [two]: 'observe', [three]: 'enforce' });
});

test('enabled regions are asked for in each account, and where that fails the account is named', async () => {
  world.regionsOf.set(one, ['eu-west-1', 'us-east-1']);
  const { shards, skipped } = await listed({ accounts: [{ id: one }, { id: two }], regions: 'enabled' });
  expect(shards).toHaveLength(2);
  expect(skipped).toEqual([{ id: two, why: expect.stringContaining("its regions can't be listed") }]);
});

test('filters leave shards out, but every account keeps its mode', async () => {
  const policy = { accounts: [{ id: one }, { id: two }], regions: ['eu-west-1', 'us-east-1'] };
  const { shards, accounts } = await listed(policy, { accounts: [two], regions: ['us-east-1'] });
  expect(shards).toEqual([{ account: two, region: 'us-east-1' }]);
  expect(accounts).toHaveLength(2);
});
