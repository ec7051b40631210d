import type { IdleEvent } from './idle-memory.ts';
import { showInstant } from './time.ts';

/** What happened to a server, in words. */
export function serverStory(event: IdleEvent, timeZone: string): string {
  const on = (instant: number) => showInstant(instant, timeZone);
  switch (event.kind) {
    case 'configured':
      // CloudTrail tells later what happened, so the change has a date of its own.
      if (event.change !== undefined && event.from.startsWith('CloudTrail'))
        return `its last change, as CloudTrail knows: ${event.change}, ${on(event.since)}`;
      if (event.change !== undefined) return `configuration changed: ${event.change}`;
      return `configuration known since ${on(event.since)} (${event.from})`;
    case 'trail-asked':
      if (event.unreadable !== undefined) return `CloudTrail could not be asked: ${event.unreadable}`;
      return 'CloudTrail was asked what had changed before';
    case 'idle-warned':
      return `${event.to} was warned that it is idle on ${on(event.idleAt)}`;
    case 'postponed':
      return [`not idle before ${on(event.to)}, said ${event.by}`, event.reason]
        .filter((part) => part !== undefined)
        .join(': ');
    case 'copy-requested':
      return `copy ${event.copy.id} begun${event.copy.ofGuard ? ', before a stop by the cost guard' : ''}`;
    case 'copy-verified':
      return `copy ${event.copy} is complete${event.sizeGb === undefined ? '' : `: ${event.sizeGb} GB`}`;
    case 'copy-failed':
      return `copy ${event.copy === undefined ? '' : `${event.copy} `}failed: ${event.why}`;
    case 'copied-from':
      return `made as a copy of ${event.of}`;
    case 'copy-discarded':
      return `copy ${event.copy} deleted`;
    case 'stop-requested':
      return 'Mayfly is about to stop it';
    case 'stopped':
      return event.again ? 'stopped again: its service had started it by itself' : 'stopped by Mayfly';
    case 'will-wake':
      return `its service will start it again ${on(event.wakesAt)}`;
    case 'dating':
      return `Mayfly is about to write that it expires ${on(event.expiresAt)}`;
    case 'dated':
      return `will expire ${on(event.expiresAt)}${event.own ? ', by a date of its own' : ''}`;
    case 'started-again':
      return 'a person started it again: its time begins anew';
    case 'restored': {
      const how = event.copy === undefined ? 'restored' : `restored from ${event.copy}`;
      const lost = event.lost === undefined || event.lost.length === 0 ? '' : `, without ${event.lost.join(', ')}`;
      return `${how}${event.as === undefined ? '' : ` as ${event.as}`} for ${event.by}${lost}`;
    }
    case 'restored-from':
      return `made from ${event.copy} of ${event.of} for ${event.by}`;
    default:
      return event satisfies never;
  }
}
