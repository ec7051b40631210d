import { expect, test } from 'vitest';
import { findingsOfGuard } from '../../lib/cli/doctor-guard.ts';
import { organizationWith } from '../fakes/answered-organization.ts';
import { aPolicy } from '../fakes/builders.ts';
import { account, aWorld, region } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';

const hub = '111111111111';
const shards = [{ account, region }];

function look(world = aWorld(), { accounts = { [account]: {} }, caller = hub }: Settings = {}) {
  const policy = aPolicy({ organization: { id: 'o-abc123de45', hub }, guard: { accounts } });
  return findingsOfGuard(world.ports, policy, caller, shards);
}

interface Settings {
  accounts?: Record<string, object>;
  caller?: string;
}

test('without a guard it says nothing, and with one that names no account that it only tells', async () => {
  expect(await findingsOfGuard(aWorld().ports, aPolicy(), hub, shards)).toEqual([]);
  expect(await look(aWorld(), { accounts: {} })).toEqual([
    { what: 'guard', found: expect.stringContaining('only tells'), isGood: true },
  ]);
});

test('in the management account it says whether the policy is there', async () => {
  const world = aWorld();
  world.organization.management = hub;
  expect(await look(world)).toEqual([
    { what: 'freezing', found: 'the service control policy mayfly-freeze is there', isGood: true },
    { what: `capping and stopping in ${account}`, found: 'its role can be assumed', isGood: true },
  ]);
});

test('in another one it does not promise what only the first freeze shows', async () => {
  const [freezing] = await look();
  expect(freezing).toMatchObject({ found: expect.stringContaining('shows with the first freeze'), isGood: true });
});

test('a role that cannot be assumed, and an account that no sweep looks at, are problems', async () => {
  const world = aWorld();
  world.closed.add(account);
  const [, closed, unswept] = await look(world, { accounts: { [account]: {}, '333333333333': {} } });
  expect(closed).toMatchObject({ found: `no way into ${account}`, isGood: false });
  expect(unswept).toMatchObject({ found: expect.stringContaining('no sweep looks at it'), isGood: false });
});

test('the management account can be stopped, but its creations are not denied', async () => {
  const world = aWorld();
  world.organization.management = account;
  const findings = await look(world);
  expect(findings).toContainEqual({
    what: `freezing ${account}`,
    found: expect.stringContaining('no service control policy binds'),
    isGood: false,
  });
});

test('a hub that may not freeze is a problem, with what to do', async () => {
  const world = aWorld();
  const { port, changes } = organizationWith({ answers: { ListPolicies: awsError('AccessDeniedException') } });
  world.ports.controlPolicies = port;
  expect((await look(world))[0]).toEqual({
    what: 'freezing',
    found: expect.stringContaining('delegate'),
    isGood: false,
  });
  expect(changes()).toEqual([]);
});

test('a person elsewhere learns that the hub does it', async () => {
  expect((await look(aWorld(), { caller: '444444444444' }))[0]).toEqual({
    what: 'freezing',
    skipped: expect.stringContaining(hub),
  });
});
