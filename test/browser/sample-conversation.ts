import { warningMessage } from '../../lib/adapters/slack/warning-message.ts';
import type { Notice, NoticeItem } from '../../lib/core/notice.ts';
import { policySchema } from '../../lib/core/policy.ts';
import { day, hour } from '../../lib/core/time.ts';
import { type LocalSlack, startLocalSlack } from '../../scripts/local-slack/slack.ts';
import { call, startStandIn } from '../local-slack/stand-in.ts';

interface Ref {
  channel: string;
  ts: string;
}

/** What people call things, and what a page must show as nothing but letters. */
export const hostileNames = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(document.cookie)</script>',
  '</style><style>*{display:none}</style><base href=//127.0.0.1/>',
  '<!channel> *everybody* <https://127.0.0.1/steal|open me>',
  'javascript:alert(1)',
] as const;

const policy = policySchema.parse({
  version: 1,
  accounts: [{ id: '222222222222' }],
  regions: ['eu-west-1'],
  slack: { team: 'T0EXAMPLE', channel: '#cloud-costs' },
});

/** A day of a workspace, told by calls as an app makes them. */
export interface SampleConversation {
  slack: LocalSlack;
  warning: Ref;
  hostile: Ref;
  report: Ref;
}

export async function sampleConversation(): Promise<SampleConversation> {
  const slack = await startLocalSlack();
  const post = async (channel: string, blocks: object[], more = {}): Promise<Ref> => {
    const answered = await call(slack, 'chat.postMessage', { channel, text: 'Mayfly', blocks, ...more });
    return { channel: String(answered['channel']), ts: String(answered['ts']) };
  };
  const { stop } = await startStandIn(slack, ({ incoming }) =>
    incoming.kind === 'request' && incoming.request.ask.from.kind === 'command'
      ? { body: { text: 'Extended by *2 days*: 3 resources of `pr-102`.' } }
      : {},
  );
  const warning = await post(slack.idOf('chloe'), warned());
  await slack.command('ben', 'extend pr-102 2d');
  const by = `Ben (${slack.idOf('ben')}) in Slack`;
  const blocks = warned({ kind: 'extended', to: Date.now() + 3 * day, by });
  await call(slack, 'chat.update', { ...warning, text: 'Mayfly', blocks });
  const hostile = await post(
    slack.channel('cloud-lost'),
    hostileNames.flatMap((name) => [
      { type: 'header', text: { type: 'plain_text', text: name } },
      {
        type: 'section',
        text: { type: 'mrkdwn', text: quoted(name) },
        fields: [{ type: 'mrkdwn', text: quoted(name) }],
      },
      { type: 'context', elements: [{ type: 'mrkdwn', text: `${quoted(name)} of <@${slack.idOf('mallory')}>` }] },
      { type: 'actions', elements: [button('choose', name)] },
    ]),
  );
  await slack.command('mallory', `list ${hostileNames.join(' ')}`, { channel: 'cloud-lost' });
  await stop();
  const report = await post(slack.channel('cloud-costs'), [
    { type: 'header', text: { type: 'plain_text', text: 'Removed 2 resources' } },
    {
      type: 'table',
      rows: [
        ['What', 'Where'],
        ['EC2 instance', 'dev'],
        ['=1+1', hostileNames[0]],
      ].map(cells),
    },
  ]);
  await shareFile(
    slack,
    report,
    `arn,owner\n${hostileNames.map((name) => `"${name.replaceAll('"', '""')}",ana`).join('\n')}\n`,
  );
  return { slack, warning, hostile, report };
}

/** As Mayfly itself writes it, about things that somebody named to mislead. */
function warned(state?: NoticeItem['state']): object[] {
  const names = ['preview-pr-102-web', ...hostileNames];
  const items = names.map((name, index): NoticeItem => {
    const arn = `arn:aws:sqs:eu-west-1:222222222222:queue-${index}`;
    const about = { type: 'sqs:queue', account: '222222222222', region: 'eu-west-1', reason: 'expiring' } as const;
    return {
      ...about,
      arn,
      name,
      detail: name,
      expiresAt: Date.now() + 20 * hour,
      ...(index === 0 && state && { state }),
    };
  });
  const notice: Notice = {
    id: 'notice-1',
    kind: 'warning',
    at: Date.now(),
    owner: 'chloe',
    environment: 'pr-102',
    items,
  };
  return warningMessage(notice, policy).blocks;
}

function button(action: string, label: string): object {
  return { type: 'button', action_id: action, value: 'notice-1', text: { type: 'plain_text', text: label } };
}

function cells(row: readonly string[]): object[] {
  return row.map((text) => ({ type: 'raw_text', text }));
}

function quoted(name: string): string {
  return `\`${name.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}\``;
}

async function shareFile(slack: LocalSlack, { channel, ts }: Ref, content: string): Promise<void> {
  const response = await fetch(`${slack.apiUrl}files.getUploadURLExternal`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.token}` },
    body: new URLSearchParams({ filename: 'sweep.csv', length: String(Buffer.byteLength(content)) }),
  });
  const { upload_url: url, file_id: id } = (await response.json()) as { upload_url: string; file_id: string };
  await fetch(url, { method: 'POST', body: content });
  const files = [{ id, title: 'sweep.csv' }];
  await call(slack, 'files.completeUploadExternal', { files, channel_id: channel, thread_ts: ts });
}
