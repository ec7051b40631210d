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
  const warning = await post(slack.idOf('chloe'), warned('until tomorrow'));
  await slack.command('ben', 'extend pr-102 2d');
  await call(slack, 'chat.update', { ...warning, text: 'Mayfly', blocks: warned('extended by Ben') });
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

function warned(state: string): object[] {
  const buttons = [
    button('extend-1d', '+1 day', 'primary'),
    button('extend-1w', '+1 week'),
    button('keep', 'Keep…'),
    button('let-go', 'Let it go', 'danger'),
  ];
  return [
    { type: 'header', text: { type: 'plain_text', text: '3 resources of pr-102 expire soon' } },
    { type: 'section', text: { type: 'mrkdwn', text: `• EC2 instance \`preview-pr-102-web\`: ${state}` } },
    { type: 'actions', block_id: 'choices', elements: buttons },
  ];
}

function button(action: string, label: string, style?: string): object {
  const text = { type: 'plain_text', text: label };
  return { type: 'button', action_id: action, value: 'notice-1', text, ...(style !== undefined && { style }) };
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
