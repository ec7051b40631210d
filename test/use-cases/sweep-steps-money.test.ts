import { expect, test } from 'vitest';
import { allSteps, due, one, patientClock, policy } from '../fakes/steps.ts';
import { policy as telling } from '../fakes/tellings.ts';
import { aWorld } from '../fakes/world.ts';

const place = { account: one, region: 'eu-west-1' };
const volume = 0.8;
const under = { ...policy, slack: telling.slack };

test('what things cost goes from the scan to the end of a run, for the report and the metric', async () => {
  const world = aWorld(patientClock());
  for (const id of ['vol-1', 'vol-2']) world.volume(id, due, place);
  // Of a region without prices.
  world.volume('vol-3', due, { ...place, region: 'us-east-1' });
  world.queue('orders', due, place);
  const { summary, outcomes } = await allSteps(world, { under });
  expect(new Map(outcomes.map(({ arn, monthlyUsd }) => [arn.split(/[:/]/).at(-1), monthlyUsd]))).toEqual(
    new Map([
      ['vol-1', volume],
      ['vol-2', volume],
      ['vol-3', undefined],
      ['orders', 0],
    ]),
  );
  expect(summary.savedMonthlyUsd).toBe(2 * volume);
  expect(world.reports).toMatchObject([{ savedMonthlyUsd: 2 * volume }]);
});

test('where no price is known nothing is said to be saved', async () => {
  const world = aWorld(patientClock());
  world.volume('vol-3', due, { ...place, region: 'us-east-1' });
  const { summary } = await allSteps(world, { under });
  expect(summary.outcomes).toEqual({ removed: 1 });
  expect(summary).not.toHaveProperty('savedMonthlyUsd');
  expect(world.reports).toMatchObject([{ removed: [{}] }]);
  expect(world.reports[0]).not.toHaveProperty('savedMonthlyUsd');
});
