import { beforeEach, describe, expect, test } from 'vitest';
import { concludeStep, failRun } from '../../lib/use-cases/conclude-steps.ts';
import { endLostRun } from '../../lib/use-cases/end-run.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { loadLatest } from '../../lib/use-cases/latest-sweep.ts';
import { type SweepRequest, sweep } from '../../lib/use-cases/sweep.ts';
import { beginRun, type RunMessage } from '../../lib/use-cases/sweep-steps.ts';
import { allSteps, due, patientClock, populate, policy as silent, stepsToEnd, two } from '../fakes/steps.ts';
import { policy as telling } from '../fakes/tellings.ts';
import { aWorld, type World } from '../fakes/world.ts';

const policy = { ...silent, slack: telling.slack };

let world: World;
beforeEach(() => {
  world = filled();
});

function filled(): World {
  const made = aWorld(patientClock());
  populate(made);
  made.queue('hers', { ttl: 'soon', owner: 'ana' });
  made.queue('seen', { ttl: 'soon', owner: 'ana' }, { account: two });
  return made;
}

const ends = (items: readonly { arn: string }[] | undefined) =>
  items?.map(({ arn }) => arn.split(/[:/]/).at(-1)).toSorted();
const begin = (run: string) => beginRun(world.ports, policy, run);

test('people read what was removed, what is blocked, unreadable, and due where it is only observed', async () => {
  const { problems, plan } = await allSteps(world, { under: policy });
  expect(problems).toEqual([]);
  expect(world.reports).toHaveLength(1);
  const [report] = world.reports;
  expect(report).toMatchObject({
    run: 'run-1',
    tracked: 10,
    heartbeat: { sweeps: 1, dueSoon: 0 },
    held: [],
    unread: [],
  });
  expect(ends(report?.removed)).toEqual(['i-1a', 'orders', 'vol-1a']);
  expect(ends(report?.blocked)).toEqual(['vol-2b']);
  expect(ends(report?.unreadable)).toEqual(['hers', 'seen', 'typo']);
  expect(ends(report?.observed)).toEqual(['watched']);
  expect(await loadLatest(world.ports)).toMatchObject({ run: 'run-1', plan: plan?.id, sweeps: 1 });
});

test.each<[string, () => Promise<unknown>]>([
  ['in the cloud', () => allSteps(world, { under: policy })],
  ['on the command line', () => sweep(world.ports, { policy, filters: noFilters, enforce: true })],
])('the newest sweep knows what is kept too: %s', async (_, run) => {
  await run();
  const latest = await loadLatest(world.ports);
  const decisions = (await world.ports.runStore.loadPlan(latest?.plan ?? ''))?.decisions;
  expect(decisions).toHaveLength(10);
  expect(decisions?.find(({ arn }) => arn.endsWith(':live'))).toMatchObject({ reason: 'not-due' });
});

test('the command line tells the same as the cloud', async () => {
  await allSteps(world, { under: policy });
  const [cloud] = world.reports;
  world = filled();
  await sweep(world.ports, { policy, filters: noFilters, enforce: true });
  const [here] = world.reports;
  const lists = ['removed', 'waiting', 'blocked', 'unreadable', 'observed', 'unread', 'held'] as const;
  for (const list of lists) expect(new Set<unknown>(here?.[list])).toEqual(new Set<unknown>(cloud?.[list]));
  expect(here).toMatchObject({ tracked: 10, heartbeat: { sweeps: 1, dueSoon: 0 } });
  expect((await loadLatest(world.ports))?.run).toBe(here?.run);
});

test('a second sweep of the same world is silent', async () => {
  await allSteps(world, { under: policy });
  await allSteps(world, { under: policy, run: 'run-2' });
  expect(world.reports).toHaveLength(1);
});

test('owners hear what is held, in enforced accounts alone', async () => {
  await allSteps(world, { under: policy });
  expect(world.warnings.map(({ kind, items }) => [kind, ends(items)])).toEqual([['hold', ['hers']]]);
});

