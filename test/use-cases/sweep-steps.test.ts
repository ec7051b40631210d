import { beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../../lib/core/history.ts';
import type { Policy } from '../../lib/core/policy.ts';
import { minute } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import type { Clock } from '../../lib/use-cases/ports.ts';
import { concludeStep, failRun, reapStep } from '../../lib/use-cases/reap-steps.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import {
  beginRun,
  loadShards,
  planStep,
  type RunMessage,
  scanStep,
  settleStep,
  warnStep,
} from '../../lib/use-cases/sweep-steps.ts';
import { aPolicy, at } from '../fakes/builders.ts';
import { aWorld, type World } from '../fakes/world.ts';

const one = '222222222222';
const two = '333333333333';
const due = { ttl: '2026-11-20' };
const policy = aPolicy({
  mode: 'enforce',
  accounts: [{ id: one }, { id: two, mode: 'observe' }],
  regions: ['eu-west-1', 'us-east-1'],
  expiry: { requireWarning: false },
});

/** Waits for AWS are over at once; the patience of a scan never ends. */
function patientClock(): Clock {
  let now = at('2026-11-23T12:00Z');
  return {
    now: () => now,
    sleep: (duration) => {
      if (duration >= minute) return new Promise(() => {});
      now += duration;
      return Promise.resolve();
    },
  };
}

let world: World;
beforeEach(() => {
  world = aWorld(patientClock());
});

async function begun(run = 'run-1'): Promise<RunMessage> {
  const answer = await beginRun(world.ports, policy, run);
  if (!answer.started) throw new Error(answer.why);
  return answer.message;
}

interface Twist {
  scans?: string;
  reaps?: string;
  reapPolicy?: Policy;
  beforeEnd?: () => Promise<void>;
}

/** All steps in the order of the state machine; a step in `without` is lost. */
async function allSteps({ scans = 'all', reaps = 'all', reapPolicy = policy, beforeEnd }: Twist = {}) {
  const message = await begun();
  for (const item of await loadShards(world.ports, message.run)) {
    if (scans === 'all' || item.region !== scans) await scanStep(world.ports, policy, message, item, 4 * minute);
  }
  await settleStep(world.ports, policy, message);
  const { plan } = await planStep(world.ports, policy, message);
  await warnStep(world.ports, message, plan);
  for (const item of await loadShards(world.ports, message.run, 'work')) {
    if (reaps !== 'all' && item.region === reaps) continue;
    for (let pending = 1; pending > 0; ) {
      const stopAt = world.clock.now() + 13 * minute;
      ({ pending } = await reapStep(world.ports, reapPolicy, message, item, stopAt));
    }
  }
  await beforeEnd?.();
  const summary = await concludeStep(world.ports, message, plan);
  const outcomes = (await world.ports.runStore.load(message.run, 'outcomes/all')) as Outcome[];
  return { message, summary, outcomes, plan: world.plans.get(plan) };
}

function populate(): void {
  world.queue('orders', due);
  world.queue('live', { ttl: '2027-01-01' });
  world.queue('typo', { ttl: 'soon' });
  world.queue('watched', due, { account: two });
  world.volume('vol-1a', due, { attachedTo: 'i-1a', region: 'us-east-1' });
  world.instance('i-1a', due, { region: 'us-east-1' });
  world.volume('vol-2b', due, { attachedTo: 'i-2b' });
  world.instance('i-2b', { ttl: '2027-01-01' });
}

const ends = (outcomes: readonly { arn: string; outcome: string }[]) =>
  outcomes.map(({ arn, outcome }) => `${arn.split(/[:/]/).at(-1)} ${outcome}`).toSorted();

test('the steps of the cloud do what one process does', async () => {
  populate();
  const { outcomes, plan, summary } = await allSteps();
  const sameWorld = aWorld(patientClock());
  world = sameWorld;
  populate();
  const alone = await sweep(sameWorld.ports, { policy, filters: noFilters, enforce: true });
  expect(ends(outcomes)).toEqual(ends(alone.outcomes));
  expect(ends(outcomes)).toEqual(['i-1a removed', 'orders removed', 'vol-1a removed', 'vol-2b blocked']);
  expect(plan?.decisions).toEqual(alone.plan.decisions);
  expect(summary).toMatchObject({ outcomes: { removed: 3, blocked: 1 }, due: 4, held: 0, unread: 0 });
});

