import { describe, expect, test, vi } from 'vitest';
import { reportLinkEvent } from '../../lambdas/report-link.contract.ts';
import { handler, openReport } from '../../lambdas/report-link.ts';
import { reportToken } from '../../lib/core/report-files.ts';

// A logger reads its level when it is made.
vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
});

const key = 'k'.repeat(43);
const [date, file] = ['2026-11-23', 'idle-report.html'] as const;
const right = reportToken(key, date, file);
const signed = 'https://runs.s3.eu-west-1.amazonaws.com/reports/2026-11-23/idle-report.html?X-Amz-Signature=1';

interface Asked {
  date?: string;
  file?: string;
  token?: string | undefined;
}

async function open(asked: Asked, about: { secret?: string | Error; url?: string | Error } = {}) {
  const given = { date, file, token: right, ...asked };
  const signings: unknown[][] = [];
  const answerOf = async (value: string | Error | undefined) => {
    if (value instanceof Error) throw value;
    return value;
  };
  const outside = {
    key: { read: () => answerOf('secret' in about ? about.secret : key) },
    bucket: {
      sign: (...args: unknown[]) => {
        signings.push(args);
        return answerOf('url' in about ? about.url : signed);
      },
    },
  };
  const event = reportLinkEvent.parse({
    pathParameters: { date: given.date, file: given.file },
    ...(given.token !== undefined && { queryStringParameters: { token: given.token, utm: 'x' } }),
  });
  return { ...(await openReport(event, outside)), signings };
}

test('a link is followed to S3 itself, for five minutes, and nothing of it is kept on the way', async () => {
  const { statusCode, headers, signings } = await open({});
  expect([statusCode, headers['location'], headers['cache-control']]).toEqual([302, signed, 'no-store']);
  expect(headers['referrer-policy']).toBe('no-referrer');
  expect(signings).toEqual([[date, file, 300_000]]);
});

describe('a link that is not whole opens nothing, and does not tell which reports there are', () => {
  test.each<[string, Asked]>([
    ['without a token', { token: undefined }],
    ['with an empty token', { token: '' }],
    ['with a wrong token', { token: reportToken('another', date, file) }],
    ['with the token of another file', { file: 'idle-report.csv' }],
    ['with the token of another day', { date: '2026-11-30' }],
    ['to what is no file of a report', { file: '..%2Fplans%2Fplan-1.json' }],
    ['to what is no day', { date: 'plans' }],
  ])('%s', async (_, asked) => {
    const { statusCode, body, headers, signings } = await open(asked);
    expect([statusCode, body]).toEqual([404, 'There is no such report, or the link is not whole.\n']);
    expect(headers).not.toHaveProperty('location');
    expect(signings).toEqual([]);
  });

  test('where there is no key', async () => {
    const nobody = { secret: undefined } as unknown as { secret: string };
    expect(await open({ token: reportToken('', date, file) }, nobody)).toMatchObject({ statusCode: 404, signings: [] });
  });
});

test('a report that has gone by its age is told to whoever had the link', async () => {
  const gone = await open({}, { url: undefined } as unknown as { url: string });
  expect(gone).toMatchObject({
    statusCode: 404,
    body: 'This report is not there any more, or Mayfly may not read it.\n',
  });
});

test.each([{ secret: new Error('throttled') }, { url: new Error('denied') }])('%o is no "not found"', async (about) => {
  const { statusCode, body } = await open({}, about);
  expect([statusCode, body]).toEqual([503, 'Mayfly can not open reports just now. Try again in a minute.\n']);
});

test('an event of another form never gets half-way', async () => {
  vi.stubEnv('REPORT_BUCKET', 'runs');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  await expect(handler({ rawPath: '/reports' } as never, {} as never)).rejects.toThrow(/the event of this function/);
});
