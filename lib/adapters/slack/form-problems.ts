import type { Ask } from '../../core/ask.ts';
import { type Instant, readInstant } from '../../core/time.ts';

type Form = Extract<Ask['from'], { kind: 'form' }>;

/** By the block that it stands in, what keeps a form from being taken; none: nothing does. */
export function problemsIn({ until, reason }: Form, now: Instant, timeZone: string): Readonly<Record<string, string>> {
  const end = readInstant(until, timeZone);
  return {
    ...(end === undefined && { until: 'Choose the day until which it is kept.' }),
    ...(end !== undefined && end <= now && { until: 'This day has passed. Choose one that comes.' }),
    ...(reason === '' && { reason: 'Say in a few words why it is kept.' }),
  };
}
