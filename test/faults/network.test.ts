import { expect, test, vi } from 'vitest';
import type { Call } from './proxy/call.ts';
import { isRemoval } from './proxy/removals.ts';
import type { Rule } from './proxy/rules.ts';
import { assertNextRunFinishes, assertWorldIsSafe, byArn } from './safety.ts';
import { account, openStage, otherAccount, type Stage } from './stage.ts';
import { gone, smallWorld, survivors, tinyWorld } from './world.ts';

/** Strikes each operation once in each account, so that the SDK's next try succeeds. */
function onceEach(which: (call: Call) => boolean): Rule['match'] {
  const seen = new Set<string>();
  return (call) => {
    const key = `${call.account} ${call.name} ${JSON.stringify(call.parameters)} ${call.path}`;
    if (!which(call) || seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}

/** Retries follow at once where a fault never ends: the SDK rolls dice for the length of its waits. */
function withoutWaiting(): void {
  vi.spyOn(Math, 'random').mockReturnValue(0);
}

async function assertAllRemoved(stage: Stage, as: readonly string[] = ['removed']): Promise<void> {
  const { plan, outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(plan.shards.filter(({ error }) => error !== undefined)).toEqual([]);
  const outcome = byArn(outcomes);
  const due = stage.manifest.filter(({ fate }) => fate === 'removed');
  const others = due.filter(({ arn }) => !as.includes(outcome.get(arn)?.outcome ?? 'none'));
  expect(others.map(({ arn }) => outcome.get(arn) ?? arn)).toEqual([]);
}

test('with 30 % of all calls throttled a sweep still removes everything that is due', async () => {
  const stage = await openStage({ rows: tinyWorld });
  stage.proxy.rules.add({ match: () => true, probability: 0.3, fault: 'throttle' });
  await assertAllRemoved(stage);
  expect(stage.proxy.rules.struck('throttle')).toBeGreaterThan(10);
  await assertNextRunFinishes(stage);
});

test('with 20 % of all calls answered by a 500 a sweep still removes everything that is due', async () => {
  const stage = await openStage({ rows: smallWorld, seed: 7 });
  stage.proxy.rules.add({ match: () => true, probability: 0.2, fault: 'http500' });
  await assertAllRemoved(stage);
  expect(stage.proxy.rules.struck('http500')).toBeGreaterThan(5);
  await assertNextRunFinishes(stage);
});

test('calls that hang until their connection breaks are tried again', async () => {
  const stage = await openStage({ rows: smallWorld });
  stage.proxy.rules.add({ match: onceEach(() => true), fault: 'hang' });
  await assertAllRemoved(stage);
  expect(stage.proxy.rules.struck('hang')).toBeGreaterThan(20);
  await assertNextRunFinishes(stage);
});

test.each(['lost-answer', 'truncated-page'] as const)(
  'removals that AWS carried out are not failures when their answers end as %s',
  async (fault) => {
    const stage = await openStage({ rows: smallWorld });
    stage.proxy.rules.add({ match: onceEach(isRemoval), fault });
    // What the second try does not find any more is gone, whoever did it.
    await assertAllRemoved(stage, ['removed', 'gone']);
    expect(stage.proxy.rules.struck(fault)).toBeGreaterThan(5);
    await assertNextRunFinishes(stage);
  },
);

test('pages that break off in the middle are read again, and no list is shorter for it', async () => {
  const stage = await openStage({ rows: smallWorld });
  stage.proxy.rules.add({ match: onceEach((call) => !isRemoval(call)), fault: 'truncated-page' });
  await assertAllRemoved(stage);
  expect(stage.proxy.rules.struck('truncated-page')).toBeGreaterThan(15);
  await assertNextRunFinishes(stage);
});

test('a second page that never comes makes its account unread, and the other account is swept', async () => {
  withoutWaiting();
  const crowd = Array.from({ length: 30 }, (_, index) => gone('topic', `crowd-${index}`));
  const stage = await openStage({ rows: [...survivors, ...crowd], accounts: [account, otherAccount] });
  stage.proxy.rules.add({
    match: (call) =>
      call.name === 'tag:GetResources' && call.account === account && 'PaginationToken' in call.parameters,
    fault: 'truncated-page',
  });
  const { plan, outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(stage.proxy.rules.struck('truncated-page')).toBeGreaterThan(1);
  const errors = plan.shards.map((shard) => [shard.account, shard.error !== undefined]);
  expect(errors).toEqual([
    [account, true],
    [otherAccount, false],
  ]);
  expect(outcomes.map(({ arn }) => arn.split(':')[4])).toEqual(crowd.map(() => otherAccount));
  vi.restoreAllMocks();
  await assertNextRunFinishes(stage);
});

test.each(['throttle', 'http500', 'hang', 'lost-answer'] as const)(
  'a removal that always ends as %s is failed or gone, counts as no refusal, and the next run settles it',
  async (fault) => {
    withoutWaiting();
    const stage = await openStage({ rows: tinyWorld });
    const queue = stage.arn('queue/old-jobs');
    stage.proxy.rules.add({
      match: ({ name, parameters }) =>
        name === 'sqs:DeleteQueue' && String(parameters['QueueUrl']).endsWith('/old-jobs'),
      fault,
    });
    const { outcomes } = await stage.sweep();
    await assertWorldIsSafe(stage, outcomes);
    expect(byArn(outcomes).get(queue)?.outcome).toBe(fault === 'lost-answer' ? 'gone' : 'failed');
    const events = await stage.withLedger(async (ledger) => ledger.history(queue));
    expect(events.filter(({ kind }) => kind === 'refused')).toEqual([]);
    vi.restoreAllMocks();
    await assertNextRunFinishes(stage);
  },
);
