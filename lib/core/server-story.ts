import type { IdleEvent } from './idle-memory.ts';
import { showInstant } from './time.ts';

/** What happened to a server, in words. */
export function serverStory(event: IdleEvent, timeZone: string): string {
  const on = (instant: number) => showInstant(instant, timeZone);
  switch (event.kind) {
    case 'configured':
      if (event.change !== undefined) return `configuration changed: ${event.change}`;
      return `configuration known since ${on(event.since)} (${event.from})`;
    case 'trail-asked':
      return `CloudTrail ${event.unreadable === undefined ? 'was asked' : `could not be asked: ${event.unreadable}`}`;
    case 'idle-warned':
      return `${event.to} was warned that it is idle on ${on(event.idleAt)}`;
    case 'postponed':
      return [`not idle before ${on(event.to)}, said ${event.by}`, event.reason]
        .filter((part) => part !== undefined)
        .join(': ');
    case 'copy-requested':
      return `copy ${event.copy.id} begun`;
    case 'copy-verified':
      return `copy ${event.copy} is complete${event.sizeGb === undefined ? '' : `: ${event.sizeGb} GB`}`;
    case 'copy-failed':
      return `copy ${event.copy === undefined ? '' : `${event.copy} `}failed: ${event.why}`;
    case 'copied-from':
      return `made as a copy of ${event.of}`;
    case 'copy-discarded':
      return `copy ${event.copy} deleted`;
    case 'stopped':
      return event.again ? 'stopped again: its service had started it by itself' : 'stopped by Mayfly';
    case 'dated':
      return `will expire ${on(event.expiresAt)}`;
    case 'started-again':
      return 'a person started it again: its time begins anew';
    default:
      return event satisfies never;
  }
}
