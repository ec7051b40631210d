import { describe, expect, test } from 'vitest';
import { serverRestoreEvent } from '../../lambdas/server-restore.contract.ts';
import { readRequest } from '../../lib/adapters/slack/request.ts';
import { commandBody } from '../adapters/slack/payloads.ts';

const incoming = readRequest(Buffer.from(commandBody('restore i-1')));
if (incoming.kind !== 'request') throw new Error(JSON.stringify(incoming));
const event = { request: incoming.request, name: 'i-1', since: Date.parse('2026-11-23T12:00Z') };

describe('the contract between the worker and the function that restores', () => {
  test('what is handed over arrives as it was, also the second time', () => {
    const handed = serverRestoreEvent.parse(JSON.parse(JSON.stringify(event)));
    expect(handed).toEqual(event);
    expect(serverRestoreEvent.parse(JSON.parse(JSON.stringify(handed)))).toEqual(event);
  });

  test.each([
    ['nothing to restore', { ...event, name: '' }],
    ['nobody who asked', { ...event, request: { ...event.request, ask: { ...event.request.ask, person: '' } } }],
    ['no beginning', { ...event, since: undefined }],
  ])('%s is not accepted', (_, wrong) => {
    expect(serverRestoreEvent.safeParse(wrong).success).toBe(false);
  });
});
