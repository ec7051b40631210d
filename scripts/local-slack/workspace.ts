import { createEmulator, type Emulator } from 'emulate';
import { type ChannelName, emailOf, type Seeded, seeded, seededChannels, seededGroups } from './people.ts';

/** A person of the workspace as it runs. */
export interface Member extends Seeded {
  id: string;
  email: string;
}

/** A channel or a direct message. */
export interface Place {
  id: string;
  /** Of a channel: its name, without #. */
  name?: ChannelName | (string & {});
  /** Of a direct message: with whom Mayfly speaks there. */
  with?: string;
}

export interface UserGroup {
  id: string;
  handle: string;
  name: string;
  members: readonly string[];
}

/** The workspace behind the front: what `emulate` plays, with the ids that it gave this time. */
export interface Workspace {
  emulator: Emulator;
  team: { id: string; domain: string; name: string };
  members: readonly Member[];
  channels: readonly Required<Pick<Place, 'id' | 'name'>>[];
  groups: readonly UserGroup[];
  /** A call of the workspace's own administrator, who may do everything. */
  asAdmin: (method: string, params: Readonly<Record<string, string>>) => Promise<Answered>;
}

/** What the Web API answers. */
export type Answered = { ok: boolean; error?: string } & Readonly<Record<string, unknown>>;

export interface WorkspaceSettings {
  /** What Mayfly calls with. */
  token: string;
  scopes: readonly string[];
}

const adminToken = 'xoxb-administrator-of-the-local-slack';
const adminScopes = [
  ...['channels:read', 'channels:manage', 'groups:read', 'im:read', 'mpim:read', 'users:read', 'users:read.email'],
  ...['chat:write', 'files:read', 'team:read'],
];

/** Starts `emulate` on the loopback address and seeds people and channels. Groups, which it does not know, are ours. */
export async function startWorkspace({ token, scopes }: WorkspaceSettings): Promise<Workspace> {
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        team: { name: 'Example', domain: 'example' },
        strict_scopes: true,
        users: seeded.map((one) => ({ name: one.name, real_name: one.realName, email: emailOf(one) })),
        channels: seededChannels.map((name) => ({ name })),
        tokens: [
          { token, user: 'mayfly', scopes },
          { token: adminToken, user: 'pia', scopes: adminScopes },
        ],
      },
    },
  });
  const asAdmin: Workspace['asAdmin'] = (method, params) => ask(emulator.url, method, params);
  const people = (await asAdmin('users.list', { limit: '1000' }))['members'] as { id: string; name: string }[];
  const places = (await asAdmin('conversations.list', { limit: '1000' }))['channels'] as { id: string; name: string }[];
  const team = (await asAdmin('team.info', {}))['team'] as { id: string };
  const members = seeded.map((one) => ({ ...one, email: emailOf(one), id: idOf(people, one.name) }));
  return {
    emulator,
    team: { id: team.id, domain: 'example', name: 'Example' },
    members,
    channels: seededChannels.map((name) => ({ name, id: idOf(places, name) })),
    groups: Object.entries(seededGroups).map(([handle, group], index) => ({
      id: `S0${team.id.slice(1)}${index + 1}`,
      handle,
      name: group.name,
      members: group.members.map((name) => idOf(people, name)),
    })),
    asAdmin,
  };
}

async function ask(url: string, method: string, params: Readonly<Record<string, string>>): Promise<Answered> {
  const response = await fetch(`${url}/api/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}` },
    body: new URLSearchParams(params),
  });
  const answered = (await response.json()) as Answered;
  if (!answered.ok) throw new Error(`the local Slack refused ${method} to its administrator: ${answered.error}`);
  return answered;
}

function idOf(all: readonly { id: string; name: string }[], name: string): string {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the local Slack has nobody and nothing called ${name}`);
  return found.id;
}
