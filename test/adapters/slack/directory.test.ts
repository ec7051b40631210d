import { describe, expect, test } from 'vitest';
import { slackClient } from '../../../lib/adapters/slack/client.ts';
import { slackDirectory } from '../../../lib/adapters/slack/directory.ts';
import { minute } from '../../../lib/core/time.ts';
import { hurriedClock } from '../../fakes/clocks.ts';
import { slackServer } from './slack-server.ts';

const team = 'T1';

const ana = {
  id: 'U0ANA',
  team_id: team,
  name: 'ana.b',
  tz: 'America/New_York',
  profile: { display_name: 'Ana', real_name: 'Ana Banana', email: 'ana@example.com' },
};

async function withDirectory() {
  const server = await slackServer();
  const clock = hurriedClock();
  const client = slackClient({ token: async () => 'xoxb-1', apiUrl: server.apiUrl, clock });
  return { server, clock, directory: slackDirectory({ client, team, clock }) };
}

describe('people', () => {
  test('with their names, addresses and time zones', async () => {
    const { server, directory } = await withDirectory();
    server.always('users.info', () => ({ ok: true, user: ana }));
    server.always('users.lookupByEmail', () => ({ ok: true, user: ana }));
    const known = { id: 'U0ANA', name: 'Ana', email: 'ana@example.com', timeZone: 'America/New_York' };
    expect(await directory.person('U0ANA')).toEqual({ ...known, standing: 'member' });
    expect(await directory.personByEmail('Ana@example.com')).toEqual({ ...known, standing: 'member' });
  });

  test.each<[string, object, string]>([
    ['who has left', { deleted: true }, 'deactivated'],
    ['who has left as a guest', { deleted: true, is_restricted: true }, 'deactivated'],
    ['a bot', { is_bot: true }, 'bot'],
    ['a workflow', { is_workflow_bot: true }, 'bot'],
    ['Slackbot', { id: 'USLACKBOT' }, 'bot'],
    ['a guest', { is_restricted: true }, 'guest'],
    ['a guest of one channel', { is_ultra_restricted: true }, 'guest'],
    ['of another organization', { is_stranger: true }, 'stranger'],
    ['of another workspace', { team_id: 'T2' }, 'stranger'],
    ['a guest of another workspace', { team_id: 'T2', is_restricted: true }, 'stranger'],
    ['of no workspace that Slack names', { team_id: undefined }, 'stranger'],
    [
      'of the organization, in this workspace',
      { id: 'W1', team_id: 'E1', enterprise_user: { teams: ['T2', 'T1'] } },
      'member',
    ],
    ['of the organization, elsewhere', { id: 'W1', team_id: 'E1', enterprise_user: { teams: ['T2'] } }, 'stranger'],
  ])('%s', async (_, overrides, standing) => {
    const { server, directory } = await withDirectory();
    server.always('users.info', () => ({ ok: true, user: { ...ana, ...overrides } }));
    expect((await directory.person('U0ANA'))?.standing).toBe(standing);
  });

  test('of a policy for the whole organization', async () => {
    const { server, clock } = await withDirectory();
    const client = slackClient({ token: async () => 'xoxb-1', apiUrl: server.apiUrl, clock });
    server.always('users.info', () => ({
      ok: true,
      user: { ...ana, team_id: 'T2', enterprise_user: { enterprise_id: 'E1' } },
    }));
    expect((await slackDirectory({ client, team: 'E1', clock }).person('W1'))?.standing).toBe('member');
  });

  test.each(['user_not_found', 'users_not_found', 'user_not_visible'])('%s: nobody', async (error) => {
    const { server, directory } = await withDirectory();
    server.always('users.info', () => ({ ok: false, error }));
    server.always('users.lookupByEmail', () => ({ ok: false, error }));
    expect([await directory.person('U9'), await directory.personByEmail('no@example.com')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('what could not be asked is no answer, and is asked again', async () => {
    const { server, directory } = await withDirectory();
    server.next('users.info', { ok: false, error: 'missing_scope', needed: 'users:read' });
    server.always('users.info', () => ({ ok: true, user: ana }));
    await expect(directory.person('U0ANA')).rejects.toThrow(/asking who U0ANA is failed: .*the scope users:read/);
    expect((await directory.person('U0ANA'))?.name).toBe('Ana');
  });

  test('are asked for once, and again after a few minutes', async () => {
    const { server, clock, directory } = await withDirectory();
    server.always('users.info', () => ({ ok: true, user: ana }));
    await Promise.all([directory.person('U0ANA'), directory.person('U0ANA')]);
    await clock.sleep(4 * minute);
    await directory.person('U0ANA');
    expect(server.calls.length).toBe(1);
    await clock.sleep(2 * minute);
    await directory.person('U0ANA');
    expect(server.calls.length).toBe(2);
  });
});

describe('user groups', () => {
  async function withGroups() {
    const all = await withDirectory();
    all.server.always('usergroups.list', () => ({
      ok: true,
      usergroups: [
        { id: 'S1', handle: 'developers' },
        { id: 'S2', handle: 'platform', date_delete: 1_790_000_000 },
      ],
    }));
    all.server.always('usergroups.users.list', () => ({ ok: true, users: ['U1', 'U2'] }));
    return all;
  }

  test.each(['@developers', 'developers', '@Developers', 'S1', ' developers '])('%j', async (name) => {
    const { server, directory } = await withGroups();
    expect(await directory.members(name)).toEqual(['U1', 'U2']);
    expect(server.calls.at(-1)?.params).toEqual({ usergroup: 'S1', team_id: team });
  });

  test.each(['@nobody', 'S9', '@platform', ''])('%j is none, or none any more', async (name) => {
    const { directory } = await withGroups();
    expect(await directory.members(name)).toBeUndefined();
  });

  test('are asked for once', async () => {
    const { server, directory } = await withGroups();
    await Promise.all([directory.members('@developers'), directory.members('S1'), directory.members('@nobody')]);
    expect(server.methods()).toEqual(['usergroups.list', 'usergroups.users.list']);
  });

  test('that can’t be asked for are no empty ones', async () => {
    const { server, directory } = await withGroups();
    server.next('usergroups.users.list', { ok: false, error: 'missing_scope', needed: 'usergroups:read' });
    await expect(directory.members('S1')).rejects.toThrow(/usergroups:read/);
    server.next('usergroups.users.list', { ok: false, error: 'no_such_subteam' });
    expect(await directory.members('S1')).toBeUndefined();
  });
});
