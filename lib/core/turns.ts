import type { Event } from './history.ts';
import type { Instant } from './time.ts';

/**
 * Something ended, stands still, or runs again: what savings are computed from. Amounts are estimates in USD a month,
 * absent where they are not known.
 */
export interface Turn {
  arn: string;
  at: Instant;
  kind: TurnKind;
  /** Of what was removed, was stopped, or runs again: what all of it costs while it is there, or runs. */
  monthlyUsd?: number;
  /** Of a server that was stopped: what of it goes on. */
  stoppedMonthlyUsd?: number;
  /** It was stopped before; its service had started it by itself. */
  again?: true;
  /** Of a removed copy that Mayfly had made: the ARN of its server. */
  copyOf?: string;
  /** Of a server that was made of its copy as another one: the ARN of that. */
  as?: string;
}

export const turnKinds = ['removed', 'gone', 'stopped', 'started-again', 'restored'] as const;

type TurnKind = (typeof turnKinds)[number];

/** An order for more time: an expiry was moved, or the idle date of a server. */
export interface MoreTime {
  arn: string;
  at: Instant;
  kind: MoreTimeKind;
  by: string;
  /** Absent where no date could be read before, and for idle dates. */
  from?: Instant;
  to: Instant;
  reason?: string;
}

export const moreTimeKinds = ['extended', 'postponed'] as const;

type MoreTimeKind = (typeof moreTimeKinds)[number];

/** What reports of a week need of an event; nothing of most. */
export function turnOf(event: Event): Turn | undefined {
  const { arn, at } = event;
  if (event.kind === 'removed') return { arn, at, ...picked(event, ['kind', 'monthlyUsd', 'copyOf']) };
  if (event.kind === 'stopped') {
    return { arn, at, ...picked(event, ['kind', 'monthlyUsd', 'stoppedMonthlyUsd', 'again']) };
  }
  if (event.kind === 'started-again') return { arn, at, ...picked(event, ['kind', 'monthlyUsd']) };
  if (event.kind === 'restored') return { arn, at, ...picked(event, ['kind', 'as']) };
  return event.kind === 'gone' ? { arn, at, kind: event.kind } : undefined;
}

/** The order in an event, if it is one for more time. */
export function moreTimeOf(event: Event): MoreTime | undefined {
  const { arn, at } = event;
  if (event.kind === 'extended') return { arn, at, ...picked(event, ['kind', 'by', 'from', 'to', 'reason']) };
  return event.kind === 'postponed' ? { arn, at, ...picked(event, ['kind', 'by', 'to', 'reason']) } : undefined;
}

/** What is absent stays so. */
function picked<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  const known = keys.filter((key) => from[key] !== undefined);
  return Object.fromEntries(known.map((key) => [key, from[key]])) as Pick<T, K>;
}
