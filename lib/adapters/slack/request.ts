import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Ask, buttonActions } from '../../core/ask.ts';
import type { MessageRef } from '../../core/notice.ts';

/** Where an answer may go. Nothing of it is trusted before it is used; see reply.ts. */
export interface ReplyTo {
  responseUrl?: string;
  channel?: string;
  /** Opens one form, within three seconds. */
  triggerId?: string;
}

/** What the endpoint hands to the worker. */
export interface SlackRequest {
  ask: Ask;
  reply: ReplyTo;
}

/** What a signed body is. `ignored` is acknowledged: it is Slack's, and nothing that Mayfly acts on. */
export type Incoming =
  | { kind: 'request'; request: SlackRequest }
  | { kind: 'ignored'; what: string }
  | { kind: 'unreadable'; why: string };

/** The callback id of the form that asks until when to keep something, and why. */
const keepForm = 'keep';

const personId = z.string().regex(/^[UW][A-Z0-9]{1,30}$/);
const teamId = z.string().regex(/^[TE][A-Z0-9]{1,30}$/);
const channelId = z.string().regex(/^[CDG][A-Z0-9]{1,30}$/);
const timestamp = z.string().regex(/^\d{1,12}\.\d{1,9}$/);
const address = z.string().max(2000);
const text = z.string().default('');

const slashCommand = z.object({
  command: z.string(),
  text,
  user_id: personId,
  team_id: teamId,
  channel_id: channelId.optional(),
  response_url: address.optional(),
  trigger_id: address.optional(),
});

/** Somebody from another organization in a shared channel has a team of their own, which is not the channel's. */
const who = {
  user: z.object({ id: personId, team_id: teamId.optional() }),
  team: z.object({ id: teamId }).nullish(),
  trigger_id: address.optional(),
};

const clicks = z.object({
  ...who,
  type: z.literal('block_actions'),
  response_url: address.optional(),
  channel: z.object({ id: channelId }).optional(),
  container: z
    .object({ channel_id: channelId.optional(), message_ts: timestamp.optional(), is_ephemeral: z.boolean() })
    .partial()
    .optional(),
  message: z.object({ ts: timestamp.optional() }).optional(),
  actions: z.array(z.object({ action_id: z.string(), value: text })).min(1),
});

const form = z.object({
  ...who,
  type: z.literal('view_submission'),
  view: z.object({
    callback_id: z.string(),
    private_metadata: text,
    state: z.object({
      values: z.record(
        z.string(),
        z.record(z.string(), z.object({ value: z.string().nullish(), selected_date: z.string().nullish() })),
      ),
    }),
  }),
});

/** Slack looks now and then whether the certificate is good; it wants nothing else then. */
export function isSslCheck(body: Uint8Array): boolean {
  return fieldsOf(body)['ssl_check'] === '1';
}

/** Reads a body whose signature was checked. */
export function readRequest(body: Uint8Array): Incoming {
  const fields = fieldsOf(body);
  const key = createHash('sha256');
  if (fields['payload'] === undefined) {
    return read(slashCommand, fields, (command) => {
      const { text: typed, user_id: person, team_id: team } = command;
      const from = { kind: 'command', text: typed } as const;
      return requestOf({ person, team, from }, command, key.update(command.trigger_id ?? body), command.channel_id);
    });
  }
  const payload = parsed(fields['payload']);
  if (payload === undefined) return { kind: 'unreadable', why: 'its payload is not JSON' };
  const trigger = payload['trigger_id'];
  key.update(typeof trigger === 'string' ? trigger : body);
  switch (payload['type']) {
    case 'block_actions':
      return read(clicks, payload, (click) => clickOf(click, key));
    case 'view_submission':
      return read(form, payload, (submitted) => formOf(submitted, key));
    default:
      return { kind: 'ignored', what: `a payload of type ${String(payload['type']).slice(0, 80)}` };
  }
}

function fieldsOf(body: Uint8Array): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(Buffer.from(body).toString('utf8')));
}

type Hash = ReturnType<typeof createHash>;
type Asked = Omit<Ask, 'key'>;

function clickOf(click: z.infer<typeof clicks>, key: Hash): Incoming {
  const [pressed] = click.actions;
  const action = buttonActions.find((known) => known === pressed?.action_id);
  if (pressed === undefined || action === undefined) {
    return { kind: 'ignored', what: `a click on ${pressed?.action_id.slice(0, 80)}` };
  }
  const channel = click.container?.channel_id ?? click.channel?.id;
  const ts = click.container?.message_ts ?? click.message?.ts;
  // What only one person sees has no address that a bot could bring up to date.
  const message: MessageRef | undefined =
    channel !== undefined && ts !== undefined && click.container?.is_ephemeral !== true ? { channel, ts } : undefined;
  const from = { kind: 'click', action, value: pressed.value, ...(message && { message }) } as const;
  return requestFrom(click, from, key, channel);
}

function formOf(submitted: z.infer<typeof form>, key: Hash): Incoming {
  const { callback_id: id, private_metadata: notice, state } = submitted.view;
  if (id !== keepForm) return { kind: 'ignored', what: `a form called ${id.slice(0, 80)}` };
  const fields = Object.assign({}, ...Object.values(state.values)) as (typeof state.values)[string];
  const until = fields['until']?.selected_date ?? '';
  const reason = fields['reason']?.value ?? '';
  return requestFrom(submitted, { kind: 'form', notice, until, reason: reason.trim() }, key);
}

type Sender = z.infer<z.ZodObject<typeof who>> & { response_url?: string | undefined };

function requestFrom(sender: Sender, from: Ask['from'], key: Hash, channel?: string): Incoming {
  const team = sender.user.team_id ?? sender.team?.id;
  if (team === undefined) return { kind: 'unreadable', why: 'it names no workspace' };
  return requestOf({ person: sender.user.id, team, from }, sender, key, channel);
}

function requestOf(
  asked: Asked,
  {
    response_url: responseUrl,
    trigger_id: triggerId,
  }: { response_url?: string | undefined; trigger_id?: string | undefined },
  key: Hash,
  channel?: string,
): Incoming {
  const reply = {
    ...(responseUrl !== undefined && { responseUrl }),
    ...(channel !== undefined && { channel }),
    ...(triggerId !== undefined && { triggerId }),
  };
  return { kind: 'request', request: { ask: { key: key.digest('hex'), ...asked }, reply } };
}

function read<T>(schema: z.ZodType<T>, value: unknown, then: (found: T) => Incoming): Incoming {
  const result = schema.safeParse(value);
  if (result.success) return then(result.data);
  const places = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return { kind: 'unreadable', why: places.join('; ') };
}

function parsed(payload: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
