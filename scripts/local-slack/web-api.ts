import { type Conversation, type Json, type Message, textIn } from './conversation.ts';
import type { FaultState } from './faults.ts';
import { parsed, replaced } from './response-urls.ts';
import { tellPerson } from './standing.ts';
import type { Triggers } from './triggers.ts';
import type { Uploads } from './uploads.ts';
import type { Answered, Place, Workspace } from './workspace.ts';

/** What Slack would refuse about a message or a form, in words; empty where there is nothing. */
export type Validator = (content: Json) => readonly string[];

export interface WebApi {
  /** Where the front answers. */
  url: string;
  workspace: Workspace;
  token: string;
  scopes: readonly string[];
  state: FaultState;
  conversation: Conversation;
  violations: Validator;
  triggers: Triggers;
  uploads: Uploads;
  /** Channels and direct messages by their ids. */
  places: Map<string, Place>;
}

export type Params = Readonly<Record<string, string>>;

export interface Reply {
  status: number;
  body: Json;
}

/** What each method needs; one that is not named here is not known. */
const needs: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.info': ['channels:read'],
  'conversations.list': ['channels:read'],
  'conversations.open': ['im:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'team.info': ['team:read'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'users.list': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.update': [],
};

/** One call of the Web API: faults first, then Slack's own rules, then what `emulate` makes of it. */
export async function callApi(api: WebApi, method: string, params: Params, token: string | undefined): Promise<Reply> {
  if (token === undefined) return refuse('not_authed');
  if (token !== api.token) return refuse('invalid_auth');
  const needed = needs[method];
  if (needed === undefined) return refuse('unknown_method');
  const missing = needed.filter((scope) => !api.scopes.includes(scope) || api.state.lacks(scope));
  if (missing.length > 0) {
    return refuse('missing_scope', { needed: missing.join(','), provided: api.scopes.join(',') });
  }
  const invalid = violationsIn(api, params);
  if (invalid.length > 0) {
    return refuse('invalid_blocks', { errors: invalid, response_metadata: { messages: invalid } });
  }
  const own = owned[method];
  const answered = own === undefined ? await forwarded(api, method, params) : await own(api, params);
  if (answered.ok) recorders[method]?.(api, params, answered);
  return { status: 200, body: answered };
}

function refuse(error: string, more: Json = {}): Reply {
  return { status: 200, body: { ok: false, error, ...more } };
}

/** What is no JSON at all is left to `emulate`, which refuses it. */
function violationsIn({ violations }: WebApi, { text, blocks, view }: Params): string[] {
  const message = blocks === undefined ? undefined : { text: text ?? 'none', blocks: blocksIn(`{"blocks":${blocks}}`) };
  const form = view === undefined ? undefined : parsed(view);
  return [message, form].flatMap((one) => (one === undefined ? [] : violations(one))).map((one) => `[ERROR] ${one}`);
}

function blocksIn(text: string): readonly Json[] {
  const blocks = parsed(text)?.['blocks'];
  return Array.isArray(blocks) ? (blocks as Json[]) : [];
}

