import { join } from 'node:path';
import { DescribeInstancesCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { systemClock } from '../../lib/adapters/clock.ts';
import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import type { GuardEvent } from '../../lib/core/guard-memory.ts';
import type { Part } from '../../lib/core/guard-parts.ts';
import { instance } from '../../scripts/local-aws/makers/ec2.ts';
import type { Site } from '../../scripts/local-aws/site.ts';
import { type Bench, bench, document, quickPolicy } from './command-line.ts';

const guardPolicy = `${quickPolicy}guard: { environments: { demo: { burnPerHour: 1 } } }\n`;

const nobody = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

const aServer = (site: Site, tags: Record<string, string> = {}) =>
  instance(site, { kind: 'instance', name: 'web', tags, parts: [], fate: 'kept' });

async function stateOf(site: Site, id: string): Promise<string | undefined> {
  const found = await site.client(EC2Client).send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return found.Reservations?.[0]?.Instances?.[0]?.State?.Name;
}

async function record(here: Bench, account: string, ...events: GuardEvent[]): Promise<void> {
  const ledger = sqliteLedger(join(here.config, '..', '.mayfly', 'ledger.sqlite'), systemClock);
  await ledger.recordGuard(account, events, systemClock.now());
  ledger.close();
}

/** Servers that the guard has stopped in an account, as its ledger and the account show them. */
async function stopped(here: Bench, account: string, count: number): Promise<{ site: Site; ids: string[] }> {
  const site = await here.site(account);
  const servers = await Promise.all(Array.from({ length: count }, () => aServer(site)));
  const ids = servers.map(({ id }) => id);
  await site.client(EC2Client).send(new StopInstancesCommand({ InstanceIds: ids }));
  const parts = servers.map(({ arn }): Part => {
    return { kind: 'server', arn, type: 'ec2:instance', region: 'us-east-1', stage: 'stop' };
  });
  await record(
    here,
    account,
    { kind: 'guard-over', sweep: 'run-1', usdPerHour: 50, passed: ['burnPerHour'], counts: true },
    { kind: 'guard-begun', stage: 'freeze', sweep: 'run-2' },
    { kind: 'guard-ended', stage: 'freeze', lacks: [] },
    { kind: 'guard-begun', stage: 'stop', sweep: 'run-3' },
    { kind: 'guard-changing', parts },
    ...parts.map((part): GuardEvent => ({ kind: 'guard-changed', part })),
    { kind: 'guard-ended', stage: 'stop', lacks: [] },
  );
  return { site, ids };
}

interface StatusDocument {
  accounts: {
    account: string;
    stage: string;
    usdPerHour?: number;
    withoutPrice?: number;
    environments: { environment: string; usdPerHour?: number }[];
    changed: { arn: string; isConfirmed: boolean }[];
    problems: string[];
  }[];
  problems: string[];
}

test.concurrent('status shows what stands in each account an hour, and writes nothing', async () => {
  const here = bench(guardPolicy);
  const [first, second] = here.accounts;
  await aServer(await here.site(first), { environment: 'demo' });
  const looked = await here.mayfly('guard', 'status', '--json');
  const { accounts, problems } = document<StatusDocument>(looked);
  expect(problems).toEqual([]);
  expect(accounts.map(({ account }) => account).toSorted()).toEqual([first, second].toSorted());
  const own = accounts.find(({ account }) => account === first);
  expect(own).toMatchObject({ stage: 'none', environments: [{ environment: 'demo' }], changed: [] });
  expect(own?.usdPerHour).toBeGreaterThan(0);
  // Its disk has no tag.
  expect(own?.environments[0]?.usdPerHour).toBeGreaterThan(0);
  const isWhole = accounts.every((one) => one.problems.length === 0);
  expect([looked.code, looked.stderr]).toEqual([isWhole ? 0 : 4, '']);

  const [one, talk] = await Promise.all([
    here.mayfly('guard', 'status', '--json', '--account', second),
    here.mayfly('guard', 'status'),
  ]);
  expect(document<StatusDocument>(one).accounts.map(({ account }) => account)).toEqual([second]);
  expect(talk.stdout).toBe('');
  expect(talk.stderr).toMatch(new RegExp(`${first} │.*│ +\\d+\\.\\d\\d │`));
  expect(talk.stderr).toMatch(/ec2:instance arn:aws:ec2:us-east-1:.* in us-east-1 \(environment demo\): \$\d/);
  expect((await here.mayfly('guard', 'release')).stderr).toContain('There is nothing to release.');
});

test.concurrent('release starts again what was stopped, in each account, and in observe mode too', async () => {
  const here = bench(guardPolicy);
  const [enforced, observed] = here.accounts;
  const stage = await Promise.all([stopped(here, enforced, 3), stopped(here, observed, 1)]);
  const before = document<StatusDocument>(await here.mayfly('guard', 'status', '--json'));
  const counts = (accounts: StatusDocument['accounts']) =>
    Object.fromEntries(accounts.map(({ account, stage: now, changed }) => [account, [now, changed.length]]));
  expect(counts(before.accounts)).toEqual({ [enforced]: ['stop', 3], [observed]: ['stop', 1] });

  const released = await here.mayfly('guard', 'release', '--json');
  expect([released.code, released.stderr]).toEqual([0, '']);
  const all = document<{ accounts: { account: string; isFinished: boolean; released: object[]; left: object[] }[] }>(
    released,
  );
  expect(
    Object.fromEntries(all.accounts.map((one) => [one.account, [one.isFinished, one.released.length, one.left]])),
  ).toEqual({ [enforced]: [true, 3, []], [observed]: [true, 1, []] });
  for (const { site, ids } of stage) for (const id of ids) expect(await stateOf(site, id)).toBe('running');
  const after = document<StatusDocument>(await here.mayfly('guard', 'status', '--json'));
  expect(counts(after.accounts)).toEqual({ [enforced]: ['none', 0], [observed]: ['none', 0] });
  const again = await here.mayfly('guard', 'release');
  expect([again.code, again.stderr]).toEqual([0, 'There is nothing to release.\n']);
});

test.concurrent('release of one account leaves the other, and says what is not as before', async () => {
  const here = bench(guardPolicy);
  const [one, other] = here.accounts;
  const [{ site, ids }, left] = await Promise.all([stopped(here, one, 1), stopped(here, other, 1)]);
  const gone = `arn:aws:ec2:us-east-1:${one}:instance/i-0123456789abcdef0`;
  const part: Part = { kind: 'server', arn: gone, type: 'ec2:instance', region: 'us-east-1', stage: 'stop' };
  await record(here, one, { kind: 'guard-changing', parts: [part] });
  const { code, stdout, stderr } = await here.mayfly('guard', 'release', '--account', one);
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toContain(`Releasing account ${one} …`);
  expect(stderr).toContain(`released ${one}. Taken back: 1 server.`);
  expect(stderr).toContain('not as before: i-0123456789abcdef0: ');
  expect(await stateOf(site, ids[0] ?? '')).toBe('running');
  expect(await stateOf(left.site, left.ids[0] ?? '')).toBe('stopped');
  const ledger = sqliteLedger(join(here.config, '..', '.mayfly', 'ledger.sqlite'), systemClock);
  expect((await ledger.guardMemory(one)).released?.by).toMatch(/on the command line/);
  expect((await ledger.guardMemory(other)).released).toBeUndefined();
  ledger.close();
});

test.concurrent.each(['status', 'release'])('1: %s without credentials could not start', async (command) => {
  const here = bench(guardPolicy);
  await record(here, here.accounts[0], { kind: 'guard-changing', parts: [aPart(here)] });
  const { code, stdout, stderr } = await here.mayflyIn(nobody, 'guard', command, '--json');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^mayfly: .*credentials/im);
});

const aPart = ({ accounts: [account] }: Bench): Part => {
  const arn = `arn:aws:ec2:us-east-1:${account}:instance/i-1`;
  return { kind: 'server', arn, type: 'ec2:instance', region: 'us-east-1', stage: 'stop' };
};

test.concurrent.each([
  [['status'], quickPolicy, /the policy has no guard block/],
  [['release'], quickPolicy, /the policy has no guard block/],
  [['status', '--account', 'dev'], guardPolicy, /"dev" is not an account id/],
  [['status', '--account', '100000000000'], guardPolicy, /does not cover account 100000000000/],
  [['release', '--account', '100000000000'], guardPolicy, /done nothing in account 100000000000/],
  [['frees'], guardPolicy, /unknown command/],
])('2: guard %j is refused', async (args, policy, says) => {
  const { code, stdout, stderr } = await bench(policy).mayfly('guard', ...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(says);
});
