import * as z from 'zod';
import type { Instant } from './time.ts';

/** What a button of the guard is about. */
export interface GuardClick {
  account: string;
  environment?: string;
  /** When the message was written: what it says may be over since. */
  at: Instant;
}

/** Slack takes no longer values. */
const longest = 2_000;

const click = z.strictObject({
  account: z.string().regex(/^\d{12}$/),
  environment: z.string().exactOptional(),
  at: z.int(),
});

/** The value of a button. `undefined` where the name of the environment is too long for one. */
export function guardClickValue({ account, environment, at }: GuardClick): string | undefined {
  const about = { account, ...(environment !== undefined && { environment }), at };
  // Slack writes these three as HTML does in some of its payloads.
  const value = JSON.stringify(about).replaceAll(/[&<>]/g, (character) => escapes[character] ?? character);
  return value.length > longest ? undefined : value;
}

const escapes: Readonly<Record<string, string>> = { '&': '\\u0026', '<': '\\u003c', '>': '\\u003e' };

/** Reads the value of a button; `undefined` for what is none. */
export function readGuardClick(value: string): GuardClick | undefined {
  try {
    const read = click.safeParse(JSON.parse(value));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
