import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../lib/adapters/clock.ts';
import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import { minute } from '../../lib/core/time.ts';
import { instance, volume } from '../../scripts/local-aws/makers/ec2.ts';
import { ago, bench, document, outcomesIn, quickPolicy } from './command-line.ts';
import type { PlanDocument } from './contract-shapes.ts';
import { aQueue, queueNames } from './live.ts';

const nobody = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

test.concurrent.each([['plan'], ['reap', '--enforce'], ['extend', 'pr-1', '1d']])(
  '1: %s without credentials could not start',
  async (...args) => {
    const here = bench();
    const { code, stdout, stderr } = await here.mayflyIn(nobody, ...args, '--json');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^mayfly: .*credentials/im);
  },
);

test.concurrent('1: a stale plan is not carried out', async () => {
  const here = bench();
  const site = await here.site();
  await aQueue(site, 'due', { ttl: ago(20) });
  const plan = here.file('plan.json');
  await here.mayfly('plan', '--now', ago(3), '--out', plan);
  const { code, stderr } = await here.mayfly('reap', '--enforce', '--plan', plan, '--json');
  expect([code, /limits.planAge/.test(stderr)]).toEqual([1, true]);
  expect(await queueNames(site)).toEqual(['due']);
});

test.concurrent('1: while another run holds the lease nothing is started, and it is named', async () => {
  const here = bench();
  const site = await here.site();
  await aQueue(site, 'due', { ttl: ago(2) });
  const ledger = sqliteLedger(join(here.config, '..', '.mayfly', 'ledger.sqlite'), systemClock);
  await ledger.acquireLease('run-of-another', 10 * minute);
  const { code, stderr } = await here.mayfly('reap', '--enforce', '--json');
  expect([code, stderr.includes('run-of-another')]).toEqual([1, true]);
  expect(await queueNames(site)).toEqual(['due']);
  ledger.close();
});

test.concurrent('2: every problem of a policy is one line with its place', async () => {
  const here = bench(`${quickPolicy}limit:\n  removalsPerRun: 5\nmode: enforced\n`);
  const { code, stdout, stderr } = await here.mayfly('plan', '--json');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/mayfly\.yaml:11: mode: .*did you mean "enforce"/),
    expect.stringMatching(/mayfly\.yaml:9: limit: unknown key; did you mean "limits"/),
  ]);
});

test.concurrent('2: required warnings without Slack name both remedies', async () => {
  const { code, stderr } = await bench('role: mayfly\nexpiry: { requireWarning: true }\n').mayfly('plan');
  expect(code).toBe(2);
  expect(stderr).toMatch(/expiry\.requireWarning: .*slack.*requireWarning to false/);
});