describe('what is lost on the way is named', () => {
  test('a scan that left nothing behind is no empty shard', async () => {
    populate();
    const { plan, outcomes } = await allSteps({ scans: 'us-east-1' });
    const unread = plan?.shards.filter(({ error }) => error !== undefined);
    expect(unread?.map(({ region }) => region)).toEqual(['us-east-1', 'us-east-1']);
    expect(unread?.[0]?.error).toContain('without a result');
    expect(ends(outcomes)).toEqual(['orders removed', 'vol-2b blocked']);
  });

  test('a scan that takes too long is given up and says so', async () => {
    const clock = { ...patientClock(), sleep: async () => {} };
    world = aWorld(clock);
    world.queue('orders', due);
    world.ports.cloud.reader = () => new Promise(() => {});
    const message = await begun();
    const [item] = await loadShards(world.ports, message.run);
    if (item === undefined) throw new Error('no shard was listed');
    const { error } = await scanStep(world.ports, policy, message, item, 4 * minute);
    expect(error).toBe('its scan did not end within 240 seconds');
  });

  test('removals whose step was lost are failed, never removed, and the next run does them', async () => {
    populate();
    const { outcomes } = await allSteps({ reaps: 'us-east-1' });
    expect(ends(outcomes)).toEqual(['i-1a failed', 'orders removed', 'vol-1a failed', 'vol-2b blocked']);
    expect(ends((await allSteps()).outcomes)).toEqual(['i-1a removed', 'vol-1a removed', 'vol-2b blocked']);
  });
});

describe('what a step did not live to tell is told from the ledger', () => {
  const arn = `arn:aws:sqs:eu-west-1:${one}:orders`;
  const at = 1;

  test.each<[string, Event[], string]>([
    ['a removal', [{ arn, at, run: 'run-1', kind: 'removed', detail: 'with its copy' }], 'removed: with its copy'],
    ['what was gone', [{ arn, at, run: 'run-1', kind: 'gone' }], 'gone: undefined'],
    ['a refusal', [{ arn, at, run: 'run-1', kind: 'refused', why: 'AccessDenied' }], 'failed: AccessDenied'],
    [
      'a removal after a refusal',
      [
        { arn, at, run: 'run-1', kind: 'refused', why: 'Throttled' },
        { arn, at, run: 'run-1', kind: 'removed' },
      ],
      'removed: undefined',
    ],
    ['not what an earlier run did', [{ arn, at, run: 'run-0', kind: 'removed' }], 'failed: its step ended without'],
    ['not an order alone', [{ arn, at, run: 'run-1', kind: 'removal-requested' }], 'failed: its step ended without'],
  ])('%s', async (_, events, told) => {
    world.queue('orders', due);
    const { outcomes } = await allSteps({ reaps: 'eu-west-1', beforeEnd: () => world.ports.ledger.record(events) });
    expect(outcomes).toHaveLength(1);
    expect(`${outcomes[0]?.outcome}: ${outcomes[0]?.detail}`).toContain(told);
  });

  test('a ledger that can not be read leaves it failed, and says so', async () => {
    world.queue('orders', due);
    const broken = async () => {
      world.ports.ledger.history = () => Promise.reject(new Error('table is gone'));
    };
    const { outcomes } = await allSteps({ reaps: 'eu-west-1', beforeEnd: broken });
    expect(outcomes).toMatchObject([{ arn, outcome: 'failed', detail: expect.stringContaining('table is gone') }]);
  });
});

describe('a policy that is deployed while a run is under way', () => {
  test.each([
    ['observes the account', { accounts: [{ id: one, mode: 'observe' as const }, { id: two }] }],
    ['excludes the account', { exclude: [one] }],
    ['names the account no more', { accounts: [{ id: two }] }],
  ])('and %s leaves what is not removed yet, and says why', async (_, change) => {
    populate();
    const { outcomes } = await allSteps({ reapPolicy: { ...policy, ...change } });
    expect(new Set(outcomes.map(({ outcome, detail }) => `${outcome}: ${detail}`))).toEqual(
      new Set(['changed: It is due, but the policy only observes this account.']),
    );
    expect(outcomes).toHaveLength(4);
    expect(world.sent.filter(({ command }) => /^(Delete|Terminate)/.test(command))).toEqual([]);
  });
});

describe('the lease', () => {
  test('while one run holds it another one does not begin, and says who holds it', async () => {
    await begun('run-1');
    const second = await beginRun(world.ports, policy, 'run-2');
    expect(second).toMatchObject({ started: false, why: expect.stringContaining('run-1') });
  });

  test.each([
    ['that ended', async (message: RunMessage) => concludeStep(world.ports, message, await plannedIn(message))],
    ['that failed', (message: RunMessage) => failRun(world.ports, message, 'States.Timeout')],
  ])('a run %s gives it back', async (_, end) => {
    await end(await begun('run-1'));
    expect(await beginRun(world.ports, policy, 'run-2')).toMatchObject({ started: true });
  });

  test('a run that can not begin gives it back', async () => {
    const save = () => Promise.reject(new Error('no such bucket'));
    const broken = { ...world.ports, runStore: { ...world.ports.runStore, save } };
    await expect(beginRun(broken, policy, 'run-1')).rejects.toThrow('no such bucket');
    expect(await beginRun(world.ports, policy, 'run-2')).toMatchObject({ started: true });
  });
});

async function plannedIn(message: RunMessage): Promise<string> {
  await settleStep(world.ports, policy, message);
  return (await planStep(world.ports, policy, message)).plan;
}
