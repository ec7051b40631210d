import { expect, test } from 'vitest';
import { day, hour, week } from '../../lib/core/time.ts';
import { financeReport } from '../../lib/use-cases/finance-report.ts';
import { policyWith, sweepsOf } from '../fakes/server-sweeps.ts';
import { noneOfThose } from '../fakes/standing.ts';
import { aServerWorld, type ServerWorld } from '../fakes/world-servers.ts';

const policy = policyWith();

/** What EC2 is not the only one to count. */
function aWorld(): ServerWorld {
  const world = aServerWorld();
  Object.assign(world.answers, {
    DescribeLoadBalancers: { LoadBalancers: [] },
    DescribeDBClusters: { DBClusters: [] },
    DescribeDBInstances: { DBInstances: [] },
    DescribeNatGateways: { NatGateways: [] },
    ...noneOfThose,
  });
  return world;
}

test('an idle server is a row all the way down, and what it saves counts until somebody starts it', async () => {
  const world = aWorld();
  const { clock, ports } = world;
  const sweeps = sweepsOf(world, policy);
  const { server } = sweeps;
  const report = () => financeReport(ports, policy);
  const running = 730 * 0.1 + 2 * 0.8;

  const before = await report();
  expect(before.idle).toMatchObject([
    {
      arn: server.arn,
      type: 'ec2:instance',
      id: 'i-1a',
      owner: 'ana',
      environment: 'staging',
      amount: { kind: 'estimate', usd: running },
      nextStep: 'its owner is warned',
    },
  ]);
  expect(before.idle[0]?.evidence.join()).toMatch(/configuration unchanged/);
  expect(before.idle[0]?.idleSince).toBe(server.launchedAt);
  expect(before.seen).toMatchObject({ amount: { usd: running }, known: 3 });

  await sweeps.until('idle-copied');
  expect((await report()).idle).toMatchObject([{ nextStep: 'stopped', amount: { usd: running } }]);
  await sweeps.once();
  const stoppedAt = clock.now();
  clock.pass(hour);
  const { idle } = await report();
  expect(idle).toMatchObject([
    { arn: server.arn, amount: { usd: 2 * 0.8 }, nextStep: expect.stringMatching(/expires|warned/) },
  ]);

  clock.pass(week);
  const saving = await report();
  expect(saving.savedThisWeek).toMatchObject({ usd: expect.closeTo(0.1 * 24 * 7, 1), unknown: 0 });
  expect(saving.savedSinceStart).toMatchObject({ stopped: 1, since: expect.any(Number) });
  expect(Math.abs((saving.savedSinceStart.since ?? 0) - stoppedAt)).toBeLessThan(hour);

  world.people.start(server.id);
  await sweeps.once();
  clock.pass(week);
  const back = await report();
  expect(back.savedThisWeek).toMatchObject({ usd: expect.closeTo(0, 1), cameBack: 1 });
  expect(back.savedSinceStart.usd).toBeCloseTo(0.1 * 24 * 7, 0);
  expect(back.idle).toEqual([]);
  clock.pass(40 * day);
  expect((await report()).savedThisWeek.usd).toBe(0);
});