test.concurrent.each([
  [['plan', '--now', 'tomorrow'], /--now tomorrow is not an instant/],
  [['plan', '--type', 'ec2:volumes'], /--type ec2:volumes is no type/],
  [['reap', '--plan', '/nowhere/plan.json'], /\/nowhere\/plan\.json/],
  [['reap', '--out', '/nowhere/reap.json', '--enforce'], /\/nowhere/],
  [['plan', '--everything'], /unknown option/],
  [['extend', 'pr-1', '1m'], /"1m" is not a duration/],
  [['mode', '222222222222', 'enforce'], /lowered/],
  [['approve', 'plan-404'], /no plan plan-404/],
])('2: %j is refused before anything is done', async (args, says) => {
  const here = bench();
  const site = await here.site();
  await aQueue(site, 'due', { ttl: ago(2) });
  const { code, stdout, stderr } = await here.mayfly(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(says);
  expect(await queueNames(site)).toEqual(['due']);
});

test.concurrent('2: a plan that was altered is not carried out', async () => {
  const here = bench();
  const site = await here.site();
  await aQueue(site, 'due', { ttl: ago(2) });
  await aQueue(site, 'precious', { ttl: ago(-2) });
  const plan = here.file('plan.json');
  await here.mayfly('plan', '--out', plan);
  writeFileSync(plan, readFileSync(plan, 'utf8').replaceAll(':due"', ':precious"'));
  const { code, stderr } = await here.mayfly('reap', '--plan', plan, '--enforce');
  expect([code, /altered/.test(stderr)]).toEqual([2, true]);
  expect(await queueNames(site)).toEqual(['due', 'precious']);
});

test.concurrent('3: where limits held everything nothing is changed, and plan says so, too', async () => {
  const here = bench(`${quickPolicy}limits: { removalsPerAccount: 1 }\n`);
  const site = await here.site();
  await Promise.all(['a', 'b'].map((name) => aQueue(site, name, { ttl: ago(2) })));
  for (const args of [['plan'], ['reap', '--enforce']]) {
    const ended = await here.mayfly(...args, '--json');
    expect(ended.code).toBe(3);
    const { held } = document<PlanDocument>(ended);
    expect(held).toEqual([{ limit: 'removalsPerAccount', allowed: 1, wanted: 2, account: here.accounts[0] }]);
  }
  expect(await queueNames(site)).toEqual(['a', 'b']);
});

test.concurrent('3: a stored plan is held to the limits of the policy that it is carried out under', async () => {
  const here = bench();
  const site = await here.site();
  await Promise.all(['a', 'b'].map((name) => aQueue(site, name, { ttl: ago(2) })));
  const plan = here.file('plan.json');
  expect((await here.mayfly('plan', '--out', plan)).code).toBe(0);
  appendFileSync(here.config, 'limits: { removalsPerRun: 1 }\n');
  const ended = await here.mayfly('reap', '--plan', plan, '--enforce', '--json');
  expect([ended.code, outcomesIn(ended)]).toEqual([3, {}]);
  expect(document(ended)).toMatchObject({
    mode: 'enforce',
    held: [{ limit: 'removalsPerRun', allowed: 1, wanted: 2 }],
  });
  expect(await queueNames(site)).toEqual(['a', 'b']);
});

test.concurrent('4: what a stored plan wants in a region that the policy dropped is skipped and named', async () => {
  const here = bench();
  const site = await here.site();
  await aQueue(site, 'due', { ttl: ago(2) });
  const plan = here.file('plan.json');
  await here.mayfly('plan', '--out', plan);
  writeFileSync(here.config, readFileSync(here.config, 'utf8').replace('[us-east-1]', '[eu-west-1]'));
  const ended = await here.mayfly('reap', '--plan', plan, '--enforce', '--json');
  expect([ended.code, outcomesIn(ended)]).toEqual([4, { due: 'skipped' }]);
  expect(ended.stdout).toContain('is not swept now');
  expect(await queueNames(site)).toEqual(['due']);
});

test.concurrent('4: one account that a limit holds does not hold the other', async () => {
  const enforced = ([first, second]: readonly string[]) =>
    [first, second].map((id) => `  - { id: "${id}", mode: enforce }`).join('\n');
  const here = bench(`${quickPolicy}limits: { removalsPerAccount: 1 }\n`, enforced);
  const [site, other] = [await here.site(), await here.site(here.accounts[1])];
  await Promise.all(['a', 'b'].map((name) => aQueue(site, name, { ttl: ago(2) })));
  await aQueue(other, 'c', { ttl: ago(2) });
  const ended = await here.mayfly('reap', '--enforce', '--json');
  expect([ended.code, outcomesIn(ended)]).toEqual([4, { c: 'removed' }]);
  expect(await queueNames(site)).toEqual(['a', 'b']);
});

test.concurrent('4: a shard that can not be read is named, in JSON and on the terminal', async () => {
  const here = bench('types: all\nexpiry: { requireWarning: false }\n');
  const [json, talk] = await Promise.all([here.mayfly('plan', '--json'), here.mayfly('plan')]);
  expect([json.code, talk.code]).toEqual([4, 4]);
  const { shards } = document<PlanDocument>(json);
  expect(shards).toMatchObject(here.accounts.map((account) => ({ account, error: expect.stringContaining(account) })));
  expect(talk.stderr).toContain(`not read ${here.accounts[0]}`);
});

test.concurrent('4: what is protected against deletion is blocked and named, and the rest goes', async () => {
  const here = bench();
  const site = await here.site();
  const tags = { ttl: ago(2) };
  const seed = { kind: 'instance', tags, parts: [], fate: 'blocked' } as const;
  const { id } = await instance(site, { ...seed, name: 'web', guarded: true });
  const disk = await volume(site, { ...seed, kind: 'volume', name: 'data' });
  const ended = await here.mayfly('reap', '--enforce', '--json');
  expect([ended.code, outcomesIn(ended)]).toEqual([4, { [id]: 'blocked', [disk.id]: 'removed' }]);
});

test.concurrent.each([
  ['no endpoint at all', { AWS_ENDPOINT_URL: undefined }],
  ['one service elsewhere', { AWS_ENDPOINT_URL_SQS: 'https://sqs.us-east-1.amazonaws.com' }],
])('2: --now never writes with %s', async (_, env) => {
  const here = bench();
  const site = await here.site();
  await aQueue(site, 'due', { ttl: ago(2) });
  for (const args of [
    ['reap', '--enforce'],
    ['extend', 'pr-1', '1d'],
  ]) {
    const { code, stderr } = await here.mayflyIn(env, ...args, '--now', ago(1));
    expect([code, /loopback/.test(stderr)]).toEqual([2, true]);
  }
  expect(await queueNames(site)).toEqual(['due']);
  expect(existsSync(join(here.config, '..', '.mayfly'))).toBe(false);
});
