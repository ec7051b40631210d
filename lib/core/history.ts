import { memoryOf } from './decide.ts';
import { type Memory, nothingKnown, type Receipt, type Shard, type Sighting } from './resource.ts';
import { type Duration, day, hour, type Instant } from './time.ts';

/** One thing that happened to a resource. The ledger's history is a list of these and is only ever added to. */
export type Event = { arn: string; at: Instant; run?: string } & (
  | ({ kind: 'seen'; sighting: Sighting; identity?: string; createdAt?: Instant } & Partial<Shard>)
  /** A complete scan of the shard that it was seen in did not show its expiry tags any more. */
  | { kind: 'untagged' }
  | { kind: 'warned'; receipt: Receipt; to: string }
  | {
      kind: 'extended';
      from?: Instant;
      to: Instant;
      by: string;
      reason?: string;
      inLedger: boolean;
      sighting?: Sighting;
    }
  | { kind: 'let-go'; by: string; values: string; identity?: string }
  | ({ kind: 'removal-requested'; identity?: string } & Partial<Shard>)
  | { kind: 'removed'; detail?: string }
  | { kind: 'gone' }
  | { kind: 'refused'; why: string }
  | { kind: 'removal-ended'; outcome: 'changed' | 'blocked' | 'failed' | 'waiting'; detail?: string }
);

/** A service's refusal in this many runs puts a resource aside. */
const refusalsBeforeQuarantine = 3;

/** Doubles with each further refusal, up to a week. */
export function quarantineFor(refusals: number): Duration {
  return Math.min(6 * hour * 2 ** Math.max(0, refusals - refusalsBeforeQuarantine), 7 * day);
}

/** The state of a resource after one more event. Both ledgers keep what this returns. */
export function remember(memory: Memory, event: Event): Memory {
  switch (event.kind) {
    case 'seen':
      return rememberSighting(memory, event);
    case 'untagged':
      return rememberUntagged(memory, event.at);
    case 'warned':
      return { ...memory, receipts: [...memory.receipts, event.receipt].slice(-receiptsKept) };
    case 'extended': {
      const { letGo: _, ...rest } = memory;
      return {
        ...rest,
        firstSeenAt: rest.firstSeenAt ?? event.at,
        ...(event.sighting !== undefined && { sighting: event.sighting }),
        ...(event.inLedger && { extendedTo: event.to }),
      };
    }
    case 'let-go':
      return { ...memory, letGo: { at: event.at, by: event.by, values: event.values }, ...identityOf(event) };
    case 'removal-requested':
      return { ...memory, removalRequestedAt: event.at, ...identityOf(event) };
    case 'removed':
    case 'gone':
      return nothingKnown;
    case 'refused':
      return rememberRefusal(memory, event.at);
    case 'removal-ended':
      return event.outcome === 'waiting' ? memory : withoutRequest(memory);
    default:
      return event satisfies never;
  }
}

const receiptsKept = 20;

function identityOf({ identity }: { identity?: string }): { identity?: string } {
  return identity === undefined ? {} : { identity };
}

/**
 * A sighting with another identity, or of something created later, is another resource: what was known goes. An order
 * that is still open stays, until somebody has looked how it ended.
 */
function rememberSighting(memory: Memory, event: Event & { kind: 'seen' }): Memory {
  const { sighting, identity, createdAt, account, region } = event;
  const { removalRequestedAt } = memory;
  const known = memoryOf({ memory, identity, createdAt });
  const firstSeenAt = Math.min(known.firstSeenAt ?? sighting.firstSeenAt, sighting.firstSeenAt);
  const shard = account !== undefined && region !== undefined && { seenIn: { account, region } };
  const open = removalRequestedAt !== undefined && { removalRequestedAt };
  return { ...known, ...(identity !== undefined && { identity }), firstSeenAt, sighting, ...shard, ...open };
}

/** Tags that come back are new ones: who was warned of the earlier, or let those go, said nothing about them. */
function rememberUntagged(memory: Memory, at: Instant): Memory {
  if (memory.sighting === undefined) return memory;
  const { letGo: _, ...rest } = memory;
  return { ...rest, receipts: [], sighting: { ...memory.sighting, goneAt: memory.sighting.goneAt ?? at } };
}

/** The shard in whose complete scans the expiry tags must still show; `undefined` where none is waited for. */
export function sightedIn({ sighting, seenIn }: Memory): Shard | undefined {
  return sighting === undefined || sighting.goneAt !== undefined ? undefined : seenIn;
}

function rememberRefusal(memory: Memory, at: Instant): Memory {
  const refusals = memory.refusals + 1;
  const aside = refusals >= refusalsBeforeQuarantine;
  return {
    ...withoutRequest(memory),
    refusals,
    ...(aside && { quarantinedUntil: at + quarantineFor(refusals) }),
  };
}

function withoutRequest(memory: Memory): Memory {
  const { removalRequestedAt: _, ...rest } = memory;
  return rest;
}
