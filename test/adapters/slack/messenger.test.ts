import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slackClient } from '../../../lib/adapters/slack/client.ts';
import { reportCsv } from '../../../lib/adapters/slack/details-csv.ts';
import { slackDirectory } from '../../../lib/adapters/slack/directory.ts';
import { violationsOf } from '../../../lib/adapters/slack/limits.ts';
import { slackMessenger } from '../../../lib/adapters/slack/messenger.ts';
import { reportMessage } from '../../../lib/adapters/slack/report-message.ts';
import { warningMessage } from '../../../lib/adapters/slack/warning-message.ts';
import { csvOf } from '../../../lib/core/csv.ts';
import type { Notice, NoticeItem } from '../../../lib/core/notice.ts';
import type { ReportItem, SweepReport } from '../../../lib/core/sweep-report.ts';
import { aPolicy, at } from '../../fakes/builders.ts';
import { hurriedClock } from '../../fakes/clocks.ts';
import { hostileText } from './hostile.ts';
import { slackServer } from './slack-server.ts';

const slack = { team: 'T1', channel: '#costs', fallbackChannel: '#lost', ownerDomain: 'example.com' };
const policy = aPolicy({ slack });
const place = { account: '222222222222', region: 'eu-west-1', type: 'sqs:queue' };

const item = (name: string, about: Partial<NoticeItem> = {}): NoticeItem => ({
  ...place,
  arn: `arn:aws:sqs:eu-west-1:222222222222:${name}`,
  reason: 'expiring',
  expiresAt: at('2026-11-24T12:00Z'),
  ...about,
});

const aNotice = (about: Partial<Notice> = {}): Notice => ({
  id: 'notice-1',
  kind: 'warning',
  at: at('2026-11-23T12:00Z'),
  owner: 'ana',
  items: [item('orders')],
  ...about,
});

const aReport = (about: Partial<SweepReport> = {}): SweepReport => ({
  run: 'run-1',
  at: at('2026-11-23T12:00Z'),
  tracked: 3,
  removed: [],
  waiting: [],
  blocked: [],
  unreadable: [],
  observed: [],
  unread: [],
  held: [],
  largest: [],
  ...about,
});

async function aMessenger() {
  const server = await slackServer();
  const clock = hurriedClock();
  const client = slackClient({ token: async () => 'xoxb-1', apiUrl: server.apiUrl, clock });
  const directory = slackDirectory({ client, team: 'T1', clock });
  const people = { knownPeople: async () => new Map(), keepPeople: async () => {} };
  if (policy.slack === undefined) throw new Error('the policy has a slack block');
  const telling = { policy: { ...policy, slack: policy.slack }, client, directory, people, clock };
  server.always('users.lookupByEmail', () => ({ ok: true, user: { id: 'U0ANA', name: 'ana', team_id: 'T1' } }));
  server.always('conversations.open', () => ({ ok: true, channel: { id: 'D0ANA' } }));
  server.always('chat.postMessage', ({ params }) => ({ ok: true, channel: params['channel'], ts: '1.1' }));
  return { server, messenger: slackMessenger(telling) };
}

const postedTo = (server: Awaited<ReturnType<typeof slackServer>>) =>
  server.calls.filter(({ method }) => method === 'chat.postMessage').map(({ params }) => params['channel']);

