import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { SweepReport } from '../../lib/core/sweep-report.ts';
import { day, hour, week } from '../../lib/core/time.ts';
import { keepReport } from '../../lib/use-cases/outbox.ts';
import type { Delivery } from '../../lib/use-cases/ports-people.ts';
import { type Swept, tellSweep } from '../../lib/use-cases/report-sweep.ts';
import { aPolicy } from '../fakes/builders.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { policy, queue, removing, standing, typo } from '../fakes/tellings.ts';
import { aWorld, type World } from '../fakes/world.ts';

let clock: HeldClock;
let world: World;
let answer: (report: SweepReport) => Delivery;

beforeEach(() => {
  clock = heldClock();
  world = aWorld(clock);
  answer = () => ({ kind: 'delivered', to: '#costs' });
  world.ports.messenger.report = async (report) => {
    world.reports.push(report);
    return answer(report);
  };
});

const isDown = (): Delivery => ({ kind: 'failed', why: 'Slack is down' });
const runs = () => world.reports.map(({ run }) => run);
const waiting = async () => (await world.ports.ledger.undelivered()).map(({ run }) => run);

const tell = (swept: Swept) => tellSweep(world.ports, policy, swept);

/** Sweeps that removed something while Slack was down, an hour apart. */
async function outage(count: number): Promise<void> {
  const before = answer;
  answer = isDown;
  for (let number = 1; number <= count; number++) {
    await tell(removing(`run-${number}`));
    clock.pass(hour);
  }
  answer = before;
  world.reports.length = 0;
}

test('what was delivered is told once, and an hour later there is silence', async () => {
  expect(await tell(standing('run-1'))).toEqual([]);
  clock.pass(hour);
  expect(await tell(standing('run-2'))).toEqual([]);
  expect(world.reports).toMatchObject([{ run: 'run-1', unreadable: [{ arn: typo.arn }] }]);
  expect(await waiting()).toEqual([]);
});

test('without a slack block nobody is told, and nothing is kept', async () => {
  expect(await tellSweep(world.ports, aPolicy(), removing('run-1'))).toEqual([]);
  expect([...world.reports, ...(await waiting())]).toEqual([]);
});

test('a place that the policy does not name is no failure: nothing waits for it', async () => {
  answer = () => ({ kind: 'nowhere', why: 'no channel' });
  expect(await tell(standing('run-1'))).toEqual([]);
  expect(await waiting()).toEqual([]);
  answer = () => ({ kind: 'delivered', to: '#costs' });
  await tell(standing('run-2'));
  expect(world.reports.at(-1)).toMatchObject({ run: 'run-2', unreadable: [{}] });
});

test('a report that went elsewhere says so', async () => {
  answer = () => ({ kind: 'delivered', to: '#lost', instead: '#costs is archived' });
  expect(await tell(removing('run-1'))).toEqual([
    'the report of the run run-1 went to #lost, because #costs is archived',
  ]);
});

test('the same run tells once, whatever is tried again', async () => {
  await tell(removing('run-1'));
  await tell(removing('run-1'));
  await tell({ run: 'run-1', failure: 'its telling was cut short', outcomes: [] });
  expect(runs()).toEqual(['run-1']);
});

test('a process that ended between keeping and sending: the report is sent once, by whoever comes next', async () => {
  const report = { run: 'run-1', at: clock.now(), removed: [{ arn: queue.arn }] } as unknown as SweepReport;
  await keepReport(world.ports, { run: 'run-1', since: clock.now(), report, keys: ['a'] });
  await tell(removing('run-1'));
  await tell(removing('run-1'));
  expect(world.reports).toEqual([report]);
  expect(await waiting()).toEqual([]);
});

test('a step that is tried again while Slack is down makes no second report of the run', async () => {
  answer = isDown;
  await tell(removing('run-1'));
  await tell({ run: 'run-1', failure: 'its telling was cut short', outcomes: [] });
  expect(world.reports[1]).toEqual(world.reports[0]);
  expect(world.reports).toHaveLength(2);
});

