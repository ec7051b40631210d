import { describe, expect, test } from 'vitest';
import { slackClient } from '../../../lib/adapters/slack/client.ts';
import { financeInSlack } from '../../../lib/adapters/slack/finance-delivery.ts';
import type { ReportFile } from '../../../lib/core/report-files.ts';
import { aPolicy } from '../../fakes/builders.ts';
import { hurriedClock } from '../../fakes/clocks.ts';
import { aFinanceReport } from '../../fakes/finance-report.ts';
import { aMessenger, closed, of, postedTo } from './messenger-stage.ts';

const slack = { team: 'T1', channel: '#costs', fallbackChannel: '#lost' };
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]);
const files: ReportFile[] = [
  { name: 'idle-report.html', content: Buffer.from('<!doctype html>') },
  { name: 'idle-report.csv', content: Buffer.from('account\r\n') },
  { name: 'trend.png', content: png },
];
const message = { channel: 'C0finance', ts: '1.1' };

async function stage(blocks: { slack?: object; report?: object } = {}) {
  const { server } = await aMessenger();
  const { report, slack: filled } = aPolicy({ slack, report: { channel: '#finance' }, ...blocks });
  if (filled === undefined) throw new Error('a policy without Slack');
  const client = slackClient({ token: async () => 'xoxb-1', apiUrl: server.apiUrl, clock: hurriedClock() });
  return { server, ...financeInSlack(async () => client, { slack: filled, report }) };
}

describe('the weekly report', () => {
  test('goes to the channel of the report block, in blocks and in words', async () => {
    const { server, post } = await stage();
    expect(await post(aFinanceReport(), {})).toEqual({ kind: 'delivered', to: '#finance', message });
    const [sent] = of(server, 'chat.postMessage');
    expect(sent).toMatchObject({ channel: '#finance', unfurl_links: 'false' });
    expect(JSON.parse(sent?.['blocks'] ?? '[]')[0]).toMatchObject({ type: 'header' });
  });

  test('goes to the channel of all reports where the block names none', async () => {
    const { server, post } = await stage({ report: {} });
    await post(aFinanceReport(), {});
    expect(postedTo(server)).toEqual(['#costs']);
  });

  test('goes to the fallback channel where the channel takes nothing, and says why', async () => {
    const { server, post } = await stage();
    closed(server, { '#finance': 'is_archived' });
    expect(await post(aFinanceReport(), {})).toMatchObject({
      to: '#lost',
      instead: expect.stringContaining('archived'),
    });
  });

  test('that no channel takes has failed, in words', async () => {
    const { server, post } = await stage();
    closed(server, { '#finance': 'not_in_channel', '#lost': 'not_in_channel' });
    const why = expect.stringMatching(/^#finance: Slack says not_in_channel: invite.*; #lost: /);
    expect(await post(aFinanceReport(), {})).toEqual({ kind: 'failed', why });
  });

  test('fails in words where there is no token', async () => {
    const { slack: filled, report } = aPolicy({ slack });
    if (filled === undefined) throw new Error('a policy without Slack');
    const connect = async () => {
      throw new Error('the bot token of Slack is not set up yet');
    };
    const { post, attach } = financeInSlack(connect, { slack: filled, report });
    expect(await post(aFinanceReport(), {})).toMatchObject({ kind: 'failed', why: /bot token/ });
    await attach(message, aFinanceReport(), files);
  });
});

describe('its files', () => {
  test('are one answer in the thread, byte for byte, and the picture says what it shows', async () => {
    const { server, attach } = await stage();
    await attach(message, aFinanceReport(), files);
    expect(of(server, 'files.getUploadURLExternal')).toMatchObject([
      { filename: 'idle-report.html', length: '15' },
      { filename: 'idle-report.csv', length: '9' },
      { filename: 'trend.png', length: '6', alt_text: expect.stringMatching(/^Twelve weeks.*now idle: ~\$/) },
    ]);
    expect(of(server, 'files.completeUploadExternal')).toMatchObject([{ channel_id: 'C0finance', thread_ts: '1.1' }]);
  });

  test('that can not be sent are told in the thread', async () => {
    const { server, attach } = await stage();
    server.always('files.getUploadURLExternal', () => ({ ok: false, error: 'missing_scope', needed: 'files:write' }));
    await attach(message, aFinanceReport(), files);
    expect(of(server, 'chat.postMessage')).toMatchObject([
      { thread_ts: '1.1', text: expect.stringMatching(/idle-report\.csv, trend\.png are missing here: .*files:write/) },
    ]);
  });
});
