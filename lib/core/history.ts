import { memoryOf } from './decide.ts';
import { type IdleEvent, isIdleEvent, rememberIdle } from './idle-memory.ts';
import type { MessageRef } from './notice.ts';
import { type Memory, nothingKnown, type Receipt, type Shard, type Sighting } from './resource.ts';
import { type Duration, day, hour, type Instant } from './time.ts';

/** One thing that happened to a resource. The ledger's history is a list of these and is only ever added to. */
export type Event = { arn: string; at: Instant; run?: string } & (
  | ({ kind: 'seen'; sighting: Sighting } & Known & Partial<Shard>)
  /** A complete scan of the shard that it was seen in did not show its expiry tags any more. */
  | { kind: 'untagged' }
  | { kind: 'warned'; receipt: Receipt; to: string; notice?: string; message?: MessageRef }
  | ({
      kind: 'extended';
      from?: Instant;
      to: Instant;
      by: string;
      reason?: string;
      inLedger: boolean;
      sighting?: Sighting;
    } & Known)
  | ({ kind: 'let-go'; by: string; values: string } & Known)
  | ({ kind: 'removal-requested'; identity?: string; monthlyUsd?: number } & Partial<Shard>)
  /**
   * `unfinished`: what comes after it, such as tagging its copy, is still to be done. `monthlyUsd`: what it had cost,
   * where that was known. `copyOf`: it was a copy that Mayfly had made of that.
   */
  | { kind: 'removed'; detail?: string; unfinished?: true; monthlyUsd?: number; copyOf?: string }
  /** That has been done, or `problem` says why not. */
  | { kind: 'finished'; problem?: string }
  | { kind: 'gone' }
  | { kind: 'refused'; why: string }
  | { kind: 'removal-ended'; outcome: 'changed' | 'blocked' | 'failed' | 'waiting'; detail?: string }
  | (IdleEvent & Known)
);

/** What tells a resource from an earlier one of its name, as far as it was read. */
interface Known {
  identity?: string;
  createdAt?: Instant;
}

/** Some of several resources are not in the ledger. */
export class NotRecorded extends Error {
  override name = 'NotRecorded';
  /** Why, by ARN; all others are in it. */
  readonly whys: ReadonlyMap<string, string>;

  constructor(message: string, whys: ReadonlyMap<string, string>, options?: ErrorOptions) {
    super(message, options);
    this.whys = whys;
  }
}

/** A service's refusal in this many runs puts a resource aside. */
const refusalsBeforeQuarantine = 3;

/** Doubles with each further refusal, up to a week. */
export function quarantineFor(refusals: number): Duration {
  return Math.min(6 * hour * 2 ** Math.max(0, refusals - refusalsBeforeQuarantine), 7 * day);
}

/** The state of a resource after one more event. Both ledgers keep what this returns. */
export function remember(memory: Memory, event: Event): Memory {
  if (isIdleEvent(event)) return rememberServer(memory, event);
  switch (event.kind) {
    case 'seen':
      return rememberSighting(memory, event);
    case 'untagged':
      return rememberUntagged(memory, event.at);
    case 'warned':
      return { ...memory, receipts: [...memory.receipts, event.receipt].slice(-receiptsKept) };
    case 'extended': {
      const { letGo: _, ...rest } = aboutThisOne(memory, event);
      return {
        ...rest,
        ...identityOf(event),
        firstSeenAt: rest.firstSeenAt ?? event.at,
        ...(event.sighting !== undefined && { sighting: event.sighting }),
        ...(event.inLedger && { extendedTo: event.to }),
      };
    }
    case 'let-go':
      return {
        ...aboutThisOne(memory, event),
        letGo: { at: event.at, by: event.by, values: event.values },
        ...identityOf(event),
      };
    case 'removal-requested':
      return { ...memory, removalRequestedAt: event.at, ...identityOf(event) };
    case 'removed':
      return event.unfinished ? onlyRequest(memory) : nothingKnown;
    case 'gone':
      return nothingKnown;
    case 'finished': {
      const { idle: _, ...rest } = withoutRequest(memory);
      return rest;
    }
    case 'refused':
      return rememberRefusal(memory, event.at);
    case 'removal-ended':
      return event.outcome === 'waiting' ? memory : withoutRequest(memory);
    default:
      return event satisfies never;
  }
}

/** When its expiry tags were first seen is another matter: a late one is no less late because the server was known. */
function rememberServer(memory: Memory, event: Event & IdleEvent): Memory {
  const { letGo, ...rest } = aboutThisOne(memory, event);
  // Who has a server back lets it go no more.
  const known = { ...rest, ...(letGo !== undefined && event.kind !== 'restored' && { letGo }) };
  const idle = rememberIdle(known.idle, event.at, event);
  return { ...known, ...identityOf(event), ...(idle && { idle }) };
}

const receiptsKept = 20;

function identityOf({ identity }: Known): Known {
  return identity === undefined ? {} : { identity };
}

/**
 * What has another identity, or was created later, is another resource: what was known goes. A removal that is still
 * open stays, until somebody has looked how it ended.
 */
function aboutThisOne(memory: Memory, { identity, createdAt }: Known): Memory {
  const { removalRequestedAt } = memory;
  const open = removalRequestedAt !== undefined && { removalRequestedAt };
  return { ...memoryOf({ memory, identity, createdAt }), ...open };
}

function rememberSighting(memory: Memory, event: Event & { kind: 'seen' }): Memory {
  const { sighting, account, region } = event;
  const known = aboutThisOne(memory, event);
  const firstSeenAt = Math.min(known.firstSeenAt ?? sighting.firstSeenAt, sighting.firstSeenAt);
  const shard = account !== undefined && region !== undefined && { seenIn: { account, region } };
  return { ...known, ...identityOf(event), firstSeenAt, sighting, ...shard };
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

/** It is gone, and the order stays open for what comes after it. */
function onlyRequest({ removalRequestedAt, identity, idle }: Memory): Memory {
  return {
    ...nothingKnown,
    // How long its copy is kept, and which one that is.
    ...(idle !== undefined && { idle }),
    ...(removalRequestedAt !== undefined && { removalRequestedAt }),
    ...(identity !== undefined && { identity }),
  };
}

function withoutRequest(memory: Memory): Memory {
  const { removalRequestedAt: _, ...rest } = memory;
  return rest;
}