test('a warning shows that its resource was removed', async () => {
  const arn = world.queue('late', { ...due, owner: 'ana' });
  await world.ports.ledger.saveNotice({
    id: 'notice-1',
    kind: 'warning',
    at: 0,
    items: [{ arn, type: 'sqs:queue', account: '', region: '', reason: 'expiring' }],
    message: { channel: 'D1', ts: '1.0' },
  });
  const receipt = { expiresAt: 0, at: 0 };
  await world.ports.ledger.record([{ arn, at: 0, kind: 'warned', to: 'ana', notice: 'notice-1', receipt }]);
  await allSteps(world, { under: policy });
  expect(world.updates).toMatchObject([{ id: 'notice-1', items: [{ arn, state: { kind: 'removed' } }] }]);
});

describe('the run has ended before anybody is told', () => {
  test('so that the next one can begin meanwhile', async () => {
    let meanwhile: unknown;
    world.ports.messenger.report = async () => {
      meanwhile = await begin('run-2');
      return { kind: 'delivered', to: '#costs' };
    };
    await allSteps(world, { under: policy });
    expect(meanwhile).toMatchObject({ started: true });
  });

  test('and stays so where nobody can be told', async () => {
    world.ports.messenger.report = () => Promise.reject(new Error('Slack is down'));
    world.ports.ledger.toldAt = () => Promise.reject(new Error('throttled'));
    const { summary, problems } = await allSteps(world, { under: policy });
    expect(summary.outcomes).toEqual({ removed: 3, blocked: 1 });
    expect(problems.join()).toMatch(/throttled.*Slack is down/);
    expect(await begin('run-2')).toMatchObject({ started: true });
  });

  test('a last step that is tried again tells nothing twice', async () => {
    const { message, plan } = await stepsToEnd(world, { under: policy });
    await concludeStep(world.ports, policy, message, plan);
    await concludeStep(world.ports, policy, message, plan);
    expect(world.reports).toHaveLength(1);
    expect(await loadLatest(world.ports)).toMatchObject({ sweeps: 1 });
  });

  /** The function is killed in the middle of its telling; the state machine sees a step that failed. */
  async function killedWhileTelling(): Promise<RunMessage> {
    const { message, plan } = await stepsToEnd(world, { under: policy });
    const { messenger } = world.ports;
    const killed = { ...world.ports, messenger: { ...messenger, report: () => new Promise<never>(() => {}) } };
    await Promise.race([
      concludeStep(killed, policy, message, plan),
      new Promise((resolve) => setTimeout(resolve, 50)),
    ]);
    return message;
  }

  test.each([
    ['the step that catches it', failRun],
    ['the event that its execution failed', endLostRun],
  ])('one that is killed in telling did not fail: %s tells the rest, once', async (_, end) => {
    const message = await killedWhileTelling();
    const about = end === failRun ? message : message.run;
    const ended = await end(world.ports, policy, about as never, 'Sandbox.Timedout');
    expect(ended).toMatchObject(end === failRun ? { failed: false } : { ended: false });
    await endLostRun(world.ports, policy, message.run, 'FAILED');
    expect(world.reports.map(({ run, failure, removed }) => [run, failure, removed.length])).toEqual([
      ['run-1', undefined, 3],
    ]);
    expect(await world.ports.runStore.load(message.run, 'failed')).toBeUndefined();
  });

  test('a lease that could not be given back is given back by the step that catches it', async () => {
    const { message, plan } = await stepsToEnd(world, { under: policy });
    const ledger = { ...world.ports.ledger, releaseLease: () => Promise.reject(new Error('throttled')) };
    await expect(concludeStep({ ...world.ports, ledger }, policy, message, plan)).rejects.toThrow('throttled');
    expect(await failRun(world.ports, policy, message, 'throttled')).toMatchObject({ failed: false });
    expect(await begin('run-2')).toMatchObject({ started: true });
    expect(world.reports).toMatchObject([{ run: 'run-1', removed: [{}, {}, {}] }]);
  });
});

