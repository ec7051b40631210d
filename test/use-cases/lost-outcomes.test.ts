import { beforeEach, describe, expect, test } from 'vitest';
import { minute } from '../../lib/core/time.ts';
import { concludeStep, failRun } from '../../lib/use-cases/conclude-steps.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import { reapStep } from '../../lib/use-cases/reap-steps.ts';
import {
  loadShards,
  planStep,
  type RunMessage,
  scanStep,
  settleStep,
  warnStep,
} from '../../lib/use-cases/sweep-steps.ts';
import { begun, due, ends, one, patientClock, policy as silent } from '../fakes/steps.ts';
import { policy as telling } from '../fakes/tellings.ts';
import { aWorld, type World } from '../fakes/world.ts';

// A list that a step left can't be read any more: it costs that list, and that is said.
const policy = { ...silent, slack: telling.slack };
const run = 'run-1';
const place = { account: one, region: 'eu-west-1' };
const left = `arn:aws:sqs:eu-west-1:${one}:left`;

let world: World;
beforeEach(() => {
  world = aWorld(patientClock());
});

type List = 'settled' | 'warned';

/** The list comes back as `document`, or as damaged. */
function spoil(list: List, document: unknown): void {
  const { runStore } = world.ports;
  const load = runStore.load.bind(runStore);
  runStore.load = async (of, name) => {
    if (name !== `outcomes/${list}`) return load(of, name);
    if (document === 'damaged') throw new Error('the object is damaged');
    return document;
  };
}

const asked = (arn: string) =>
  world.ports.ledger.record([{ arn, at: 1, run: 'run-0', kind: 'removal-requested', ...place }]);

/** Steps up to the warnings. `left` was due when it was scanned and is gone when an earlier order for it is settled. */
async function planned(list: List, document: unknown): Promise<{ message: RunMessage; plan: string }> {
  world.queue('orders', due);
  world.queue('left', due);
  world.queue('soon', { ttl: '2026-11-24T00:00Z' });
  const message = await begun(world);
  for (const item of await loadShards(world.ports, run)) await scanStep(world.ports, policy, message, item, 4 * minute);
  await asked(left);
  world.place(place).queues.delete('left');
  await settleStep(world.ports, policy, message);
  if (list === 'settled') spoil(list, document);
  const { plan } = await planStep(world.ports, policy, message);
  await warnStep(world.ports, policy, message, plan);
  if (list === 'warned') spoil(list, document);
  return { message, plan };
}

async function reaped(message: RunMessage): Promise<void> {
  for (const item of await loadShards(world.ports, run, 'work')) {
    await reapStep(world.ports, policy, message, item, world.clock.now() + 13 * minute);
  }
}

const all = async () => (await world.ports.runStore.load(run, 'outcomes/all')) as Outcome[];

const documents: [string, unknown, string][] = [
  ['damaged', 'damaged', 'is damaged'],
  ['no list', { settled: [] }, 'has not the shape'],
  ['an outcome that there is not', [{ arn: left, type: 'sqs:queue', action: 'remove', outcome: 'eaten' }], '0.outcome'],
];

describe.each(documents)('%s', (_, document, why) => {
  test('as what was settled: it is planned again and found gone, the others go, and the loss is told', async () => {
    const { message, plan } = await planned('settled', document);
    await reaped(message);
    const { summary } = await concludeStep(world.ports, policy, message, plan);
    expect(ends(await all())).toEqual(['left gone', 'orders removed', 'soon warned']);
    const lost = [expect.stringMatching(`^what the run found of earlier removals can't be read.*${why}`)];
    expect(summary.lost).toEqual(lost);
    expect(world.reports).toMatchObject([{ lostOfRun: lost, removed: [{ arn: left.replace('left', 'orders') }] }]);
    expect(await world.ports.ledger.acquireLease('run-2', minute)).toMatchObject({ ok: true });
  });

  test('as who was warned: the removals are told, and the loss is', async () => {
    const { message, plan } = await planned('warned', document);
    await reaped(message);
    const { summary } = await concludeStep(world.ports, policy, message, plan);
    expect(ends(await all())).toEqual(['left removed', 'orders removed']);
    expect(summary.lost).toEqual([expect.stringMatching(`^whom the run warned can't be read.*${why}`)]);
  });

  test('of a run that failed: what else it did is told, and the loss is', async () => {
    const { message } = await planned('settled', document);
    await reaped(message);
    expect(await failRun(world.ports, policy, message, 'States.Timeout')).toMatchObject({ failed: true });
    expect(ends(await all())).toEqual(['left gone', 'orders removed', 'soon warned']);
    expect(await world.ports.runStore.load(run, 'failed')).toMatchObject({ untold: expect.stringContaining(why) });
    expect(world.reports).toMatchObject([{ failure: expect.stringContaining(why) }]);
  });
});

test('a run with nothing to say tells a loss all the same, also where the telling is tried again', async () => {
  world.queue('kept', { ttl: '2027-01-01' });
  const message = await begun(world);
  for (const item of await loadShards(world.ports, run)) await scanStep(world.ports, policy, message, item, 4 * minute);
  spoil('settled', 'damaged');
  const { plan } = await planStep(world.ports, policy, message);
  await world.ports.ledger.markTold(['heartbeat'], world.clock.now());
  const ledger = { ...world.ports.ledger };
  world.ports.ledger.toldAt = () => Promise.reject(new Error('throttled'));
  const messenger = { ...world.ports.messenger };
  world.ports.messenger.report = () => new Promise(() => {});
  void concludeStep(world.ports, policy, message, plan);
  await expect.poll(() => world.ports.runStore.load(run, 'ended')).toBeDefined();
  Object.assign(world.ports.ledger, ledger);
  Object.assign(world.ports.messenger, messenger);
  await failRun(world.ports, policy, message, 'Sandbox.Timedout');
  expect(world.reports).toMatchObject([{ lostOfRun: [expect.stringContaining('is damaged')] }]);
});

test('settling tried again after a damaged list keeps what the second try ended, and still says the loss', async () => {
  const message = await begun(world);
  const store = { ...world.ports.runStore };
  spoil('settled', 'damaged');
  await asked(left);
  await settleStep(world.ports, policy, message);
  Object.assign(world.ports.runStore, store);
  await settleStep(world.ports, policy, message);
  const { plan } = await planStep(world.ports, policy, message);
  const { summary } = await concludeStep(world.ports, policy, message, plan);
  expect(ends(await all())).toEqual(['left removed']);
  expect(summary.lost).toEqual([expect.stringContaining('is damaged')]);
});

test('a step that failed without stopping the run is told in summary and report, or with the failure', async () => {
  const { message, plan } = await planned('warned', undefined);
  await reaped(message);
  const lost = ['not all owners were warned'];
  const { summary } = await concludeStep(world.ports, policy, message, plan, lost);
  expect(summary.lost).toEqual(lost);
  expect(world.reports).toMatchObject([{ lostOfRun: lost }]);
  world = aWorld(patientClock());
  await failRun(world.ports, policy, await begun(world), 'MakePlan failed', lost);
  expect(world.reports).toMatchObject([{ failure: 'MakePlan failed; not all owners were warned' }]);
});
