import type { Copy } from '../core/server.ts';
import { type Duration, type Instant, minute } from '../core/time.ts';
import { inParallel } from './batches.ts';
import type { Aws, Target } from './define.ts';
import { messageOf, stepFailure } from './removal-errors.ts';
import type {
  ChangeQuestion,
  CopyMarks,
  CopyOrder,
  CopyReading,
  CopyResult,
  LastChange,
  MetricsReading,
  RecipeResult,
  RestoreOrder,
  RestoreResult,
  ServerDefinition,
  StepFailure,
  StepResult,
  StopCheck,
} from './server-operations.ts';

type Targets = readonly Target[];

/** A type's server operations, bound to the clients of one session. None of them throws: a failure is an answer. */
export interface BoundServer {
  checkStop: (targets: Targets) => Promise<StopCheck[]>;
  metrics: (targets: Targets, window: { since: Instant; until: Instant }) => Promise<MetricsReading[]>;
  /** One after the other: a second call at the same time would ask CloudTrail too often. */
  lastChange: (targets: Targets, question: ChangeQuestion) => Promise<LastChange[]>;
  copy: (target: Target, order: CopyOrder) => Promise<CopyResult>;
  finishCopy: (copy: Copy, marks: CopyMarks) => Promise<StepResult>;
  /** `now`: what was asked for only minutes ago and does not show yet is pending, and not gone. */
  copyState: (copies: readonly Copy[], now?: Instant) => Promise<CopyReading[]>;
  stop: (target: Target) => Promise<StepResult>;
  start: (target: Target) => Promise<StepResult>;
  /** One result a target, in as few calls as the service allows. */
  stopAll: (targets: Targets) => Promise<StepResult[]>;
  startAll: (targets: Targets) => Promise<StepResult[]>;
  untag: (target: Target, keys: readonly string[]) => Promise<StepResult>;
  recipe: (target: Target) => Promise<RecipeResult>;
  restore: (order: RestoreOrder) => Promise<RestoreResult>;
  /** Where the type has nothing to prepare it is done at once. */
  prepareRemoval: (target: Target, about: { keepUntil: Instant }) => Promise<StepResult>;
  discardCopy: (copy: Copy, about: { last: boolean }) => Promise<StepResult>;
  /** The copy that a removal with a final snapshot leaves; absent where a removal leaves none. */
  finalCopy?: (target: Target, at: Instant) => Copy;
}

export function bindServer<Sdk, Client>(server: ServerDefinition<Sdk, Client>, aws: Aws<Sdk, Client>): BoundServer {
  const { finalCopy, prepareRemoval } = server;
  return {
    checkStop: (targets) => readEach(targets, () => checkStop(server, aws, targets), unreadable),
    metrics: (targets, window) =>
      readEach(
        targets,
        () => server.metrics.run(aws, targets, window),
        (id, why) => ({
          id,
          metrics: {},
          missing: [{ metric: 'cpuPeak', why }],
        }),
      ),
    lastChange: (targets, question) =>
      readEach(targets, () => server.lastChange.run(aws, targets, question), unreadable),
    copy: (target, order) => attempt(target.id, () => server.copy.run(aws, target, order)),
    finishCopy: (copy, marks) => attempt(copy.id, () => server.finishCopy.run(aws, copy, marks)),
    copyState: async (copies, now) => {
      const readings = await readEach(
        copies,
        () => server.copyState.run(aws, copies),
        (id, why): CopyReading => ({ id, state: { kind: 'unreadable', why } }),
      );
      return readings.map((reading, index) => asYoung(reading, copies[index], now));
    },
    stop: (target) => attempt(target.id, () => server.stop.run(aws, target)),
    start: (target) => attempt(target.id, () => server.start.run(aws, target)),
    stopAll: (targets) => stepAll(aws, targets, server.stop, server.stopTogether),
    startAll: (targets) => stepAll(aws, targets, server.start, server.startTogether),
    untag: (target, keys) => attempt(target.id, () => server.untag.run(aws, target, keys)),
    recipe: (target) => readOne(target.id, () => server.recipe.run(aws, target)),
    restore: (order) => attempt(order.copy.id, () => server.restore.run(aws, order)),
    prepareRemoval: (target, about) =>
      attempt(target.id, async () =>
        prepareRemoval === undefined ? { kind: 'done', id: target.id } : prepareRemoval.run(aws, target, about),
      ),
    discardCopy: (copy, about) => attempt(copy.id, () => server.discardCopy.run(aws, copy, about)),
    ...(finalCopy && { finalCopy: (target, at) => finalCopy(target, aws.shard, at) }),
  };
}

/** AWS's lists are a little behind what it has answered. */
const showsAfter: Duration = 10 * minute;

function asYoung(reading: CopyReading, copy: Copy | undefined, now: Instant | undefined): CopyReading {
  const isYoung = copy !== undefined && now !== undefined && now - copy.requestedAt < showsAfter;
  if (reading.state.kind !== 'gone' || !isYoung) return reading;
  return { ...reading, state: { kind: 'pending', detail: 'it does not show yet' } };
}

/** Where the description shows all that there is to know, it is the answer. */
async function checkStop<Sdk, Client>(
  server: ServerDefinition<Sdk, Client>,
  aws: Aws<Sdk, Client>,
  targets: Targets,
): Promise<StopCheck[]> {
  if (server.checkStop !== undefined) return server.checkStop.run(aws, targets);
  return targets.map(({ id, server: seen }) => {
    if (seen === undefined) return unreadable(id, 'its description says nothing about it as a server');
    return seen.unstoppable === undefined
      ? { kind: 'stoppable', id }
      : { kind: 'unstoppable', id, why: seen.unstoppable };
  });
}

const stepsAtOnce = 4;

async function stepAll<Sdk, Client>(
  aws: Aws<Sdk, Client>,
  targets: Targets,
  one: ServerDefinition<Sdk, Client>['stop'],
  together: ServerDefinition<Sdk, Client>['stopTogether'],
): Promise<StepResult[]> {
  if (together === undefined) {
    return inParallel(targets, stepsAtOnce, (target) => attempt(target.id, () => one.run(aws, target)));
  }
  try {
    return targets.length === 0 ? [] : await together.run(aws, targets);
  } catch (error) {
    return targets.map(({ id }) => stepFailure(id, error));
  }
}

export async function attempt<R>(id: string, run: () => Promise<R>): Promise<R | StepFailure> {
  try {
    return await run();
  } catch (error) {
    return stepFailure(id, error);
  }
}

function unreadable(id: string, why: string): { kind: 'unreadable'; id: string; why: string } {
  return { kind: 'unreadable', id, why };
}

async function readOne<R>(id: string, run: () => Promise<R>): Promise<R | ReturnType<typeof unreadable>> {
  try {
    return await run();
  } catch (error) {
    return unreadable(id, messageOf(error));
  }
}

/** A read that throws is no answer about anything, and an id without an answer is not known either. */
async function readEach<R extends { id: string }>(
  about: readonly { id: string }[],
  run: () => Promise<R[]>,
  failed: (id: string, why: string) => R,
): Promise<R[]> {
  if (about.length === 0) return [];
  try {
    const answers = new Map((await run()).map((answer) => [answer.id, answer]));
    return about.map(({ id }) => answers.get(id) ?? failed(id, 'the service gave no answer about it'));
  } catch (error) {
    return about.map(({ id }) => failed(id, messageOf(error)));
  }
}
