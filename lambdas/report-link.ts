import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { type LinkKey, linkKey } from '../lib/adapters/finance/link-key.ts';
import { type ReportBucket, reportBucket } from '../lib/adapters/finance/report-bucket.ts';
import { promptClients } from '../lib/adapters/prompt-clients.ts';
import { isReportFile, opensReport } from '../lib/core/report-files.ts';
import { type Duration, minute } from '../lib/core/time.ts';
import type { HttpAnswer } from './http-answer.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { type ReportLinkEnv, reportLinkEnv, reportLinkEvent } from './report-link.contract.ts';

const logger = new Logger();

/** What an answer needs from outside. */
export interface Outside {
  key: Pick<LinkKey, 'read'>;
  bucket: Pick<ReportBucket, 'sign'>;
}

/** Long enough to follow a redirect, too short to be passed on. */
const linkLasts: Duration = 5 * minute;

/** No cache may keep the way to a report, and no other page is told where a reader came from. */
const headers = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

/** The same for whatever is wrong with a link, so that nobody learns which reports there are. */
const noReport = plain(404, 'There is no such report, or the link is not whole.');

/** Opens a file of a weekly report for whoever has its link: by a link of S3 that is made anew for each click. */
export async function openReport(
  { pathParameters: { date, file }, queryStringParameters: { token = '' } }: z.infer<typeof reportLinkEvent>,
  { key, bucket }: Outside,
): Promise<HttpAnswer> {
  if (!isReportFile(date, file)) return noReport;
  try {
    const secret = await key.read();
    if (secret === undefined || !opensReport(token, secret, date, file)) return noReport;
    const url = await bucket.sign(date, file, linkLasts);
    if (url === undefined) {
      logger.warn('a link leads to a file that is not there, or may not be read', { date, file });
      return plain(404, 'This report is not there any more, or Mayfly may not read it.');
    }
    logger.info('opened a report', { date, file });
    return { statusCode: 302, headers: { ...headers, location: url }, body: '' };
  } catch (error) {
    logger.error('a report could not be opened', { date, file, why: (error as Error).message });
    return plain(503, 'Mayfly can not open reports just now. Try again in a minute.');
  }
}

function plain(statusCode: number, sentence: string): HttpAnswer {
  return { statusCode, headers, body: `${sentence}\n` };
}

let connected: Outside | undefined;

function connect({ REPORT_BUCKET, AWS_REGION }: ReportLinkEnv): Outside {
  if (connected !== undefined) return connected;
  const source = promptClients(AWS_REGION);
  connected = { key: linkKey(source), bucket: reportBucket({ bucket: REPORT_BUCKET, source }) };
  return connected;
}

export const handler = middy<unknown, HttpAnswer, Error, Checked<ReportLinkEnv>>()
  .use(injectLambdaContext(logger))
  .use(parse(reportLinkEvent, reportLinkEnv))
  .handler((event, { env }) => openReport(event, connect(env)));
