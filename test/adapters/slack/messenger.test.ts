import { describe, expect, test } from 'vitest';
import { slackClient } from '../../../lib/adapters/slack/client.ts';
import { slackDirectory } from '../../../lib/adapters/slack/directory.ts';
import { slackMessenger } from '../../../lib/adapters/slack/messenger.ts';
import { day } from '../../../lib/core/time.ts';
import type { KnownPerson } from '../../../lib/use-cases/ports-people.ts';
import { aMessenger, closed, member, of, postedTo } from './messenger-stage.ts';
import { aNotice, aReport, nobodys, policy } from './notices.ts';
import { nobodyThere } from './slack-server.ts';

describe('a warning goes', () => {
  test('to its owner in person, and where it stands is the receipt', async () => {
    const { server, messenger } = await aMessenger();
    expect(await messenger.warn(aNotice())).toEqual({
      kind: 'delivered',
      to: 'ana@example.com',
      message: { channel: 'DU0ANA', ts: '1.1' },
    });
    expect(server.methods()).toEqual(['users.lookupByEmail', 'conversations.open', 'chat.postMessage']);
    expect(of(server, 'chat.postMessage')[0]).toMatchObject({ unfurl_links: 'false', parse: 'none' });
    expect(of(server, 'chat.postMessage')[0]?.['blocks']).not.toContain('Owner:');
  });

  test('to every owner, and says who was not reached', async () => {
    const { server, messenger } = await aMessenger();
    server.always('users.lookupByEmail', ({ params }) =>
      params['email'] === 'cleo@example.com' ? { ok: false, error: 'users_not_found' } : member(params['email'] ?? ''),
    );
    expect(await messenger.warn(aNotice({ owner: 'ana, ben; cleo' }))).toMatchObject({
      to: 'ana@example.com, ben@example.com, and not everybody: Slack knows nobody as cleo@example.com',
      message: { channel: 'Dana@example.com' },
    });
    expect(postedTo(server)).toEqual(['Dana@example.com', 'Dben@example.com']);
  });

  test('to the channel where nobody is named', async () => {
    const { messenger } = await aMessenger();
    expect(await messenger.warn(nobodys())).toEqual({
      kind: 'delivered',
      to: '#costs',
      message: { channel: 'C0costs', ts: '1.1' },
      instead: 'nobody is named as owner',
    });
  });

  test.each<[string, string, object | undefined, RegExp]>([
    ['a tag that means nobody', '<!channel>', undefined, /the owner tag "‹!channel›" names nobody/],
    [
      'somebody whom Slack does not know',
      'ana',
      { ok: false, error: 'users_not_found' },
      /knows nobody as ana@example/,
    ],
    ['somebody who has left', 'ana', member('U1', { deleted: true }), /ana@example\.com has left the workspace/],
    ['a guest from elsewhere', 'ana', member('U1', { team_id: 'T2' }), /ana@example\.com is of another organization/],
    ['a bot', 'ana', member('U1', { is_bot: true }), /ana@example\.com is a bot/],
  ])('to the channel for %s', async (_, owner, user, why) => {
    const { server, messenger } = await aMessenger();
    if (user !== undefined) server.always('users.lookupByEmail', () => ({ ...user }));
    expect(await messenger.warn(aNotice({ owner }))).toMatchObject({
      to: '#costs',
      instead: expect.stringMatching(why),
    });
    expect(postedTo(server)).toEqual(['#costs']);
    expect(of(server, 'chat.postMessage')[0]?.['blocks']).toContain('Owner:');
  });

  test('to the fallback channel where the channel is archived', async () => {
    const { server, messenger } = await aMessenger();
    closed(server, { '#costs': 'is_archived' });
    expect(await messenger.warn(nobodys())).toMatchObject({
      to: '#lost',
      instead: expect.stringMatching(/nobody is named as owner; #costs: .*archived/),
    });
  });

  test('to the fallback channel where the owner is there, and can’t be written to', async () => {
    const { server, messenger } = await aMessenger();
    server.always('conversations.open', () => ({ ok: false, error: 'missing_scope', needed: 'im:write' }));
    expect(await messenger.warn(aNotice())).toMatchObject({ to: '#lost', instead: expect.stringMatching(/im:write/) });
    expect(postedTo(server)).toEqual(['#lost']);
  });

  test('to the fallback channel where nobody can be looked up', async () => {
    const { server, messenger } = await aMessenger();
    server.always('users.lookupByEmail', () => ({ ok: false, error: 'missing_scope', needed: 'users:read.email' }));
    expect(await messenger.warn(aNotice())).toMatchObject({
      to: '#lost',
      instead: expect.stringMatching(/read\.email/),
    });
  });

  test('nowhere: it has failed, with each reason and no receipt', async () => {
    const { server, messenger } = await aMessenger();
    closed(server, { '#costs': 'is_archived', '#lost': 'not_in_channel' });
    const delivery = await messenger.warn(nobodys());
    expect(delivery).toEqual({
      kind: 'failed',
      why: expect.stringMatching(/#costs: .*archived.*; #lost: .*\/invite @Mayfly/),
    });
  });
});

describe('what passes is no reason to tell somebody else', () => {
  test.each<[string, string, object]>([
    ['Slack wants no more look-ups', 'users.lookupByEmail', { status: 429, retryAfter: '900' }],
    ['Slack wants no more messages', 'chat.postMessage', { status: 429, retryAfter: '900' }],
    ['Slack has a trouble of its own', 'conversations.open', { ok: false, error: 'internal_error' }],
  ])('%s: failed, for the next sweep', async (_, method, answer) => {
    const { server, messenger } = await aMessenger();
    server.always(method, () => ({ ...answer }));
    expect(await messenger.warn(aNotice())).toEqual({
      kind: 'failed',
      why: expect.stringMatching(/next sweep tries again/),
    });
    expect(postedTo(server).filter((channel) => channel?.startsWith('#'))).toEqual([]);
  });

  test('Slack is down: everything fails, and nothing throws', async () => {
    const { messenger } = await aMessenger(new Map(), await nobodyThere());
    const down = { kind: 'failed', why: expect.stringMatching(/can't be reached \(ECONNREFUSED\)/) };
    expect(await messenger.warn(aNotice())).toEqual(down);
    expect(await messenger.warn(nobodys())).toEqual(down);
    expect(await messenger.report(aReport())).toEqual(down);
    expect(await messenger.update(aNotice({ message: { channel: 'D1', ts: '1.1' } }))).toEqual(down);
  });
});

describe('whose an address is', () => {
  test('is asked once a week, and a person’s message is opened once', async () => {
    const { server, known, messenger } = await aMessenger();
    await messenger.warn(aNotice());
    await messenger.warn(aNotice({ environment: 'pr-102' }));
    expect(server.methods().filter((method) => method !== 'chat.postMessage')).toEqual([
      'users.lookupByEmail',
      'conversations.open',
    ]);
    expect([...known]).toMatchObject([['ana@example.com', { id: 'U0ANA' }]]);
    const later = await aMessenger(known);
    await later.messenger.warn(aNotice());
    expect(later.server.methods()).toEqual(['conversations.open', 'chat.postMessage']);
  });

  test('is asked again when that person has left', async () => {
    const { server, known, messenger } = await aMessenger(new Map([['ana@example.com', { id: 'U0OLD', at: 0 }]]));
    server.always('conversations.open', () => ({ ok: false, error: 'user_disabled' }));
    expect(await messenger.warn(aNotice())).toMatchObject({ to: '#costs', instead: expect.stringMatching(/has left/) });
    expect(known.get('ana@example.com')?.id).toBeUndefined();
  });

  test('who was nobody a day ago may be somebody now', async () => {
    const known = new Map<string, KnownPerson>();
    const { server, clock, messenger } = await aMessenger(known);
    known.set('ana@example.com', { at: clock.now() - day / 2 });
    expect(await messenger.warn(aNotice())).toMatchObject({ to: '#costs' });
    expect(server.methods()).not.toContain('users.lookupByEmail');
    known.set('ana@example.com', { at: clock.now() - day });
    expect(await messenger.warn(aNotice())).toMatchObject({ to: 'ana@example.com' });
  });

  test('does not depend on the ledger', async () => {
    const { server, clock } = await aMessenger();
    const client = slackClient({ token: async () => 'xoxb-1', apiUrl: server.apiUrl, clock });
    const broken = () => Promise.reject(new Error('throttled'));
    const people = { knownPeople: broken, keepPeople: broken };
    const directory = slackDirectory({ client, team: 'T1', clock });
    const messenger = slackMessenger({ policy, client, directory, people, clock });
    expect(await messenger.warn(aNotice())).toMatchObject({ to: 'ana@example.com' });
  });

  test('ids of Slack are looked at, too', async () => {
    const { server, messenger } = await aMessenger();
    server.always('users.info', () => member('U0ANA12345', { is_bot: true }));
    expect(await messenger.warn(aNotice({ owner: 'U0ANA12345' }))).toMatchObject({ to: '#costs' });
  });
});
