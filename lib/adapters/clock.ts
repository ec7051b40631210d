import { setTimeout as delay } from 'node:timers/promises';
import type { Instant } from '../core/time.ts';
import type { Clock } from '../use-cases/ports.ts';

export const systemClock: Clock = { now: () => Date.now(), sleep };

/** A clock that stands at another instant now and goes on from there. */
export function clockStartingAt(start: Instant): Clock {
  const offset = start - Date.now();
  return { now: () => Date.now() + offset, sleep };
}

async function sleep(duration: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(duration, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
