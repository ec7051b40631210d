import { beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../../lib/core/history.ts';
import { hour } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import type { Ledger } from '../../lib/use-cases/ports.ts';
import { type SweepRequest, type SweepResult, sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy } from '../fakes/builders.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { account, aWorld, type World } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';

const due = { ttl: '2026-11-20' };
const policy = aPolicy({ mode: 'enforce', expiry: { requireWarning: false } });
const full = new Error('database or disk is full');

let clock: HeldClock;
let world: World;
beforeEach(() => {
  clock = heldClock();
  world = aWorld(clock);
});

/** A sweep whose waits are over as soon as nothing else happens; the lease is renewed in its own time. */
async function sweeping(request: Partial<SweepRequest> = {}): Promise<SweepResult> {
  let isOver = false;
  const swept = sweep(world.ports, { policy, filters: noFilters, enforce: true, ...request }).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise(setImmediate);
    const sleepers = clock.sleepers();
    if (sleepers.length > 1) clock.pass(Math.min(...sleepers));
  }
  return swept;
}

const kinds = async (arn: string) => (await world.ports.ledger.history(arn)).map(({ kind }) => kind);
const commands = (name: string) => world.sent.filter(({ command }) => command === name).length;

/** From now on the ledger throws where it is to keep one of these; gives a way to mend it. */
function breakLedger(...fatal: Event['kind'][]): () => void {
  const whole = world.ports.ledger;
  const record: Ledger['record'] = async (events) => {
    if (events.some(({ kind }) => fatal.includes(kind))) throw full;
    await whole.record(events);
  };
  world.ports.ledger = { ...whole, record };
  return () => {
    world.ports.ledger = whole;
  };
}

describe('a ledger that can not be written after a removal', () => {
  test('takes nothing away from what the service said, and is named', async () => {
    const arn = world.queue('orders', due);
    breakLedger('removed');
    const { outcomes } = await sweeping();
    expect(outcomes).toMatchObject([
      { arn, outcome: 'removed', unrecorded: true, detail: expect.stringMatching(/ledger.*disk is full/) },
    ]);
  });

  test('does so for a removal that is only confirmed later, too', async () => {
    const arn = world.instance('i-1a', due);
    breakLedger('removed');
    const { outcomes } = await sweeping();
    expect(outcomes).toMatchObject([{ arn, outcome: 'removed', unrecorded: true }]);
  });

  test('holds nobody else, and the next run writes what is missing', async () => {
    const [queue, disk] = [world.queue('orders', due), world.volume('vol-1a', due)];
    const mend = breakLedger('removed');
    const { outcomes } = await sweeping();
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['removed', 'removed']);
    mend();
    const next = await sweeping();
    expect(next.outcomes.map(({ arn }) => arn).toSorted()).toEqual([disk, queue].toSorted());
    expect(await kinds(queue)).toEqual(['seen', 'removal-requested', 'removed']);
  });

  test('keeps the reason of a refusal, and adds its own', async () => {
    world.queue('orders', due);
    world.refuse.set('DeleteQueue', () => awsError('ValidationError', 'no'));
    breakLedger('refused');
    const { outcomes } = await sweeping();
    expect(outcomes).toMatchObject([{ outcome: 'failed', detail: expect.stringMatching(/ValidationError.*ledger/) }]);
  });
});

test('a ledger that can not be read after a denial does not hide what AWS said, or what went beside it', async () => {
  for (const name of ['locked', 'orders']) world.queue(name, due);
  world.refuse.set('DeleteQueue', ({ QueueUrl }) => {
    world.ports.ledger.memories = () => Promise.reject(full);
    return String(QueueUrl).endsWith('locked') ? awsError('AccessDenied', 'not allowed') : undefined;
  });
  const { outcomes } = await sweeping();
  expect(outcomes.toSorted((a, b) => (a.arn < b.arn ? -1 : 1))).toMatchObject([
    { outcome: 'failed', detail: expect.stringContaining('not allowed') },
    { outcome: 'removed' },
  ]);
});

test('where the intent can not be written, nothing is asked for', async () => {
  const arn = world.queue('orders', due);
  breakLedger('removal-requested');
  const { outcomes } = await sweeping();
  expect(outcomes).toMatchObject([{ arn, outcome: 'failed', detail: expect.stringContaining('disk is full') }]);
  expect(commands('DeleteQueue')).toBe(0);
});

test('a gate that can not be read starts nothing more, and what is in flight is told as it ends', async () => {
  for (const name of ['a', 'b']) world.queue(name, { ttl: `2026-11-2${name === 'a' ? 0 : 1}` });
  world.fits = ({ pins }) => pins.length <= 1;
  const whole = world.ports.ledger;
  let asked = 0;
  const gate: Ledger['gate'] = async (...about) => {
    asked += 1;
    if (asked > 1) throw full;
    return whole.gate(...about);
  };
  world.ports.ledger = { ...whole, gate };
  const { outcomes } = await sweeping();
  expect(outcomes.map(({ arn, outcome }) => [arn.at(-1), outcome])).toEqual([
    ['a', 'removed'],
    ['b', 'failed'],
  ]);
  expect(commands('DeleteQueue')).toBe(1);
});

