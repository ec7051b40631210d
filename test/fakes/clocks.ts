import type { Duration, Instant } from '../../lib/core/time.ts';
import type { Clock } from '../../lib/use-cases/ports.ts';
import { at } from './builders.ts';

/** A clock that only tests move. */
export interface HeldClock extends Clock {
  /** Moves on, and wakes those whose sleep is over. */
  pass(duration: Duration): void;
  /** How long each one sleeps that has not been woken yet. */
  sleepers(): Duration[];
}

/** Sleeps last until the test lets that much time pass, or their signal is aborted. */
export function heldClock(start: Instant = at('2026-11-23T12:00Z')): HeldClock {
  let now = start;
  const sleeping = new Set<{ until: Instant; wake: () => void }>();
  return {
    now: () => now,
    sleep: (duration, signal) =>
      new Promise((resolve) => {
        const sleeper = { until: now + duration, wake: resolve };
        sleeping.add(sleeper);
        const end = () => {
          sleeping.delete(sleeper);
          resolve();
        };
        if (signal?.aborted) end();
        signal?.addEventListener('abort', end, { once: true });
      }),
    pass(duration) {
      now += duration;
      for (const sleeper of [...sleeping].filter(({ until }) => until <= now)) {
        sleeping.delete(sleeper);
        sleeper.wake();
      }
    },
    sleepers: () => [...sleeping].map(({ until }) => until - now),
  };
}

/** Sleeps are over at once, and the time that they would have taken has passed. */
export function hurriedClock(start: Instant = at('2026-11-23T12:00Z')): Clock {
  let now = start;
  return {
    now: () => now,
    sleep: async (duration) => {
      now += duration;
    },
  };
}
