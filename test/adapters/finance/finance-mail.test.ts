import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { financeMail } from '../../../lib/adapters/finance/finance-mail.ts';
import { financeHtml } from '../../../lib/adapters/finance/html.ts';
import { publishMail } from '../../../lib/adapters/finance/publish-mail.ts';
import { financeMessage } from '../../../lib/adapters/slack/finance-message.ts';
import { answeredClients } from '../../fakes/answered-clients.ts';
import { aFinanceReport, anIdleRow, estimated, unknownAmount } from '../../fakes/finance-report.ts';

const folder = 's3://runs/reports/2026-11-23/';
const links = { 'idle-report.html': 'https://x.example/reports/2026-11-23/idle-report.html?token=a' };

const notes = (text: string) => ({ coverageNote: text, pricesNote: text, pricesAsOf: text });

describe('the mail', () => {
  test('says what idles, what is not known, and where the report is', () => {
    const idle = [anIdleRow({ name: 'web', owner: 'ana' }), anIdleRow({ amount: unknownAmount() })];
    const { subject, text } = financeMail(aFinanceReport({ idle }), links, folder);
    expect(subject).toBe('Mayfly: ~$120.40 a month idle, week to 23 November 2026');
    expect(text.split('\n')).toEqual([
      'The week to 23 November 2026: 2 idle, ~$120.40 a month.',
      '1 of 2 has no known cost and is not in the sum.',
      expect.stringMatching(/^Saved this week: ~\$412\.36 \(18 removed.*; since the start: ~\$9,874 /),
      'Mayfly sees ~$18,734 of $24,813 billed a month (76 %).',
      'The bill: $11,421 in 14 days, 3 accounts.',
      'Cost Explorer is switched off in 444444444444.',
      'Could not be read, or not whole: 2 places.',
      '',
      'What idles:',
      '- ec2:instance i-0a1b2c3d4e5f60718 web (222222222222 eu-west-1), ana: ~$120.40 a month, copied and stopped',
      '- ec2:instance i-0a1b2c3d4e5f60718 (222222222222 eu-west-1), no owner: cost unknown, copied and stopped',
      '',
      'Whoever has one of these links can open it:',
      'idle-report.html: https://x.example/reports/2026-11-23/idle-report.html?token=a',
      '',
      'The files: s3://runs/reports/2026-11-23/',
      'Amounts with ~ are estimates by list prices of 2026-07-20 or later.',
    ]);
  });

  test('says where the bill and the prices of a night are missing, as the message and the page do', () => {
    const { coverage: _, ...unread } = aFinanceReport({
      coverageNote: 'Cost Explorer is not asked, so what AWS billed is not known.',
      pricesNote: 'There are no nightly prices yet; the shipped ones are used.',
    });
    const { text } = financeMail(unread, {}, folder);
    const share = 'Mayfly sees ~$18,734 a month (9 of unknown cost not in it); what AWS bills is not known.';
    const shown = [share, unread.coverageNote, unread.pricesNote];
    expect(text.split('\n')).toEqual(expect.arrayContaining(shown));
    const message = JSON.stringify(financeMessage(unread, {}));
    for (const words of shown) expect(message).toContain(words);
    const page = financeHtml(unread).replaceAll('&#39;', "'");
    for (const words of [share.replace('~$18,734', '$18,734.12'), ...shown.slice(1)]) expect(page).toContain(words);
  });

  test('without links names the folder', () => {
    const { text } = financeMail(aFinanceReport({ idle: [] }), {}, folder);
    expect(text).toContain(folder);
    expect(text).not.toMatch(/link|https/);
  });

  test('has a subject that SNS takes, and no line that others wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.double({ min: -1e15, max: 1e15, noNaN: true }), (word, usd) => {
        const told = `${word}\nhttps://evil.example`;
        const idle = [anIdleRow({ name: told, owner: told, nextStep: told, id: told, amount: estimated(usd) })];
        const { subject, text } = financeMail(aFinanceReport({ idle, ...notes(told) }), links, folder);
        expect(subject).toMatch(/^[!-~][ -~]{0,99}$/);
        expect(text.split('\n')).toHaveLength(
          financeMail(aFinanceReport({ idle: [anIdleRow()], ...notes('-') }), links, folder).text.split('\n').length,
        );
        expect(text).not.toMatch(/^https:\/\/evil/m);
      }),
    );
  });
});

describe('SNS', () => {
  const topic = 'arn:aws:sns:us-east-1:111111111111:finance';

  test('is handed the mail for that topic', async () => {
    const { source, sent } = answeredClients({ Publish: {} });
    await publishMail(source, topic, { subject: 's', text: 't' });
    expect(sent[0]?.input).toEqual({ TopicArn: topic, Subject: 's', Message: 't' });
  });

  test.each([
    ['AuthorizationErrorException', /policy of a topic in another account/],
    ['NotFoundException', /there is no such topic: look at report\.topic/],
  ])('%s is told with what to do', async (name, words) => {
    const { source } = answeredClients({ Publish: Object.assign(new Error('no'), { name }) });
    await expect(publishMail(source, topic, { subject: 's', text: 't' })).rejects.toThrow(words);
  });
});
