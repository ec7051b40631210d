import { beforeEach, describe, expect, test } from 'vitest';
import { type Swept, tellSweep } from '../../lib/use-cases/report-sweep.ts';
import { policy, queue, removing } from '../fakes/tellings.ts';
import { aWorld, type World } from '../fakes/world.ts';

let world: World;
beforeEach(() => {
  world = aWorld();
});

const tell = (swept: Swept) => tellSweep(world.ports, policy, swept);
const runs = () => world.reports.map(({ run }) => run);

describe('a ledger or run store that fails', () => {
  const broken = () => Promise.reject(new Error('table is gone'));

  test.each(['undelivered', 'toldAt', 'markTold', 'postpone', 'forgetPostponed'] as const)(
    'in %s: what was removed is told all the same, and what went wrong is a problem',
    async (name) => {
      world.ports.ledger[name] = broken;
      expect(await tell(removing('run-1'))).toEqual([expect.stringContaining('table is gone')]);
      expect(world.reports).toMatchObject([{ run: 'run-1', removed: [{ arn: queue.arn }] }]);
    },
  );

  test('in keeping: the report is told all the same', async () => {
    world.ports.runStore.save = broken;
    expect(await tell(removing('run-1'))).toEqual([expect.stringContaining('table is gone')]);
    expect(runs()).toEqual(['run-1']);
  });

  test('in everything: nothing is thrown', async () => {
    for (const name of ['undelivered', 'toldAt', 'markTold', 'postpone', 'forgetPostponed', 'history'] as const) {
      world.ports.ledger[name] = broken;
    }
    world.ports.runStore.save = broken;
    world.ports.messenger.report = broken;
    expect((await tell(removing('run-1'))).length).toBeGreaterThan(3);
  });
});
