import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../lib/adapters/clock.ts';
import { slackClient } from '../../../lib/adapters/slack/client.ts';
import { type Examined, examineSlack } from '../../../lib/adapters/slack/examine.ts';
import { botScopes } from '../../../lib/adapters/slack/manifest.ts';
import type { Directory, Person } from '../../../lib/use-cases/ports-people.ts';

const allScopes = Object.keys(botScopes);

interface Answers {
  scopes?: readonly string[];
  auth?: object;
  pages?: readonly object[];
}

const good = { ok: true, team: 'example', team_id: 'T0123ABCD', user: 'mayfly', user_id: 'U0MAYFLY0' };
const costs = { id: 'C0123ABCD', name: 'cloud-costs', is_member: true, is_archived: false };

/** A Slack that answers by the Web API's own protocol, and remembers which methods were called. */
async function slackWith({ scopes = allScopes, auth = good, pages = [{ channels: [costs] }] }: Answers = {}) {
  const called: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const method = (incoming.url ?? '').replace('/api/', '');
    called.push(method);
    let body = '';
    incoming.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    incoming.on('end', () => {
      const cursor = Number(new URLSearchParams(body).get('cursor') ?? 0);
      const next = cursor + 1 < pages.length ? String(cursor + 1) : '';
      const page = { ok: true, ...pages[cursor], response_metadata: { next_cursor: next } };
      outgoing.setHeader('x-oauth-scopes', scopes.join(','));
      outgoing.setHeader('content-type', 'application/json');
      outgoing.end(JSON.stringify(method === 'auth.test' ? auth : page));
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  // A clock of its own is a pace of its own.
  return { called, client: slackClient({ token: async () => 'xoxb-test', apiUrl, clock: { ...systemClock } }) };
}

const ana: Person = { id: 'U012AB3CD', name: 'Ana', standing: 'member' };
const directory: Directory = {
  person: async (id) =>
    id === ana.id ? ana : id === 'U0LEFT0000' ? { ...ana, name: 'Ben', standing: 'deactivated' } : undefined,
  personByEmail: async (email) => (email === 'ana@example.com' ? ana : undefined),
  members: async (group) => (group === '@platform' ? ['U1', 'U2'] : undefined),
};

async function examined(answers: Answers = {}, about: Partial<Examined> = {}) {
  const { client, called } = await slackWith(answers);
  const nothing = { channels: [], groups: [], people: [] };
  const findings = await examineSlack({ client, directory, team: 'T0123ABCD', ...nothing, ...about });
  return { called, lines: findings.map(({ what, found, isGood }) => `${isGood ? 'ok' : 'problem'} ${what}: ${found}`) };
}

describe('the token', () => {
  test('with all scopes, of the workspace of the policy', async () => {
    expect((await examined()).lines).toEqual(['ok Slack token: mayfly in the workspace example, with all scopes']);
  });

  test('that lacks scopes: which, and what they are for', async () => {
    const { lines } = await examined({ scopes: allScopes.filter((scope) => !/^(files|usergroups)/.test(scope)) });
    expect(lines).toEqual([
      `problem Slack token: it lacks files:write (${botScopes['files:write']}), usergroups:read ` +
        `(${botScopes['usergroups:read']}): change the app by the manifest of today, and install it again`,
    ]);
  });

  test('of another workspace', async () => {
    const { lines } = await examined({ auth: { ...good, team: 'other', team_id: 'T0OTHER00' } });
    expect(lines[0]).toContain('it is of the workspace other (T0OTHER00), and slack.team of the policy says T0123ABCD');
  });

  test('that Slack does not take: nothing else is asked', async () => {
    const { lines, called } = await examined(
      { auth: { ok: false, error: 'invalid_auth' } },
      { channels: ['#cloud-costs'] },
    );
    expect(lines).toEqual([expect.stringMatching(/^problem Slack token: Slack says invalid_auth/)]);
    expect(called).toEqual(['auth.test']);
  });
});

describe('channels', () => {
  const pages = [
    { channels: [costs] },
    { channels: [{ id: 'C0LOST000', name: 'cloud-lost', is_member: false, is_archived: false }] },
    { channels: [{ id: 'C0OLD0000', name: 'old', is_member: true, is_archived: true }] },
  ];

  test.each([
    ['#cloud-costs', 'ok Slack channel #cloud-costs: Mayfly is in it'],
    ['cloud-costs', 'ok Slack channel cloud-costs: Mayfly is in it'],
    ['C0123ABCD', 'ok Slack channel C0123ABCD: Mayfly is in it'],
    ['#cloud-lost', 'problem Slack channel #cloud-lost: Mayfly is not in it: write /invite @Mayfly there'],
    ['#old', 'problem Slack channel #old: it is archived: name another one, or bring it back'],
    [
      '#secret',
      'problem Slack channel #secret: no public channel is called so; a private one is not seen from outside: ' +
        'invite Mayfly there',
    ],
  ])('%s, on whatever page it stands', async (channel, expected) => {
    expect((await examined({ pages }, { channels: [channel] })).lines.slice(1)).toEqual([expected]);
  });

  test('are listed once for all of them, and not at all for none', async () => {
    const { called } = await examined({ pages }, { channels: ['#cloud-costs', '#cloud-lost'] });
    expect(called).toEqual(['auth.test', ...pages.map(() => 'conversations.list')]);
    expect((await examined({ pages })).called).toEqual(['auth.test']);
  });
});

test('groups and people of the policy: who is there, who is not', async () => {
  const { lines } = await examined(
    {},
    {
      groups: ['@platform', '@nobody'],
      people: [
        { kind: 'id', id: 'U012AB3CD' },
        { kind: 'email', email: 'ana@example.com' },
        { kind: 'id', id: 'U0LEFT0000' },
        { kind: 'email', email: 'zoe@example.com' },
      ],
    },
  );
  expect(lines.slice(1)).toEqual([
    'ok Slack user group @platform: 2 members',
    'problem Slack user group @nobody: Slack knows no such user group, so nobody may anything by it',
    'ok Slack person U012AB3CD: Ana',
    'ok Slack person ana@example.com: Ana',
    'problem Slack person U0LEFT0000: Ben is no member of the workspace, so may nothing here (deactivated)',
    'problem Slack person zoe@example.com: Slack knows nobody of this name',
  ]);
});
