import { type Extension, grant, type Wanted } from './extend.ts';
import { idleAtOf } from './idle.ts';
import type { IdleMemory } from './idle-memory.ts';
import type { Policy } from './policy.ts';
import type { Server } from './server.ts';
import type { Instant } from './time.ts';

type IdlePolicy = NonNullable<Policy['idle']>;

/**
 * Whether a server that runs is on its way to be copied and stopped: the first warning about its idle date is due, or
 * would be, and Mayfly has not stopped it.
 */
export function isGoingDown(memory: IdleMemory, { state }: Pick<Server, 'state'>, idle: IdlePolicy, now: Instant) {
  const isRunning = state === 'running' && memory.stopped === undefined;
  return isRunning && now >= idleAtOf(memory, idle) - Math.max(0, ...idle.warnings);
}

/** Why the idle date of a server can't be moved, in words; `undefined`: it can. */
export function whyNotPostponed(memory: IdleMemory | undefined, { state }: Pick<Server, 'state'>): string | undefined {
  if (memory === undefined) {
    return 'it carries no expiry tag, and no sweep has looked at it as a server yet: until one has, it is left alone';
  }
  if (memory.stopped !== undefined) {
    return state === 'running'
      ? 'Mayfly stopped it and it runs again: the next sweep finds out who started it'
      : 'Mayfly has stopped it as idle: restore brings it back';
  }
  if (state === 'stopped') return 'it is stopped, and what a person stopped Mayfly leaves alone';
  return state === 'changing' ? 'its state is just changing: ask again when it runs' : undefined;
}

/**
 * Moves the date from which a server is idle, by the rule of expiries. `maxLifetime` does not cut it: that is about
 * what has an end, and a server without an expiry key has none, however old it is; what it costs to be kept is an order
 * of its owner each `maxExtension`.
 */
export function postpone(
  memory: IdleMemory,
  wanted: Wanted,
  { expiry: { maxExtension }, idle }: { expiry: Pick<Policy['expiry'], 'maxExtension'>; idle: IdlePolicy },
  now: Instant,
): Extension & { from: Instant } {
  const from = idleAtOf(memory, idle);
  const { to, ...cut } = grant(from, wanted, { maxExtension }, undefined, now);
  // The idle rule speaks in whole seconds; rounding up makes nothing idle early.
  return { from, to: Math.ceil(to / 1000) * 1000, ...cut };
}
