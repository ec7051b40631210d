import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';

/** The context of a handler whose environment was checked. */
export type Checked<Env> = Context & { env: Env };

/** Checks event and environment against the contract of a function before it runs: a wrong one never gets half-way. */
export function parse<Event, Env>(
  event: z.ZodType<Event>,
  env: z.ZodType<Env>,
): MiddlewareObj<Event, unknown, Error, Checked<Env>> {
  return {
    before: function parseBefore(request) {
      request.event = checked('event', event, request.event);
      request.context.env = checked('environment', env, process.env);
    },
  };
}

function checked<T>(what: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Error(`the ${what} of this function is not what its contract says: ${z.prettifyError(result.error)}`);
}
