import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { financeMail } from '../../../lib/adapters/finance/finance-mail.ts';
import { publishMail } from '../../../lib/adapters/finance/publish-mail.ts';
import { answeredClients } from '../../fakes/answered-clients.ts';
import { aFinanceReport, anIdleRow, estimated, unknownAmount } from '../../fakes/finance-report.ts';

const folder = 's3://runs/reports/2026-11-23/';
const links = { 'idle-report.html': 'https://x.example/reports/2026-11-23/idle-report.html?token=a' };

describe('the mail', () => {
  test('says what idles, what is not known, and where the report is', () => {
    const idle = [anIdleRow({ name: 'web', owner: 'ana' }), anIdleRow({ amount: unknownAmount() })];
    const { subject, text } = financeMail(aFinanceReport({ idle }), links, folder);
    expect(subject).toBe('Mayfly: ~$120.40 a month idle, week to 23 November 2026');
    expect(text.split('\n')).toEqual([
      'The week to 23 November 2026: 2 idle, ~$120.40 a month.',
      '1 of 2 has no known cost and is not in the sum.',
      expect.stringMatching(/^Saved this week: ~\$412\.36 \(18 removed.*; since the start: ~\$9,874 /),
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
      'Amounts with ~ are estimates by list prices.',
    ]);
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
        const { subject, text } = financeMail(aFinanceReport({ idle }), links, folder);
        expect(subject).toMatch(/^[!-~][ -~]{0,99}$/);
        expect(text.split('\n')).toHaveLength(
          financeMail(aFinanceReport({ idle: [anIdleRow()] }), links, folder).text.split('\n').length,
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
