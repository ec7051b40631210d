import type { Button } from './buttons.ts';
import type { Form, Json, Message } from './conversation.ts';
import { strangersTeam } from './standing.ts';
import type { Member, Workspace } from './workspace.ts';

/** What Slack posts, before it is signed. */
export type PostedForm = Readonly<Record<string, string>>;

const appId = 'A0MAYFLY01';

export interface CommandPost {
  workspace: Workspace;
  member: Member;
  channel: { id: string; name: string };
  command: string;
  text: string;
  responseUrl: string;
  trigger: string;
}

export function commandForm(post: CommandPost): PostedForm {
  const { workspace, member, channel, command, text, responseUrl, trigger } = post;
  return {
    api_app_id: appId,
    is_enterprise_install: 'false',
    team_id: teamOf(workspace, member),
    team_domain: workspace.team.domain,
    channel_id: channel.id,
    channel_name: channel.name,
    user_id: member.id,
    user_name: member.name,
    command,
    text,
    response_url: responseUrl,
    trigger_id: trigger,
  };
}

export interface ClickPost {
  workspace: Workspace;
  member: Member;
  message: Message;
  button: Button;
  responseUrl: string;
  trigger: string;
}

export function clickForm({ workspace, member, message, button, responseUrl, trigger }: ClickPost): PostedForm {
  const { channel, ts, text, blocks, onlyFor } = message;
  const isEphemeral = onlyFor !== undefined;
  const name = workspace.channels.find(({ id }) => id === channel)?.name ?? 'directmessage';
  return asPayload({
    type: 'block_actions',
    ...actor(workspace, member),
    channel: { id: channel, name },
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: isEphemeral },
    // Slack does not send along what only one person sees.
    ...(!isEphemeral && { message: { type: 'message', ts, text, blocks } }),
    state: { values: {} },
    actions: [
      {
        type: 'button',
        action_id: button.action,
        block_id: button.block,
        value: button.value,
        text: { type: 'plain_text', text: button.label },
        action_ts: String(Date.now() / 1000),
      },
    ],
    response_url: responseUrl,
    trigger_id: trigger,
  });
}

export interface SubmissionPost {
  workspace: Workspace;
  member: Member;
  form: Form;
  values: Json;
  trigger: string;
}

export function submissionForm({ workspace, member, form, values, trigger }: SubmissionPost): PostedForm {
  return asPayload({
    type: 'view_submission',
    ...actor(workspace, member),
    view: { ...form.view, state: { values } },
    response_urls: [],
    trigger_id: trigger,
  });
}

function asPayload(payload: Json): PostedForm {
  return { payload: JSON.stringify(payload) };
}

function actor(workspace: Workspace, member: Member): Json {
  const team = teamOf(workspace, member);
  return {
    api_app_id: appId,
    is_enterprise_install: false,
    enterprise: null,
    team: { id: team, domain: workspace.team.domain },
    user: { id: member.id, username: member.name, name: member.name, team_id: team },
  };
}

/** Of people in a shared channel Slack tells the team that they come from. */
function teamOf({ team }: Workspace, { standing }: Member): string {
  return standing === 'stranger' ? strangersTeam : team.id;
}
