import { findButton } from './buttons.ts';
import type { Conversation, Deed, Form, Message } from './conversation.ts';
import { afterSending, filledIn, openForms } from './forms.ts';
import { clickForm, commandForm, type PostedForm, submissionForm } from './payloads.ts';
import { type Asked, answerMessage, parsed, type ResponseUrls } from './response-urls.ts';
import { type Signed, signed } from './signed-request.ts';
import type { Triggers } from './triggers.ts';
import type { Member, Workspace } from './workspace.ts';

/** How the app answered a request, and within how long. Status 0: not at all. */
export interface Ack {
  status: number;
  body: string;
  tookMs: number;
}

/** What a person did, as it was sent. */
export interface Done {
  deed: Deed;
  ack: Ack;
  /** Delivers the very same request once more. */
  again: () => Promise<Ack>;
}

export interface CommandSettings {
  /** The name of a channel. */
  channel?: string;
  command?: string;
}

/** What people can do. They are named by their handles. */
export interface Deeds {
  command: (person: string, text: string, settings?: CommandSettings) => Promise<Done>;
  /** `which` names the label or value where several buttons share an action. */
  click: (person: string, message: Message, action: string, which?: string) => Promise<Done>;
  /** Fills in the form that is open before the person, by block or action ids, and sends it. */
  submitForm: (person: string, values: Readonly<Record<string, string>>) => Promise<Done>;
}

export interface DeedSettings {
  workspace: Workspace;
  conversation: Conversation;
  triggers: Triggers;
  responses: ResponseUrls;
  signingSecret: string;
  /** Where the app listens. */
  requestUrl: () => string;
  /** How long Slack waits for the app. */
  patienceMs: number;
}

export function peopleOf(settings: DeedSettings): Deeds {
  const { workspace, conversation, triggers, responses } = settings;
  let deeds = 0;
  const begin = (deed: Omit<Deed, 'id'>): Deed => {
    deeds += 1;
    const begun = { id: deeds, ...deed };
    conversation.add({ kind: 'deed', deed: begun });
    return begun;
  };
  return {
    command: async (person, text, { channel: name = 'cloud-costs', command = '/ttl' } = {}) => {
      const member = memberOf(workspace, person);
      const channel = workspace.channels.find((one) => one.name === name);
      if (channel === undefined) throw new Error(`the local Slack has no channel #${name}`);
      const what = { kind: 'command', text: `${command} ${text}`.trim() } as const;
      const deed = begin({ user: member.id, channel: channel.id, what });
      const asked: Asked = { deed: deed.id, user: member.id, channel: channel.id };
      const urls = { responseUrl: responses.issue(asked), trigger: triggers.issue(member.id) };
      return send(settings, deed, asked, commandForm({ workspace, member, channel, command, text, ...urls }));
    },
    click: async (person, shown, action, which) => {
      const member = memberOf(workspace, person);
      const message = conversation.message(shown.channel, shown.ts) ?? shown;
      const button = findButton(message, action, which);
      const what = { kind: 'click', label: button.label, on: message } as const;
      const deed = begin({ user: member.id, channel: message.channel, what });
      const asked = { deed: deed.id, user: member.id, channel: message.channel, message };
      const urls = { responseUrl: responses.issue(asked), trigger: triggers.issue(member.id) };
      return send(settings, deed, asked, clickForm({ workspace, member, message, button, ...urls }));
    },
    submitForm: async (person, values) => {
      const member = memberOf(workspace, person);
      const form = openForms(conversation, member.id).at(-1);
      if (form === undefined) throw new Error(`no form is open before ${person}`);
      const filled = filledIn(form, values);
      const deed = begin({ user: member.id, what: { kind: 'form', form, values } });
      const trigger = triggers.issue(member.id);
      const posted = submissionForm({ workspace, member, form, values: filled, trigger });
      const done = await send(settings, deed, undefined, posted);
      showForm(settings, form, done.ack);
      return done;
    },
  };
}

function memberOf({ members }: Workspace, person: string): Member {
  const member = members.find(({ name, id }) => name === person || id === person);
  if (member === undefined) throw new Error(`the local Slack has nobody called ${person}`);
  return member;
}

/** Slack's own words are a person's only news where the app does not answer in time, or not well. */
async function send(settings: DeedSettings, deed: Deed, asked: Asked | undefined, form: PostedForm): Promise<Done> {
  const request = signed(form, settings.signingSecret);
  const url = settings.requestUrl();
  const deliver = () => post(url, request, settings.patienceMs);
  const ack = await deliver();
  const { conversation, responses } = settings;
  const problem = problemWith(ack);
  if (problem !== undefined) conversation.add({ kind: 'failure', deed, text: problem });
  // A command may be answered at once, in the body of the response.
  if (problem === undefined && deed.what.kind === 'command' && ack.body.trim() !== '' && asked !== undefined) {
    const message = answerMessage(asked, parsed(ack.body) ?? { text: ack.body }, responses.bot);
    asked.message = message;
    conversation.add({ kind: 'message', message });
  }
  return { deed, ack, again: deliver };
}

async function post(url: string, { body, headers }: Signed, patienceMs: number): Promise<Ack> {
  const started = Date.now();
  const ended = (status: number, text: string): Ack => ({ status, body: text, tookMs: Date.now() - started });
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const response = await fetch(url, { method: 'POST', headers, body, signal });
    return ended(response.status, await response.text());
  } catch (error) {
    return ended(0, (error as Error).message);
  }
}

function problemWith({ status, body }: Ack): string | undefined {
  if (status === 0) return `The app did not respond (operation_timeout: ${body}).`;
  return status >= 200 && status < 300 ? undefined : `The app answered with HTTP ${status} (dispatch_failed).`;
}

function showForm({ conversation }: DeedSettings, form: Form, { status, body }: Ack): void {
  conversation.add({ kind: 'form', form: afterSending(form, status, body) });
}
