import { setImmediate } from 'node:timers/promises';
import type { Instant } from '../../lib/core/time.ts';
import type { Clock } from '../../lib/use-cases/ports.ts';

/** A clock that goes on to the end of the next sleep as soon as nothing else is left to do: minutes take no time. */
export interface VirtualClock extends Clock {
  /** Gives what the work came to. Only inside of it does time pass. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Turns of the event loop after which work that waits for nothing outside of this process is asleep. */
const quietTurns = 5;

/** What sleeps at once sleeps side by side, unlike under a clock that lets each sleep pass at once. */
export function virtualClock(start: Instant): VirtualClock {
  let now = start;
  const sleeping = new Set<{ until: Instant; wake: () => void }>();
  const goOn = () => {
    now = Math.min(...[...sleeping].map(({ until }) => until));
    for (const sleeper of [...sleeping].filter(({ until }) => until <= now)) {
      sleeping.delete(sleeper);
      sleeper.wake();
    }
  };
  return {
    now: () => now,
    sleep: (duration, signal) =>
      new Promise((resolve) => {
        const sleeper = { until: now + Math.max(0, duration), wake: resolve };
        const end = () => {
          sleeping.delete(sleeper);
          resolve();
        };
        if (signal?.aborted) return end();
        sleeping.add(sleeper);
        signal?.addEventListener('abort', end, { once: true });
      }),
    async run(work) {
      let isDone = false;
      const result = work().finally(() => {
        isDone = true;
      });
      // Whoever waits for the result is told of what it throws.
      result.catch(() => undefined);
      while (!isDone) {
        for (let turn = 0; turn < quietTurns; turn += 1) await setImmediate();
        if (!isDone && sleeping.size > 0) goOn();
      }
      return result;
    },
  };
}