describe('a run that failed', () => {
  test('is told once, with what it removed and what nobody knows', async () => {
    const { message } = await stepsToEnd(world, { under: policy, reaps: 'us-east-1' });
    expect(await failRun(world.ports, policy, message, 'Conclude failed')).toEqual({ failed: true, problems: [] });
    await endLostRun(world.ports, policy, message.run, 'the execution ended as FAILED');
    expect(world.reports).toHaveLength(1);
    const [report] = world.reports;
    expect(report).toMatchObject({ run: 'run-1', failure: 'Conclude failed' });
    expect(report?.heartbeat).toBeUndefined();
    expect(ends(report?.removed)).toEqual(['orders']);
    expect(ends(report?.blocked)).toEqual(['i-1a', 'vol-1a', 'vol-2b']);
    expect(await loadLatest(world.ports)).toBeUndefined();
  });

  test('and did not live to tell is told by the event that its execution failed', async () => {
    const { message } = await stepsToEnd(world, { under: policy });
    await world.ports.runStore.save(message.run, 'begun', message);
    await world.ports.runStore.save(message.run, 'failed', { why: 'MakePlan failed', untold: 'its outcomes are lost' });
    expect(await endLostRun(world.ports, policy, message.run, 'FAILED')).toMatchObject({ ended: false });
    expect(world.reports).toMatchObject([{ failure: 'MakePlan failed; its outcomes are lost' }]);
  });

  test('before it began is told', async () => {
    await endLostRun(world.ports, policy, 'run-9', 'the execution ended as FAILED: no such unit');
    expect(world.reports).toMatchObject([
      { run: 'run-9', failure: 'it could not begin: the execution ended as FAILED: no such unit', removed: [] },
    ]);
  });

  test('and whose plan is damaged tells what is known', async () => {
    const { message } = await stepsToEnd(world, { under: policy });
    world.ports.runStore.loadPlan = () => Promise.reject(new Error('the plan is damaged'));
    const { problems } = await failRun(world.ports, policy, message, 'Conclude failed');
    expect(problems).toMatchObject([expect.stringContaining('damaged')]);
    expect(world.reports[0]?.failure).toMatch(/Conclude failed; .*damaged/);
  });
});

describe('on the command line', () => {
  const request: SweepRequest = { policy, filters: noFilters, enforce: true };

  test('a dry run tells nobody and is no newest sweep', async () => {
    await sweep(world.ports, { ...request, enforce: false });
    expect([...world.reports, ...world.warnings, ...world.updates]).toEqual([]);
    expect(await loadLatest(world.ports)).toBeUndefined();
  });

  test.each<[string, Partial<SweepRequest>]>([
    ['of some types', { filters: { ...noFilters, types: ['sqs:queue'] } }],
    ['that was interrupted', { signal: AbortSignal.abort() }],
  ])('a run %s is no newest sweep and has no heartbeat', async (_, part) => {
    const { problems } = await sweep(world.ports, { ...request, ...part });
    expect(problems).toEqual([]);
    expect(world.reports).toHaveLength(1);
    expect(world.reports[0]?.heartbeat).toBeUndefined();
    expect(await loadLatest(world.ports)).toBeUndefined();
  });

  test('nor a run of a stored plan, which leaves out what is kept', async () => {
    const { plan } = await sweep(world.ports, { ...request, enforce: false });
    await sweep(world.ports, { ...request, plan });
    expect(world.reports).toHaveLength(1);
    expect(world.reports[0]?.heartbeat).toBeUndefined();
    expect(await loadLatest(world.ports)).toBeUndefined();
  });

  test('what went wrong in telling is a problem of a run that was done', async () => {
    world.ports.messenger.report = async () => ({ kind: 'failed', why: 'Slack is down' });
    const { outcomes, problems } = await sweep(world.ports, request);
    expect(outcomes.filter(({ outcome }) => outcome === 'removed')).toHaveLength(3);
    expect(problems).toEqual([expect.stringContaining('Slack is down')]);
  });
});
