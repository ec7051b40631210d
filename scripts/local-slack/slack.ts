import { randomBytes } from 'node:crypto';
import { violationsOf } from '../../lib/adapters/slack/limits.ts';
import { botScopes } from '../../lib/adapters/slack/manifest.ts';
import { type Conversation, type Happening, newConversation, type WaitSettings } from './conversation.ts';
import { type Deeds, type Done, peopleOf } from './deeds.ts';
import { type Faults, newFaults } from './faults.ts';
import { type Call, type FrontParts, listen } from './front.ts';
import type { ChannelName } from './people.ts';
import { responseUrls } from './response-urls.ts';
import { newTriggers, slackTriggerMs } from './triggers.ts';
import { newUploads } from './uploads.ts';
import type { Validator, WebApi } from './web-api.ts';
import { type Place, startWorkspace, type Workspace } from './workspace.ts';

export interface LocalSlackSettings {
  /** What the app may; without it, what Mayfly asks for. */
  scopes?: readonly string[];
  /** Without it, what Mayfly knows of Slack's limits. */
  violations?: Validator;
  /** How long a form can be opened after a click, and how long the app may take to answer. Slack's own: 3 seconds. */
  triggerMs?: number;
  patienceMs?: number;
}

/** A Slack workspace on this machine: what Mayfly talks to, what people see, and what they can do. */
export interface LocalSlack extends Deeds {
  /** For `-c slackApiUrl=…`. */
  apiUrl: string;
  token: string;
  signingSecret: string;
  team: Workspace['team'];
  members: Workspace['members'];
  groups: Workspace['groups'];
  conversation: Conversation;
  faults: Faults;
  /** The calls of the app so far. */
  calls: readonly Call[];
  idOf: (person: string) => string;
  channel: (name: ChannelName) => string;
  /** A channel or direct message by its id. */
  place: (id: string) => Place;
  /** Commands and clicks go there: the hub's SlackUrl. */
  sendTo: (requestUrl: string) => void;
  /** Waits for what the app says to what a person did. */
  answerTo: (done: Done, settings?: Partial<WaitSettings>) => Promise<Happening & { kind: 'message' | 'update' }>;
  stop: () => Promise<void>;
}

/** Starts the workspace on 127.0.0.1; it ends with this process. */
export async function startLocalSlack(settings: LocalSlackSettings = {}): Promise<LocalSlack> {
  const { scopes = Object.keys(botScopes), violations = violationsOf, patienceMs = 3_000 } = settings;
  const { triggerMs = slackTriggerMs } = settings;
  const token = `xoxb-local-${randomBytes(12).toString('hex')}`;
  const signingSecret = randomBytes(16).toString('hex');
  let parts: FrontParts | undefined;
  const front = await listen(() => parts);
  const workspace = await startWorkspace({ token, scopes }).catch(async (error: Error) => {
    await front.close();
    throw error;
  });
  const conversation = newConversation();
  const bot = workspace.members.find(({ standing }) => standing === 'bot')?.id ?? '';
  const state = newFaults();
  const triggers = newTriggers(triggerMs);
  const places = new Map<string, Place>(workspace.channels.map((channel) => [channel.id, channel]));
  const responses = responseUrls({ baseUrl: front.url, bot, conversation, violations });
  const uploads = newUploads();
  const api: WebApi = {
    url: front.url,
    workspace,
    token,
    scopes,
    state,
    conversation,
    violations,
    triggers,
    uploads,
    places,
  };
  const calls: Call[] = [];
  parts = { api, responses, calls };
  let target: string | undefined;
  const requestUrl = () => target ?? failed('the local Slack does not know yet where the app listens');
  return {
    apiUrl: `${front.url}/api/`,
    token,
    signingSecret,
    team: workspace.team,
    members: workspace.members,
    groups: workspace.groups,
    conversation,
    faults: state.faults,
    calls,
    ...lookups(workspace, places),
    ...peopleOf({ workspace, conversation, triggers, responses, signingSecret, requestUrl, patienceMs }),
    sendTo: (url) => {
      target = url;
    },
    answerTo: ({ deed }, wait) =>
      conversation.waitFor((one) => (isAnswerTo(one, deed.id) ? one : undefined), {
        what: `an answer to ${deed.what.kind === 'command' ? deed.what.text : deed.what.kind}`,
        ...wait,
      }),
    stop: async () => {
      await front.close();
      await workspace.emulator.close();
    },
  };
}

function isAnswerTo(one: Happening, deed: number): one is Happening & { kind: 'message' | 'update' } {
  return (one.kind === 'message' || one.kind === 'update') && one.message.answers === deed;
}

function lookups(workspace: Workspace, places: Map<string, Place>): Pick<LocalSlack, 'idOf' | 'channel' | 'place'> {
  const { members, channels } = workspace;
  return {
    idOf: (person) => members.find(({ name }) => name === person)?.id ?? failed(`nobody is called ${person}`),
    channel: (wanted) => channels.find(({ name }) => name === wanted)?.id ?? failed(`no channel #${wanted}`),
    place: (id) => places.get(id) ?? { id },
  };
}

function failed(why: string): never {
  throw new Error(why);
}
