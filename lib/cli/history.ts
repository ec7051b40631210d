import type { Event } from '../core/history.ts';
import { isIdleEvent } from '../core/idle-memory.ts';
import { serverStory } from '../core/server-story.ts';
import { showInstant, toIso } from '../core/time.ts';
import { connect } from './connect.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { writeDocument } from './output.ts';
import { plain, say } from './terminal.ts';

/** `mayfly history`: what the ledger knows about one resource. */
export async function history(arn: string, options: { config: string; json?: boolean }): Promise<ExitCode> {
  const { policy, ports, close } = await connect({ ...options, writes: false });
  try {
    const events = await ports.ledger.history(arn);
    writeDocument({ arn, events: events.map(({ at, ...event }) => ({ at: toIso(at), ...event })) }, options);
    if (options.json) return exitCodes.done;
    if (events.length === 0) say('The ledger knows nothing about it.');
    for (const event of events) say(historyLine(event, policy.expiry.timeZone));
    return exitCodes.done;
  } finally {
    close();
  }
}

/** One event in words. */
export function historyLine(event: Event, timeZone: string): string {
  return `${showInstant(event.at, timeZone)}  ${plain(words(event, timeZone))}`;
}

function words(event: Event, timeZone: string): string {
  if (isIdleEvent(event)) return serverStory(event, timeZone);
  switch (event.kind) {
    case 'seen': {
      const { expiresAt, values } = event.sighting;
      const until = expiresAt === undefined ? 'no date' : `expires ${showInstant(expiresAt, timeZone)}`;
      return `seen with ${values.replaceAll('\n', ', ')}: ${until}`;
    }
    case 'untagged':
      return 'its expiry tags were not there any more';
    case 'warned':
      return `${event.to} was warned that it expires ${showInstant(event.receipt.expiresAt, timeZone)}`;
    case 'extended':
      return [`extended to ${showInstant(event.to, timeZone)} by ${event.by}`, event.reason]
        .filter((part) => part !== undefined)
        .join(': ');
    case 'let-go':
      return `let go by ${event.by}`;
    case 'removal-requested':
      return 'removal requested';
    case 'removed':
      return `removed${event.detail === undefined ? '' : `: ${event.detail}`}`;
    case 'finished':
      return `what was left of its removal is ${event.problem === undefined ? 'done' : `not done: ${event.problem}`}`;
    case 'gone':
      return 'it was not there any more';
    case 'refused':
      return `removal refused: ${event.why}`;
    case 'removal-ended':
      return `removal ${event.outcome}${event.detail === undefined ? '' : `: ${event.detail}`}`;
    default:
      return event satisfies never;
  }
}
