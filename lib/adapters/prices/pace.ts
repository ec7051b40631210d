import type { Clock } from '../../use-cases/ports.ts';

const second = 1000;

/** A bucket of tokens, as AWS fills it. */
export interface Pace {
  /** How many calls it takes at once. */
  burst: number;
  perSecond: number;
}

/** Waits until the next call may go out. For one caller: its calls wait for each other. */
export function pacedBy(clock: Clock, { burst, perSecond }: Pace): () => Promise<void> {
  let tokens = burst;
  let filledAt = clock.now();
  const fill = () => {
    const now = clock.now();
    // A clock that was set back fills nothing, and a later one goes on from there.
    tokens = Math.min(burst, tokens + Math.max(0, ((now - filledAt) / second) * perSecond));
    filledAt = now;
  };
  return async () => {
    fill();
    if (tokens < 1) {
      await clock.sleep(Math.ceil(((1 - tokens) / perSecond) * second));
      fill();
    }
    tokens -= 1;
  };
}