describe('while Slack is down', () => {
  test('the report is kept, the run has a problem, and the next sweep sends it before its own', async () => {
    answer = isDown;
    expect(await tell(removing('run-1'))).toEqual([
      'the report of the run run-1 was not delivered: Slack is down; the next sweep sends it again',
    ]);
    answer = () => ({ kind: 'delivered', to: '#costs' });
    clock.pass(hour);
    expect(await tell(removing('run-2'))).toEqual([]);
    expect(runs()).toEqual(['run-1', 'run-1', 'run-2']);
    expect(world.reports[1]).toEqual(world.reports[0]);
    expect(await waiting()).toEqual([]);
  });

  test('a messenger that throws has not delivered', async () => {
    world.ports.messenger.report = () => Promise.reject(new Error('socket hang up'));
    expect(await tell(removing('run-1'))).toMatchObject([expect.stringContaining('socket hang up')]);
    expect(await waiting()).toEqual(['run-1']);
  });

  test('what stands is not reported anew by each sweep: it waits once', async () => {
    answer = isDown;
    for (const run of ['run-1', 'run-2', 'run-3']) {
      await tell(standing(run));
      clock.pass(hour);
    }
    expect(await waiting()).toEqual(['run-1']);
  });

  test('a few are sent at a time, the oldest first', async () => {
    await outage(7);
    await tell({ run: 'run-8', outcomes: [] });
    expect(runs()).toEqual(['run-1', 'run-2', 'run-3', 'run-4', 'run-5']);
    await tell({ run: 'run-9', outcomes: [] });
    expect(await waiting()).toEqual([]);
    expect(runs().slice(5)).toEqual(['run-6', 'run-7']);
  });

  test('at the first that fails the others wait on, and the own report is still tried', async () => {
    await outage(3);
    answer = ({ run }) => (run === 'run-2' ? isDown() : { kind: 'delivered', to: '#costs' });
    await tell(removing('run-4'));
    expect(runs()).toEqual(['run-1', 'run-2', 'run-4']);
    expect(await waiting()).toEqual(['run-2', 'run-3']);
  });

  test('no old report is begun once the time for telling is over, and the own one is told', async () => {
    await outage(3);
    answer = () => {
      clock.pass(2 * 60_000);
      return { kind: 'delivered', to: '#costs' };
    };
    await tell(removing('run-4'));
    expect(runs()).toEqual(['run-1', 'run-2', 'run-4']);
  });
});

describe('a report that waits for a week', () => {
  test('is given up, and the next one says so', async () => {
    await outage(2);
    clock.pass(week);
    await tell({ run: 'run-3', outcomes: [] });
    expect(world.reports).toMatchObject([{ run: 'run-3', lost: 2, removed: [] }]);
    expect(await waiting()).toEqual([]);
    await tell({ run: 'run-4', outcomes: [] });
    expect(world.reports).toHaveLength(1);
  });

  test('and that would have named lost ones counts them too', async () => {
    await outage(2);
    clock.pass(week);
    answer = isDown;
    await tell(removing('run-3'));
    expect(await waiting()).toEqual(['run-3']);
    clock.pass(week);
    answer = () => ({ kind: 'delivered', to: '#costs' });
    await tell({ run: 'run-4', outcomes: [] });
    expect(world.reports.at(-1)).toMatchObject({ run: 'run-4', lost: 3 });
  });

  test('is not lost where it had arrived and only that could not be kept', async () => {
    world.ports.ledger.forgetPostponed = vi.fn(() => Promise.reject(new Error('throttled')));
    expect(await tell(removing('run-1'))).toMatchObject([expect.stringContaining('throttled')]);
    clock.pass(week + day);
    await tell({ run: 'run-2', outcomes: [] });
    expect(runs()).toEqual(['run-1']);
  });
});

describe('a report that can not be read back', () => {
  test.each([
    ['is not there', async () => undefined],
    ['is no report', async () => ({ report: 7 })],
  ])('%s: it is told as lost', async (_, load) => {
    await world.ports.ledger.postpone('run-0', clock.now() - hour);
    world.ports.runStore.load = load;
    await tell({ run: 'run-1', outcomes: [] });
    expect(world.reports).toMatchObject([{ run: 'run-1', lost: 1 }]);
    expect(await waiting()).toEqual([]);
  });

  test('for now waits on', async () => {
    await outage(1);
    const load = world.ports.runStore.load.bind(world.ports.runStore);
    world.ports.runStore.load = () => Promise.reject(new Error('SlowDown'));
    expect(await tell({ run: 'run-2', outcomes: [] })).toMatchObject([expect.stringContaining('SlowDown')]);
    expect(world.reports).toEqual([]);
    world.ports.runStore.load = load;
    await tell({ run: 'run-3', outcomes: [] });
    expect(runs()).toEqual(['run-1']);
  });
});

test('a run that failed tells so with what it did, without a plan too', async () => {
  await tell({ run: 'run-1', failure: 'MakePlan failed: out of memory', outcomes: removing('run-1').outcomes });
  expect(world.reports).toMatchObject([
    { run: 'run-1', failure: 'MakePlan failed: out of memory', removed: [{ arn: queue.arn }], tracked: 0 },
  ]);
});
