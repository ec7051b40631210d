import { describe, expect, test } from 'vitest';
import { aDeed, aGuardMessage, serverPart } from '../../fakes/guard-messages.ts';
import { aMessenger, closed, of } from './messenger-stage.ts';
import { aNotice, anItem, aReport, times } from './notices.ts';

describe('what does not fit a message', () => {
  const many = aNotice({ items: times(26, (index) => anItem(`queue-${index}`)) });

  test('is a file in its thread', async () => {
    const { server, messenger } = await aMessenger();
    await messenger.warn(many);
    expect(of(server, 'files.completeUploadExternal')[0]).toMatchObject({ channel_id: 'DU0ANA', thread_ts: '1.1' });
    expect(of(server, 'upload')[0]?.['body']).toContain('queue-25');
  });

  test('that can’t be sent is told in the thread, and the message stands', async () => {
    const { server, messenger } = await aMessenger();
    server.always('files.getUploadURLExternal', () => ({ ok: false, error: 'missing_scope', needed: 'files:write' }));
    expect(await messenger.warn(many)).toMatchObject({ kind: 'delivered', to: 'ana@example.com' });
    const [, told] = of(server, 'chat.postMessage');
    expect(told).toMatchObject({
      thread_ts: '1.1',
      text: expect.stringMatching(/notice-1\.csv is missing.*files:write/),
    });
  });

  test('for Slack although it should is sent as its plain text', async () => {
    const { server, messenger } = await aMessenger();
    server.next('chat.postMessage', { ok: false, error: 'invalid_blocks' });
    expect(await messenger.warn(aNotice())).toMatchObject({ to: 'ana@example.com', message: { ts: '1.1' } });
    const [, sent] = of(server, 'chat.postMessage');
    expect(sent?.['blocks']).toBeUndefined();
    expect(sent).toMatchObject({ mrkdwn: 'false', text: expect.stringMatching(/orders .*expires 2026-11-24 13:00/) });
  });
});

describe('a report', () => {
  test('goes to the channel, its details into the thread under the channel’s id', async () => {
    const { server, messenger } = await aMessenger();
    expect(await messenger.report(aReport({ removed: [anItem('a')] }))).toEqual({
      kind: 'delivered',
      to: '#costs',
      message: { channel: 'C0costs', ts: '1.1' },
    });
    expect(of(server, 'files.completeUploadExternal')[0]).toMatchObject({ channel_id: 'C0costs', thread_ts: '1.1' });
  });

  test('without details has no file', async () => {
    const { server, messenger } = await aMessenger();
    await messenger.report(aReport({ heartbeat: { since: 0, sweeps: 1, dueSoon: 0 } }));
    expect(server.methods()).toEqual(['chat.postMessage']);
  });

  test('goes to the fallback channel where the channel takes nothing', async () => {
    const { server, messenger } = await aMessenger();
    closed(server, { '#costs': 'channel_not_found' });
    expect(await messenger.report(aReport({ removed: [anItem('a')] }))).toMatchObject({
      to: '#lost',
      instead: expect.stringMatching(/^#costs: Slack says channel_not_found/),
    });
  });
});

describe('what the guard says', () => {
  const servers = (amount: number) => times(amount, (index) => serverPart(`i-${index}`));

  test('goes to the channel, without a file where all of it is shown', async () => {
    const { server, messenger } = await aMessenger();
    expect(await messenger.guard(aGuardMessage({ did: aDeed('stop', { parts: servers(3) }) }))).toEqual({
      kind: 'delivered',
      to: '#costs',
      message: { channel: 'C0costs', ts: '1.1' },
    });
    expect(server.methods()).toEqual(['chat.postMessage']);
  });

  test('has the rest in a file in its thread', async () => {
    const { server, messenger } = await aMessenger();
    await messenger.guard(aGuardMessage({ did: aDeed('stop', { parts: servers(30) }) }));
    expect(of(server, 'files.completeUploadExternal')[0]).toMatchObject({ channel_id: 'C0costs', thread_ts: '1.1' });
    expect(of(server, 'upload')[0]?.['body']).toContain('instance/i-29');
  });

  test('goes to the fallback channel where the channel takes nothing', async () => {
    const { server, messenger } = await aMessenger();
    closed(server, { '#costs': 'is_archived' });
    expect(await messenger.guard(aGuardMessage())).toMatchObject({ to: '#lost' });
  });

  test('is not delivered where no channel takes it, and says why', async () => {
    const { server, messenger } = await aMessenger();
    closed(server, { '#costs': 'is_archived', '#lost': 'not_in_channel' });
    expect(await messenger.guard(aGuardMessage())).toMatchObject({
      kind: 'failed',
      why: expect.stringMatching(/is_archived.*not_in_channel/),
    });
  });
});

describe('a message is brought up to date', () => {
  test('in its place, without buttons when all is settled', async () => {
    const { server, messenger } = await aMessenger();
    const items = [anItem('orders', { state: { kind: 'removed' } })];
    const message = { channel: 'D1', ts: '9.1' };
    expect(await messenger.update(aNotice({ items, message }))).toEqual({ kind: 'delivered', to: 'D1', message });
    const [call] = of(server, 'chat.update');
    expect(call).toMatchObject({ channel: 'D1', ts: '9.1' });
    expect(call?.['blocks']).toMatch(/removed/);
    expect(call?.['blocks']).not.toMatch(/extend-1d|Owner:/);
  });

  test('with its owner where it stands in a channel', async () => {
    const { server, messenger } = await aMessenger();
    await messenger.update(aNotice({ message: { channel: 'C1', ts: '9.1' } }));
    expect(of(server, 'chat.update')[0]?.['blocks']).toContain('Owner: `ana`');
  });

  test.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])('not after %s', async (error) => {
    const { server, messenger } = await aMessenger();
    server.always('chat.update', () => ({ ok: false, error }));
    const notice = aNotice({ message: { channel: 'C1', ts: '9.1' } });
    expect(await messenger.update(notice)).toMatchObject({ kind: 'failed', why: expect.stringContaining(error) });
  });

  test('not where there is none', async () => {
    const { server, messenger } = await aMessenger();
    expect(await messenger.update(aNotice())).toMatchObject({ kind: 'failed' });
    expect(server.calls).toEqual([]);
  });
});