describe('a warning', () => {
  test('goes to its owner in person, and its place in Slack is the receipt', async () => {
    const { server, messenger } = await aMessenger();
    const delivery = await messenger.warn(aNotice());
    expect(delivery).toEqual({ kind: 'delivered', to: 'ana@example.com', message: { channel: 'D0ANA', ts: '1.1' } });
    expect(postedTo(server)).toEqual(['D0ANA']);
  });

  test('that nobody owns goes to the channel', async () => {
    const { server, messenger } = await aMessenger();
    const { owner: _, ...nobodys } = aNotice();
    expect(await messenger.warn(nobodys)).toMatchObject({ to: '#costs', instead: 'nobody is named as owner' });
    expect(postedTo(server)).toEqual(['#costs']);
  });

  test('whose owner has left goes to the channel, and says why', async () => {
    const { server, messenger } = await aMessenger();
    server.always('users.lookupByEmail', () => ({ ok: false, error: 'users_not_found' }));
    expect(await messenger.warn(aNotice())).toMatchObject({ to: '#costs', instead: /knows nobody/ });
  });

  test('that its owner can not be given goes to the fallback channel', async () => {
    const { server, messenger } = await aMessenger();
    server.next('conversations.open', { ok: false, error: 'user_disabled' });
    expect(await messenger.warn(aNotice())).toMatchObject({ kind: 'delivered', to: '#lost' });
    expect(postedTo(server)).toEqual(['#lost']);
  });

  test('that arrives nowhere has failed, with each reason', async () => {
    const { server, messenger } = await aMessenger();
    server.always('chat.postMessage', () => ({ ok: false, error: 'is_archived' }));
    const delivery = await messenger.warn(aNotice());
    expect(delivery.kind).toBe('failed');
    expect(delivery).toMatchObject({ why: expect.stringMatching(/#lost.*#costs/s) });
  });

  test('that is brought up to date replaces its message', async () => {
    const { server, messenger } = await aMessenger();
    const notice = aNotice({
      items: [item('orders', { state: { kind: 'removed' } })],
      message: { channel: 'D1', ts: '9' },
    });
    await messenger.update(notice);
    const [call] = server.calls;
    expect(call).toMatchObject({ method: 'chat.update', params: { channel: 'D1', ts: '9' } });
    expect(call?.params['blocks']).toContain('removed');
    expect(call?.params['blocks']).not.toContain('extend-1d');
  });
});

test('a report goes to the channel, and Slack being down is a delivery that failed', async () => {
  const { server, messenger } = await aMessenger();
  expect(await messenger.report(aReport({ removed: [item('a')] }))).toMatchObject({ kind: 'delivered', to: '#costs' });
  server.always('chat.postMessage', () => ({ status: 503 }));
  expect(await messenger.report(aReport())).toMatchObject({ kind: 'failed' });
});

describe('whatever tags say', () => {
  const items = fc.array(
    fc.record({ name: hostileText, owner: hostileText, environment: hostileText, detail: hostileText }),
    { maxLength: 60 },
  );

  test('messages keep within the limits, and mention, link and format nothing', () => {
    fc.assert(
      fc.property(items, fc.constantFrom('warning', 'hold'), hostileText, (some, kind, text) => {
        const many = some.map((about, index) => item(`q${index}`, { ...about, managedBy: text }));
        const lines: ReportItem[] = many;
        const report = aReport({ removed: lines, blocked: lines, unreadable: lines, largest: lines, failure: text });
        const messages = [
          warningMessage(aNotice({ kind, items: many, environment: text }), policy),
          reportMessage(report, 'Europe/Berlin'),
        ];
        for (const message of messages) {
          expect(violationsOf(message)).toEqual([]);
          expect(JSON.stringify(message)).not.toMatch(/<[@#]|<!(?!date\^)|<https?:/);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('3,000 resources and 3,000 shards that were not read fit one message', () => {
    const many = Array.from({ length: 3000 }, (_, index) => item(`queue-${index}`, { detail: 'x'.repeat(300) }));
    const unread = many.map(({ account, region }, index) => ({ account, region, error: `denied ${index}` }));
    const report = aReport({ removed: many, blocked: many, observed: many, waiting: many, unread, largest: many });
    expect(violationsOf(reportMessage(report, 'UTC'))).toEqual([]);
    expect(violationsOf(warningMessage(aNotice({ items: many }), policy))).toEqual([]);
    expect(reportCsv(report).split('\r\n')).toHaveLength(1 + 5 * 3000 + 3000 + 1);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1'])('%j is no formula in a spreadsheet', (text) => {
    expect(csvOf([[text]])).toMatch(/^"?'/);
  });
});

test('a held plan can be approved, and silence is a heartbeat in one line', () => {
  const held = [{ limit: 'removalsPerRun', allowed: 1, wanted: 2 } as const];
  expect(JSON.stringify(reportMessage(aReport({ plan: 'plan-1', held }), 'UTC'))).toContain('"approve"');
  const heartbeat = { since: at('2026-11-22T12:00Z'), sweeps: 24, dueSoon: 1 };
  expect(reportMessage(aReport({ heartbeat }), 'UTC').blocks).toHaveLength(1);
});
