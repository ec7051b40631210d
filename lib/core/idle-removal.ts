import { differences, withoutTags } from './configuration.ts';
import { copyAgainFrom } from './idle.ts';
import type { IdleMemory } from './idle-memory.ts';
import { type Action, actionOf, type Reason } from './reasons.ts';
import type { Server } from './server.ts';
import type { Instant } from './time.ts';

/** What a server that Mayfly stopped and that has expired needs next. */
export interface LastStep {
  action: Action;
  reason: Reason;
  detail?: string;
}

/**
 * The next step of a stopped server whose removal is due: a copy of its last state, or its end. `leavesCopy`: the
 * removal makes that copy itself. Pure.
 */
export function lastStep(
  memory: IdleMemory,
  server: Server,
  { leavesCopy, now }: { leavesCopy: boolean; now: Instant },
): LastStep {
  if (leavesCopy) return because('idle-done');
  const tooOld = copyIsTooOld(memory, server);
  if (tooOld === undefined) return because('idle-done', memory.copies.findLast(({ verifiedAt }) => verifiedAt)?.id);
  if (server.stoppedAt === undefined) {
    return because('idle-evidence-missing', 'its service does not show when it was stopped: start and stop it once');
  }
  const { lastFailure } = memory;
  const waits = lastFailure !== undefined && now < copyAgainFrom(memory);
  return waits ? because('copy-failing', lastFailure.why) : because('idle', tooOld);
}

/** Why a server that Mayfly stopped may not go at this moment; `undefined`: it may. */
export function notReadyToGo(memory: IdleMemory, server: Server | undefined, leavesCopy: boolean): string | undefined {
  if (server === undefined) return 'its service does not show whether it runs';
  if (server.state !== 'stopped') return 'it is not stopped any more';
  return leavesCopy ? undefined : copyIsTooOld(memory, server);
}

/**
 * Whether a stopped server's newest copy holds everything that it ever wrote: complete, begun after its last running
 * moment, and of all that it has by now. `undefined`: yes; otherwise why not.
 */
export function copyIsTooOld(memory: IdleMemory, server: Server): string | undefined {
  if (server.state !== 'stopped') return 'it is not stopped';
  const stoppedAt = Math.max(server.stoppedAt ?? Number.POSITIVE_INFINITY, memory.stopped?.at ?? 0);
  if (server.stoppedAt === undefined) return 'its service does not show when it was stopped';
  const newest = memory.copies.findLast(({ verifiedAt }) => verifiedAt !== undefined);
  if (newest === undefined) return 'it has no complete copy';
  if (newest.requestedAt <= stoppedAt) return `its newest copy ${newest.id} was made while it still ran`;
  if (newest.requestedAt < memory.since) return `its newest copy ${newest.id} was made before its last change`;
  // A disk that was attached since the ledger looked would go with it and is in no copy.
  const changes = differences(withoutTags(memory.configuration), withoutTags(server.configuration));
  return changes.length === 0 ? undefined : `its configuration has changed by now: ${changes.join(', ')}`;
}

function because(reason: Reason, detail?: string): LastStep {
  return { action: actionOf(reason), reason, ...(detail !== undefined && { detail }) };
}
