import { outlookInWords } from '../core/idle-outlook.ts';
import { inPlainText } from '../core/plain-words.ts';
import type { Mode } from '../core/policy.ts';
import { type Instant, showInstant, toIso } from '../core/time.ts';
import type { CopyExplanation } from '../use-cases/explain-copy.ts';
import type { ServerExplanation } from '../use-cases/explain-server.ts';
import { plain, say, styled } from './terminal.ts';

/** What `explain --json` has of a server that the idle rule is about. */
export function serverDocument(server: ServerExplanation) {
  const { state, idleSince, idleSinceFrom, idleAt, lastChange, evidence, changes, copies, outlook } = server;
  return {
    state,
    idleSince: toIso(idleSince),
    idleSinceFrom,
    idleAt: toIso(idleAt),
    lastChange: inPlainText(lastChange),
    changes: changes.map(({ at, change }) => ({ at: toIso(at), change })),
    evidence: evidence.map((words) => inPlainText(words)),
    ...(server.metrics !== undefined && { metrics: server.metrics }),
    limits: server.limits,
    copies: copies.map(({ copy: { id, arn, requestedAt, verifiedAt }, state: now }) => ({
      id,
      arn,
      requestedAt: toIso(requestedAt),
      ...(verifiedAt !== undefined && { verifiedAt: toIso(verifiedAt) }),
      state: now.kind,
    })),
    nextStep: outlook.nextStep,
    ...(outlook.on !== undefined && { nextStepOn: toIso(outlook.on) }),
  };
}

/** What `explain --json` has of a copy that Mayfly made. */
export function copyDocument({ of, keepUntil, known }: CopyExplanation) {
  return { of, known, ...(keepUntil !== undefined && { keepUntil: toIso(keepUntil) }) };
}

/** The evidence about a server, its changes, and what comes next. */
export function showServer(
  { state, idleSince, idleSinceFrom, idleAt, evidence, changes, outlook }: ServerExplanation,
  { timeZone, now, mode }: { timeZone: string; now: Instant; mode: Mode },
): void {
  const on = (at: Instant) => showInstant(at, timeZone);
  say(`${state}, unchanged since ${on(idleSince)} (${plain(idleSinceFrom)}); idle on ${on(idleAt)}`);
  for (const words of evidence) say(`  ${plain(inPlainText(words, on))}`);
  if (changes.length > 0) say('Changes of its configuration:');
  for (const { at, change } of changes) say(`  ${on(at)}  ${plain(change)}`);
  const next = outlookInWords(outlook, now, mode);
  say(`${styled('bold', 'Comes next')}: ${next === undefined ? plain(outlook.nextStep) : inPlainText(next, on)}`);
}

export function showCopy({ of, keepUntil, known }: CopyExplanation, timeZone: string): void {
  const until = keepUntil === undefined ? 'a date that can not be read' : showInstant(keepUntil, timeZone);
  say(`A copy of ${plain(of)}, kept until ${until}.`);
  if (!known) say('  The ledger does not know that Mayfly made it: it is never deleted.');
}