test('an end that can not be written leaves the outcomes as they are, and is a problem of the run', async () => {
  const arn = world.queue('orders', due);
  world.ports.ledger.endRun = () => Promise.reject(full);
  const { outcomes, problems } = await sweeping();
  expect(outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
  expect(problems).toEqual([expect.stringContaining('disk is full')]);
});

test('a receipt that can not be written is no warning, though somebody was told', async () => {
  const arn = world.queue('orders', { ttl: '2026-11-24T11:00Z' });
  breakLedger('warned');
  const { outcomes } = await sweeping();
  expect(outcomes).toMatchObject([{ arn, outcome: 'failed', detail: expect.stringMatching(/ana was told.*full/) }]);
});

test('a network that fails says nothing about the resource, however often', async () => {
  const arn = world.queue('orders', due);
  world.refuse.set('DeleteQueue', () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
  for (let run = 0; run < 4; run++) await sweeping();
  expect(await kinds(arn)).not.toContain('refused');
  expect((await world.ports.ledger.memories([arn])).get(arn)).toMatchObject({ refusals: 0 });
});

test('an account that is lowered in the middle of a run keeps what no batch has asked for yet', async () => {
  world.volume('vol-1a', due);
  world.instance('i-1a', due);
  world.refuse.set('TerminateInstances', () => {
    void world.ports.ledger.lowerMode(account, 'observe', 'ana');
    return undefined;
  });
  const { outcomes } = await sweeping();
  expect(
    Object.fromEntries(outcomes.map(({ arn, outcome, detail }) => [arn.split('/').at(-1), [outcome, detail]])),
  ).toEqual({
    'i-1a': ['waiting', expect.anything()],
    'vol-1a': ['skipped', 'the account was lowered to observe'],
  });
});

test('what a plan calls a type that its ARN is not of stays, and nobody is told that it went', async () => {
  const arn = `arn:aws:elasticloadbalancing:eu-west-1:${account}:loadbalancer/web`;
  world.queue('orders', due);
  const { plan } = await sweep(world.ports, { policy, filters: noFilters, enforce: false });
  const [removal] = plan.decisions;
  if (removal === undefined) throw new Error('nothing was due');
  const strange = { ...plan, decisions: [{ ...removal, arn, type: 'elasticloadbalancing:loadbalancer' }] };
  const { outcomes } = await sweeping({ plan: strange });
  expect(outcomes).toMatchObject([{ arn, outcome: 'skipped', detail: 'Mayfly does not know its type' }]);
});

describe('an approval', () => {
  const strict = aPolicy({ mode: 'enforce', expiry: { requireWarning: false }, limits: { removalsPerRun: 1 } });
  const approval = (planId: string, held: object = {}) => ({
    planId,
    held: [{ limit: 'removalsPerRun' as const, allowed: 1, wanted: 9, ...held }],
    by: 'ana',
    at: world.clock.now(),
    lasts: 2 * hour,
  });
  const reap = () => sweeping({ policy: strict });
  const open = async () => (await world.ports.ledger.approvals()).map(({ planId }) => planId);

  test('is spent before the first removal is asked for, so a run that is killed has used it', async () => {
    for (const name of ['a', 'b']) world.queue(name, due);
    await world.ports.ledger.approve(approval('plan-a'));
    let left: Promise<string[]> | undefined;
    world.refuse.set('DeleteQueue', () => {
      left ??= open();
      return undefined;
    });
    await reap();
    expect(await left).toEqual([]);
  });

  test('is not spent by what only waits', async () => {
    // First seen now, more than a day after it was made: the recheck finds that its lead has not passed.
    for (const name of ['a', 'b']) world.queue(name, due, { createdAt: world.clock.now() - 72 * hour });
    await world.ports.ledger.approve(approval('plan-a'));
    const { outcomes } = await reap();
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['waiting', 'waiting']);
    expect(await open()).toEqual(['plan-a']);
  });

  test('for another account is not spent', async () => {
    world.queue('a', due);
    await world.ports.ledger.approve(approval('plan-a', { account: '333333333333' }));
    await reap();
    expect(await open()).toEqual(['plan-a']);
  });

  test('that is given while a run works is for the next one', async () => {
    for (const name of ['a', 'b']) world.queue(name, due);
    world.instance('i-1a', due);
    await world.ports.ledger.approve(approval('plan-a'));
    world.refuse.set('DescribeInstances', () => {
      void world.ports.ledger.approve(approval('plan-b'));
      return undefined;
    });
    await reap();
    expect(await open()).toEqual(['plan-b']);
  });

  test('that can not be spent removes nothing', async () => {
    for (const name of ['a', 'b']) world.queue(name, due);
    await world.ports.ledger.approve(approval('plan-a'));
    world.ports.ledger.useApprovals = () => Promise.reject(full);
    const { outcomes } = await reap();
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
    expect(commands('DeleteQueue')).toBe(0);
  });
});
