import type { Action } from './reasons.ts';

/** The reasons of the idle rule besides those that it shares with expiry, each with its action and its sentence. */
export const idleReasons = {
  'idle-excluded': { action: 'keep', sentence: 'Its tag excludes it from the idle rule.' },
  'changed-lately': { action: 'keep', sentence: 'Its configuration has changed not long ago.' },
  postponed: { action: 'keep', sentence: 'A person has postponed it.' },
  'at-work': { action: 'keep', sentence: 'Its metrics show work.' },
  'warned-of-stop': { action: 'keep', sentence: 'Its owner was warned; the lead has not passed yet.' },
  copying: { action: 'keep', sentence: 'A copy of it is being made.' },
  'stopped-by-person': { action: 'keep', sentence: 'A person stopped it.' },
  stopped: { action: 'keep', sentence: 'Mayfly stopped it; it expires like everything else.' },
  'started-again': { action: 'keep', sentence: 'A person started it again: it is alive, and its time begins anew.' },
  'state-changing': { action: 'keep', sentence: 'Its state is changing.' },
  'exclude-unreadable': { action: 'hold', sentence: 'The tag that excludes it is neither true, false nor a date.' },
  unstoppable: { action: 'hold', sentence: 'It must not be stopped.' },
  'idle-evidence-missing': { action: 'hold', sentence: 'What would show that it is idle is missing.' },
  'copy-failing': { action: 'hold', sentence: 'Its copy fails; it stays as it is until there is one.' },
  'idle-soon': { action: 'warn', sentence: 'It is idle and will be copied and stopped.' },
  idle: { action: 'copy', sentence: 'It is idle: a copy of it is made.' },
  'idle-copied': { action: 'stop', sentence: 'It is idle and its copy is complete.' },
  'copy-unknown': {
    action: 'hold',
    sentence: 'It carries the tags of a copy of Mayfly, but the ledger knows no such copy, so it is never deleted.',
  },
  'copy-expiring': { action: 'warn', sentence: 'It is the last copy of a server, and its time is over soon.' },
  'woke-up': { action: 'stop', sentence: 'Its service started it by itself, a week after it was stopped.' },
  'stop-unfinished': { action: 'stop', sentence: 'Mayfly stopped it, and its expiry is not written yet.' },
  'idle-done': { action: 'remove', sentence: 'It was idle, is stopped, has expired, and its copy is whole.' },
  'copy-expired': { action: 'remove', sentence: 'It is a copy that Mayfly made, and its time is over.' },
} as const satisfies Record<string, { action: Action; sentence: string }>;

/** Reasons for which a sweep works on a server that it keeps: it looks after a copy, or takes back a date. */
export function isServerWork(reason: string): boolean {
  return reason === 'copying' || reason === 'copy-failing' || reason === 'started-again';
}
