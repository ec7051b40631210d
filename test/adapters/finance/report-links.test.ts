import { HeadObjectCommand, NotFound, S3Client } from '@aws-sdk/client-s3';
import { ParameterAlreadyExists, ParameterNotFound } from '@aws-sdk/client-ssm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linkKey } from '../../../lib/adapters/finance/link-key.ts';
import { reportBucket } from '../../../lib/adapters/finance/report-bucket.ts';
import { isReportFile, opensReport, reportFileNames, reportToken } from '../../../lib/core/report-files.ts';
import { minute } from '../../../lib/core/time.ts';
import type { ClientSource } from '../../../lib/resource-types/define.ts';
import { answeredClients } from '../../fakes/answered-clients.ts';

const key = 'k'.repeat(43);
const missing = new ParameterNotFound({ message: '', $metadata: {} });

describe('a token', () => {
  const name = 'trend.png';
  const token = reportToken(key, '2026-11-23', name);

  test('is as long as no one can guess, and fits a link as it is', () => {
    expect(token).toMatch(/^[\w-]{43}$/);
  });

  test('opens its own file of its own day, by its own key, and nothing else', () => {
    expect(opensReport(token, key, '2026-11-23', name)).toBe(true);
    expect(opensReport(token, key, '2026-11-30', name)).toBe(false);
    expect(opensReport(token, `${key}k`, '2026-11-23', name)).toBe(false);
    for (const other of reportFileNames.filter((one) => one !== name)) {
      expect(opensReport(token, key, '2026-11-23', other)).toBe(false);
    }
  });

  test('of anything else is none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(opensReport(text, key, '2026-11-23', name)).toBe(false);
      }),
    );
    for (const near of [token.slice(1), `${token}A`, token.toLowerCase(), `${token}=`, ` ${token}`, '']) {
      expect(opensReport(near, key, '2026-11-23', name)).toBe(false);
    }
  });

  test.each([
    ['2026-11-23', 'trend.png', true],
    ['2026-11-23', 'delivery.json', false],
    ['2026-11-23', '../plans/plan-1.json', false],
    ['2026-11-23', 'toString', false],
    ['2026-11-23/..', 'trend.png', false],
    ['..', 'trend.png', false],
    ['', 'trend.png', false],
  ])('%s %s can be a file of a report: %s', (date, file, can) => {
    expect(isReportFile(date, file)).toBe(can);
  });
});

describe('the key', () => {
  test('is read decrypted, and remembered', async () => {
    const { source, sent } = answeredClients({ GetParameter: { Parameter: { Value: key } } });
    const { read, readOrMake } = linkKey(source);
    expect([await read(), await read(), await readOrMake()]).toEqual([key, key, key]);
    expect(sent.map(({ input }) => input)).toEqual([{ Name: '/mayfly/report/link-key', WithDecryption: true }]);
  });

  test('is made where there is none: random, encrypted, and never in place of another one', async () => {
    const { source, sent } = answeredClients({ GetParameter: missing, PutParameter: {} });
    const made = await linkKey(source).readOrMake();
    expect(made).toMatch(/^[\w-]{43}$/);
    expect(sent.at(-1)).toMatchObject({
      command: 'PutParameter',
      input: { Name: '/mayfly/report/link-key', Type: 'SecureString', Value: made, Overwrite: false },
    });
    expect(await linkKey(source).readOrMake()).not.toBe(made);
  });

  test('that somebody else made at the same time is the key of both', async () => {
    const reads = [missing, { Parameter: { Value: key } }];
    const { source } = answeredClients({
      GetParameter: () => reads.shift() ?? missing,
      PutParameter: new ParameterAlreadyExists({ message: '', $metadata: {} }),
    });
    expect(await linkKey(source).readOrMake()).toBe(key);
  });

  test('that is not there, or too short to be one, opens nothing', async () => {
    expect(await linkKey(answeredClients({ GetParameter: missing }).source).read()).toBeUndefined();
    const short = answeredClients({ GetParameter: { Parameter: { Value: '' } } });
    expect(await linkKey(short.source).read()).toBeUndefined();
  });

  test('that may not be read is an error that says what is needed, and not "none"', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    const { source } = answeredClients({ GetParameter: denied });
    await expect(linkKey(source).read()).rejects.toThrow(/needs ssm:GetParameter/);
    await expect(linkKey(source).readOrMake()).rejects.toThrow(/needs ssm:GetParameter/);
  });
});

describe('the bucket', () => {
  test.each([
    ['idle-report.html', 'text/html; charset=utf-8', 'inline; filename="mayfly-2026-11-23-idle-report.html"'],
    ['idle-report.csv', 'text/csv; charset=utf-8', 'attachment; filename="mayfly-2026-11-23-idle-report.csv"'],
    ['trend.png', 'image/png', 'inline; filename="mayfly-2026-11-23-trend.png"'],
  ] as const)('keeps %s under its day, as what it is', async (name, ContentType, ContentDisposition) => {
    const { source, sent } = answeredClients({ PutObject: {} });
    const content = Buffer.from('x');
    await reportBucket({ bucket: 'runs', source }).keep('2026-11-23', { name, content });
    const Key = `reports/2026-11-23/${name}`;
    expect(sent[0]?.input).toEqual({ Bucket: 'runs', Key, Body: content, ContentType, ContentDisposition });
  });

  /** A real client that answers one command from memory, so that signing is the real one. */
  function signing(answer: object): ClientSource {
    const client = new S3Client({ region: 'eu-west-1', credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' } });
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context['commandName'] !== HeadObjectCommand.name) return next(args);
        if (answer instanceof Error) throw answer;
        return { response: undefined, output: { $metadata: {}, ...answer } };
      },
      { step: 'initialize' },
    );
    return () => client as never;
  }

  test('signs a link to the one object, for as long as is asked for', async () => {
    const { sign } = reportBucket({ bucket: 'runs', source: signing({}) });
    const url = new URL((await sign('2026-11-23', 'trend.png', 5 * minute)) ?? '');
    expect(`${url.origin}${url.pathname}`).toBe('https://runs.s3.eu-west-1.amazonaws.com/reports/2026-11-23/trend.png');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('300');
    expect(url.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  });

  test('signs nothing that is not there, which S3 may call forbidden; where S3 is not reached it says so', async () => {
    const sign = (answer: object) =>
      reportBucket({ bucket: 'runs', source: signing(answer) }).sign('2026-11-23', 'trend.png', minute);
    expect(await sign(new NotFound({ message: '', $metadata: { httpStatusCode: 404 } }))).toBeUndefined();
    const forbidden = Object.assign(new Error('no'), { name: '403', $metadata: { httpStatusCode: 403 } });
    expect(await sign(forbidden)).toBeUndefined();
    await expect(sign(new Error('socket hang up'))).rejects.toThrow('trend.png failed (Error: socket hang up)');
  });
});
