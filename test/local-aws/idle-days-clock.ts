import { setImmediate } from 'node:timers/promises';
import type { Instant } from '../../lib/core/time.ts';
import type { ClientSource } from '../../lib/resource-types/define.ts';
import type { Clock, Cloud, Session } from '../../lib/use-cases/ports.ts';

/**
 * A clock that the test moves. Whoever waits for AWS is awake at once, and that much later; who waits for the end of
 * the run, as the renewal of its lease does, takes no time of it.
 */
export interface MovedClock extends Clock {
  moveTo(instant: Instant): void;
}

export function movedClock(start: Instant): MovedClock {
  let now = start;
  return {
    now: () => now,
    sleep(duration, signal) {
      if (signal !== undefined) {
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      }
      now += duration;
      return setImmediate();
    },
    moveTo(instant) {
      if (Math.round(instant) < now) throw new Error('time goes forward only');
      now = Math.round(instant);
    },
  };
}

/** What AWS answers instead to one command. `truth` asks moto. */
export type Fault = (input: Readonly<Record<string, unknown>>, truth: () => Promise<object>) => Promise<object>;

/** By the command's name, such as `CreateImage`. */
export type Faults = Map<string, Fault>;

interface Args {
  input: Readonly<Record<string, unknown>>;
  request: { headers: Record<string, string> };
}
type Next = (args: Args) => Promise<{ response: unknown; output: object }>;
type Middleware = (next: Next, context: Readonly<Record<string, unknown>>) => Next;

interface Stacked {
  middlewareStack: { add(middleware: Middleware, options: { step: string; priority?: string }): void };
}

/** Has a client tell moto the time, and answers with faults where there are any. Safe to repeat. */
export function inTime<C>(client: C, clock: Clock, faults: Faults = new Map()): C {
  if (known.has(client as object)) return client;
  known.add(client as object);
  const { middlewareStack } = client as Stacked;
  middlewareStack.add(
    (next) => (args) => {
      args.request.headers['x-local-now'] = String(clock.now());
      return next(args);
    },
    { step: 'build' },
  );
  middlewareStack.add(
    (next, context) => async (args) => {
      const fault = faults.get(String(context['commandName']).replace(/Command$/, ''));
      if (fault === undefined) return next(args);
      const output = await fault(args.input, async () => (await next(args)).output);
      return { response: undefined, output };
    },
    { step: 'initialize', priority: 'high' },
  );
  return client;
}

const known = new WeakSet<object>();

/** The real cloud, whose clients live in the time of the test. */
export function cloudInTime(cloud: Cloud, clock: Clock, faults: Faults): Cloud {
  const through = (session: Session): Session => {
    const source: ClientSource = (make) => inTime(session.source(make), clock, faults);
    return { ...session, source };
  };
  return {
    ...cloud,
    reader: async (shard) => through(await cloud.reader(shard)),
    remover: async (shard, scope) => through(await cloud.remover(shard, scope)),
    tagger: async (shard) => through(await cloud.tagger(shard)),
    idler: async (shard) => through(await cloud.idler(shard)),
  };
}
