import { createHmac } from 'node:crypto';
import { buttonActions } from '../../../lib/core/ask.ts';

/** Bodies as Slack posts them, with more in them than anybody reads. */
export function commandBody(text: string, overrides: Record<string, string | undefined> = {}): string {
  return formOf({
    token: 'gIkuvaNzQIHg97ATvDxqgjtO',
    team_id: 'T0123ABCD',
    team_domain: 'example',
    channel_id: 'C0123ABCD',
    channel_name: 'cloud-costs',
    user_id: 'U012AB3CD',
    user_name: 'ana',
    command: '/ttl',
    text,
    api_app_id: 'A0123ABCD',
    is_enterprise_install: 'false',
    response_url: 'https://hooks.slack.com/commands/T0123ABCD/1/secret',
    trigger_id: '13345224609.738474920.8088930838d88f008e0',
    ...overrides,
  });
}

export const aClick = {
  type: 'block_actions',
  user: { id: 'U012AB3CD', username: 'ana', name: 'ana', team_id: 'T0123ABCD' },
  api_app_id: 'A0123ABCD',
  token: 'gIkuvaNzQIHg97ATvDxqgjtO',
  container: { type: 'message', message_ts: '1764064800.000100', channel_id: 'D0123ABCD', is_ephemeral: false },
  trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
  team: { id: 'T0123ABCD', domain: 'example' },
  enterprise: null,
  is_enterprise_install: false,
  channel: { id: 'D0123ABCD', name: 'directmessage' },
  message: { type: 'message', user: 'U0MAYFLY0', ts: '1764064800.000100', text: 'pr-102 goes in 24 hours', blocks: [] },
  state: { values: {} },
  response_url: 'https://hooks.slack.com/actions/T0123ABCD/1/secret',
  actions: [
    {
      action_id: buttonActions[0] as string,
      block_id: 'buttons',
      text: { type: 'plain_text', text: '+1 day', emoji: true },
      value: 'notice-20261124T100000-0a1b2c',
      type: 'button',
      action_ts: '1764068400.123456',
    },
  ],
};

export const aForm = {
  type: 'view_submission',
  team: { id: 'T0123ABCD', domain: 'example' },
  user: { id: 'U012AB3CD', username: 'ana', name: 'ana', team_id: 'T0123ABCD' },
  api_app_id: 'A0123ABCD',
  token: 'gIkuvaNzQIHg97ATvDxqgjtO',
  trigger_id: '7000000000.333649436676.ffb3',
  view: {
    id: 'VNHU13V36',
    team_id: 'T0123ABCD',
    type: 'modal',
    callback_id: 'keep',
    private_metadata: 'notice-20261124T100000-0a1b2c',
    hash: '1764068400.abcdef',
    state: {
      values: {
        until: { until: { type: 'datepicker', selected_date: '2026-12-01' } },
        reason: { reason: { type: 'plain_text_input', value: ' demo for the board ' } },
      } as Record<string, Record<string, object>>,
    },
  },
  response_urls: [],
  is_enterprise_install: false,
  enterprise: null,
};

export function payloadBody(payload: unknown): string {
  return formOf({ payload: typeof payload === 'string' ? payload : JSON.stringify(payload) });
}

function formOf(fields: Record<string, string | undefined>): string {
  const given = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return new URLSearchParams(Object.fromEntries(given)).toString();
}

/** The headers that Slack would send with a body at that second. */
export function signedHeaders(body: string, secret: string, seconds: number): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(seconds),
    'x-slack-signature': `v0=${signature}`,
  };
}
