import fc from 'fast-check';
import { expect, test } from 'vitest';
import { day, hour, toIso } from '../../lib/core/time.ts';
import { extend } from '../../lib/use-cases/extend.ts';
import { policyWith, type ServerSweeps, sweepsOf } from '../fakes/server-sweeps.ts';
import { aServerWorld, type ServerWorld } from '../fakes/world-servers.ts';
import { awsError } from '../samples/sample.ts';

// Whatever people do and whatever fails, in whatever order: the fake EC2 itself knows what each disk held when, and
// keeps a list of what Mayfly should not have done.

const policy = policyWith({ after: '3d', warnings: ['1d'], removeAfter: '2d' });

type Act = (world: ServerWorld, sweeps: ServerSweeps) => void | Promise<void>;

/** Deeds of people, by their names, so that a counterexample reads like a story. */
const deeds: Readonly<Record<string, Act>> = {
  starts: ({ people }) => people.start('i-1a'),
  stops: ({ people }) => people.stop('i-1a'),
  'shuts down from inside': ({ people }) => people.shutDown('i-1a'),
  'starts and stops at once': ({ people, clock }) => {
    people.start('i-1a');
    clock.pass(hour / 2);
    people.stop('i-1a');
  },
  'changes the configuration': ({ people }) => people.change('i-1a'),
  'adds a volume': ({ people }) => people.attach('i-1a'),
  'deletes a snapshot of the newest copy': ({ people }) => people.deleteSnapshot('i-1a'),
  'deletes the newest copy': ({ people }) => people.deregister('i-1a'),
  'extends its date by Mayfly': async (world, { server }) => {
    await extend(world.ports, { policy, name: server.arn, by: 2 * day, who: 'ana' });
  },
  'writes a date of their own': ({ aws, people, clock }) => {
    people.tag('i-1a', 'expires-at', toIso(clock.now() + 2 * day));
    Object.assign(aws.servers.get('i-1a') ?? {}, { ownDate: true });
  },
  'takes the expiry off': ({ people }) => people.untag('i-1a', 'expires-at'),
  'takes it out of staging': ({ people }) => people.tag('i-1a', 'environment', 'production'),
  'takes it back into staging': ({ people }) => people.tag('i-1a', 'environment', 'staging'),
  protects: ({ people }) => people.tag('i-1a', 'mayfly:protect', 'true'),
  unprotects: ({ people }) => people.untag('i-1a', 'mayfly:protect'),
  excludes: ({ people }) => people.tag('i-1a', 'mayfly:not-idle', 'true'),
  includes: ({ people }) => people.untag('i-1a', 'mayfly:not-idle'),
};

const refused: Readonly<Record<string, Error>> = {
  CreateImage: awsError('SnapshotLimitExceeded', 'quota'),
  StopInstances: awsError('UnauthorizedOperation', 'no'),
  DescribeSnapshots: awsError('RequestLimitExceeded', 'slow down'),
  DescribeInstances: awsError('RequestLimitExceeded', 'slow down'),
  DescribeImages: awsError('InternalError', 'of AWS'),
  CreateTags: awsError('RequestLimitExceeded', 'slow down'),
  DeleteTags: awsError('UnauthorizedOperation', 'no'),
  DeleteSnapshot: awsError('InternalError', 'of AWS'),
  GetMetricData: awsError('InternalError', 'of AWS'),
};

const faults: Readonly<Record<string, Act>> = {
  'a volume can not be copied': ({ aws }) => void aws.failing.add('vol-1a2'),
  'snapshots take 30 hours': ({ aws }) => void Object.assign(aws, { snapshotsTake: 30 * hour }),
  'nobody can be warned': (world) => {
    world.deliver = async () => ({ kind: 'failed', why: 'Slack is down' });
  },
  'everything works again': (world) => {
    world.aws.failing.clear();
    world.aws.snapshotsTake = hour / 6;
    world.deliver = async () => ({ kind: 'delivered', to: 'ana' });
    world.refuse.clear();
  },
  ...Object.fromEntries(
    Object.entries(refused).map(([command, error]): [string, Act] => [
      `${command} fails`,
      ({ refuse }) => void refuse.set(command, () => error),
    ]),
  ),
};