async function forwarded({ workspace, token }: WebApi, method: string, params: Params): Promise<Answered> {
  const response = await fetch(`${workspace.emulator.url}/api/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams(params),
  });
  return (await response.json()) as Answered;
}

type Call = (api: WebApi, params: Params) => Answered | Promise<Answered>;

/** What `emulate` lacks, or does not do as Slack does. */
const owned: Readonly<Record<string, Call>> = {
  'usergroups.list': ({ workspace }) => ({
    ok: true,
    usergroups: workspace.groups.map(({ id, handle, name, members }) => ({
      ...{ id, handle, name, team_id: workspace.team.id, is_usergroup: true, date_delete: 0 },
      user_count: members.length,
    })),
  }),
  'usergroups.users.list': ({ workspace }, { usergroup }) => {
    const group = workspace.groups.find(({ id }) => id === usergroup);
    return group === undefined ? { ok: false, error: 'no_such_subteam' } : { ok: true, users: group.members };
  },
  'users.info': async (api, params) => tellPerson(api.workspace, await forwarded(api, 'users.info', params)),
  'users.list': async (api, params) => tellPerson(api.workspace, await forwarded(api, 'users.list', params)),
  'users.lookupByEmail': async (api, params) => {
    // Who has left is not found by e-mail any more.
    const left = api.workspace.members.some(
      ({ email, standing }) => email === params['email'] && standing === 'deactivated',
    );
    if (left) return { ok: false, error: 'users_not_found' };
    return tellPerson(api.workspace, await forwarded(api, 'users.lookupByEmail', params));
  },
  'conversations.open': async (api, params) => {
    const to = api.workspace.members.find(({ id }) => id === params['users']);
    if (to?.standing === 'deactivated') return { ok: false, error: 'user_disabled' };
    if (to?.standing === 'bot') return { ok: false, error: 'cannot_dm_bot' };
    return forwarded(api, 'conversations.open', params);
  },
  // The bytes come by here, too.
  'files.getUploadURLExternal': async (api, params) => {
    const answered = await forwarded(api, 'files.getUploadURLExternal', params);
    const url = textIn(answered['upload_url']).replace(api.workspace.emulator.url, api.url);
    return answered.ok ? { ...answered, upload_url: url } : answered;
  },
  'views.open': async (api, params) => {
    const trigger = api.triggers.use(params['trigger_id'] ?? '');
    if (typeof trigger === 'string') return { ok: false, error: trigger };
    const fresh = await forwarded(api, 'views.generateTriggerId', { user_id: trigger.user });
    return forwarded(api, 'views.open', { ...params, trigger_id: String(fresh['trigger_id']) });
  },
};

type Recorder = (api: WebApi, params: Params, answered: Answered) => void;

/** What people see of a call that went well. */
const recorders: Readonly<Record<string, Recorder>> = {
  'conversations.open': ({ places }, { users = '' }, answered) => {
    const { id } = answered['channel'] as { id: string };
    places.set(id, { id, with: users });
  },
  'chat.postMessage': (api, params, answered) => {
    const channel = String(answered['channel']);
    const to = params['channel'] ?? '';
    if (to !== channel && !api.places.has(channel)) api.places.set(channel, { id: channel, with: to });
    const { text, blocks = [], thread_ts: thread } = answered['message'] as Posted;
    api.conversation.add({
      kind: 'message',
      message: { ...newMessage(api, channel, String(answered['ts'])), text, blocks, ...(thread && { thread }) },
    });
  },
  'chat.postEphemeral': (api, params, answered) => {
    const base = newMessage(api, params['channel'] ?? '', String(answered['message_ts']));
    const blocks = blocksIn(`{"blocks":${params['blocks'] ?? '[]'}}`);
    const message = { ...base, text: params['text'] ?? '', blocks, onlyFor: params['user'] ?? '' };
    api.conversation.add({ kind: 'message', message });
  },
  'chat.update': (api, _, answered) => {
    const [channel, ts] = [String(answered['channel']), String(answered['ts'])];
    const before = api.conversation.message(channel, ts) ?? newMessage(api, channel, ts);
    const { text, blocks = [] } = answered['message'] as Posted;
    api.conversation.add({ kind: 'update', message: replaced(before, { text, blocks }) });
  },
  'chat.delete': (api, _, answered) => {
    const before = api.conversation.message(String(answered['channel']), String(answered['ts']));
    if (before !== undefined) api.conversation.add({ kind: 'delete', message: { ...before, deleted: true } });
  },
  'files.completeUploadExternal': (api, params, answered) => {
    const files = api.uploads.shared(answered['files'] as { id: string; name: string; title: string }[]);
    const { channel_id: channel, thread_ts: thread, initial_comment: text = '' } = params;
    if (channel === undefined) return;
    const base = newMessage(api, channel, api.uploads.stampOf(answered, channel));
    api.conversation.add({ kind: 'message', message: { ...base, text, files, ...(thread && { thread }) } });
  },
  'views.open': (api, params, answered) => {
    const view = answered['view'] as Json;
    const user = api.triggers.userOf(params['trigger_id'] ?? '');
    api.conversation.add({ kind: 'form', form: { id: String(view['id']), user, view, errors: {}, state: 'open' } });
  },
};

interface Posted {
  text: string;
  blocks?: readonly Json[];
  thread_ts?: string;
}

function newMessage({ workspace }: WebApi, channel: string, ts: string): Message {
  const from = workspace.members.find(({ standing }) => standing === 'bot')?.id ?? '';
  return { channel, ts, from, text: '', blocks: [], files: [], earlier: [] };
}
