import middy from '@middy/core';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { concludeEvent } from '../../lambdas/conclude.contract.ts';
import { hubEnv, shardEvent } from '../../lambdas/hub.contract.ts';
import { listShardsEvent } from '../../lambdas/list-shards.contract.ts';
import { type Checked, parse } from '../../lambdas/middleware/parse.ts';

const message = { run: 'run-20261125T100000-0a1b2c', fence: 3, startedAt: 1_795_600_800_000, paused: false, ahead: 0 };

describe('the middleware', () => {
  const seen: unknown[] = [];
  const handler = middy<unknown, unknown, Error, Checked<{ TABLE: string }>>()
    .use(parse(z.object({ name: z.string().default('nobody') }), z.object({ TABLE: z.string().min(1) })))
    .handler(async (event, { env }) => seen.push(event, env));

  test('gives the event and the environment as the contract makes them', async () => {
    vi.stubEnv('TABLE', 'ledger');
    await handler({} as never, {} as never);
    expect(seen).toEqual([{ name: 'nobody' }, { TABLE: 'ledger' }]);
  });

  test.each([
    ['a wrong event', { name: 7 }, 'ledger', /^the event .*name/s],
    ['an empty variable', {}, '', /^the environment .*TABLE/s],
  ])('%s never reaches the function, and the error names the place', async (_, event, table, expected) => {
    vi.stubEnv('TABLE', table);
    const reached = seen.length;
    await expect(handler(event as never, {} as never)).rejects.toThrow(expected);
    expect(seen).toHaveLength(reached);
  });
});

test.each([
  ['what the schedule sends', { scheduledTime: '2026-11-25T10:00:00Z' }, true],
  ['nothing', {}, true],
  ['another day', { now: '2026-12-01T10:00:00Z' }, true],
  ['a key that nobody knows', { nwo: '2026-12-01T10:00:00Z' }, false],
])('a sweep is started with %s: %o', (_, input, accepted) => {
  const event = { execution: 'arn:aws:states:…:1', startedAt: '2026-11-25T10:00:01.123Z', input };
  expect(listShardsEvent.safeParse(event).success).toBe(accepted);
});

test.each([
  ['whole', { message, shard: { account: '222222222222', region: 'eu-west-1', mode: 'enforce' } }, true],
  ['without a fence', { message: { ...message, fence: undefined }, shard: {} }, false],
  ['in a mode that does not exist', { message, shard: { account: '2', region: 'x', mode: 'delete' } }, false],
])('an event of one shard, %s', (_, event, accepted) => {
  expect(shardEvent.safeParse(event).success).toBe(accepted);
});

test('a run that failed is concluded without a plan', () => {
  const failure = { Error: 'States.Timeout', Cause: '' };
  expect(concludeEvent.safeParse({ message, failure, started: true, shards: 2 }).success).toBe(true);
});

test('time travel is never on by chance', () => {
  const env = { LEDGER_TABLE: 'ledger', RUN_BUCKET: 'runs' };
  expect(hubEnv.safeParse(env).success).toBe(false);
  expect(hubEnv.safeParse({ ...env, ALLOW_TIME_TRAVEL: '' }).success).toBe(false);
});