interface Step {
  /** Time that passes before. */
  hours: number;
  /** Of people or AWS, before the sweep. */
  before: string;
  /** Of people, between the plan and its steps. */
  between: string;
  /** The process is killed after so many writes to the ledger. */
  killedAfter: number | undefined;
}

const nothing = 'nothing';
const step: fc.Arbitrary<Step> = fc.record({
  hours: fc.constantFrom(1, 6, 12, 24, 30),
  before: fc.oneof(
    { weight: 12, arbitrary: fc.constant(nothing) },
    { weight: 3, arbitrary: fc.constantFrom(...Object.keys(deeds)) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(faults)) },
    { weight: 2, arbitrary: fc.constant('everything works again') },
  ),
  between: fc.oneof(
    { weight: 15, arbitrary: fc.constant(nothing) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(deeds)) },
  ),
  killedAfter: fc.oneof(
    { weight: 12, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 6 }) },
  ),
});

/** The way down where nothing happens: warned, copied, verified, stopped; warned, copied, verified, removed. */
const calm = [1, 24, 1, 1, 50, 25, 1, 1].map(
  (hours): Step => ({ hours, before: nothing, between: nothing, killedAfter: undefined }),
);

interface Killing {
  after(writes: number | undefined): void;
  /** What people do meanwhile is done by other processes. */
  sparing(work: () => void | Promise<void>): Promise<void>;
}

/** From the moment that a process is killed nothing it wants reaches anybody. */
function killing(world: ServerWorld): Killing {
  let left = Number.POSITIVE_INFINITY;
  const { ledger } = world.ports;
  const write = ledger.record.bind(ledger);
  ledger.record = async (events) => {
    if (events.length > 0) left -= 1;
    if (left < 0) throw new Error('the process was killed');
    return write(events);
  };
  const refusal = world.refuse.get.bind(world.refuse);
  world.refuse.get = (command) => (left < 0 ? () => awsError('TimeoutError', 'killed') : refusal(command));
  return {
    after(writes = Number.POSITIVE_INFINITY) {
      left = writes;
    },
    async sparing(work) {
      const before = left;
      left = Number.POSITIVE_INFINITY;
      await work();
      left = before;
    },
  };
}

async function live(steps: readonly Step[]): Promise<ServerWorld> {
  const world = aServerWorld();
  world.aws.idleAfter = 3 * day;
  const sweeps = sweepsOf(world, policy);
  const process = killing(world);
  const { runStore } = world.ports;
  let between: Act | undefined;
  world.ports.runStore = {
    ...runStore,
    async savePlan(plan) {
      await runStore.savePlan(plan);
      await process.sparing(() => between?.(world, sweeps));
    },
  };
  for (const one of steps) {
    world.clock.pass(one.hours * hour);
    await (deeds[one.before] ?? faults[one.before])?.(world, sweeps);
    between = deeds[one.between];
    process.after(one.killedAfter);
    await sweeps.once().catch(() => undefined);
    process.after(undefined);
    if (world.aws.breaches.length > 0) return world;
  }
  return world;
}

test('nothing is stopped without a whole copy, nor removed without one newer than its last moment', async () => {
  let stops = 0;
  let removals = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(calm.length), fc.array(step, { minLength: 10, maxLength: 35 }), async (way, steps) => {
      const { aws } = await live([...calm.slice(0, way), ...steps]);
      stops += aws.stops.length;
      if (aws.stops.length > 0) removals += aws.removals.length;
      expect(aws.breaches).toEqual([]);
    }),
    { numRuns: 60 },
  );
  expect(stops, 'otherwise nothing was checked').toBeGreaterThan(0);
  expect(removals, 'otherwise nothing was checked').toBeGreaterThan(0);
}, 120_000);
