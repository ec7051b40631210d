import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { clientSource, retryStrategyForShard } from '../lib/adapters/aws-clients.ts';
import { billOf } from '../lib/adapters/bill/bill-of.ts';
import { filesOf } from '../lib/adapters/finance/files.ts';
import { financeMail } from '../lib/adapters/finance/finance-mail.ts';
import { linkKey } from '../lib/adapters/finance/link-key.ts';
import { publishMail } from '../lib/adapters/finance/publish-mail.ts';
import { reportBucket } from '../lib/adapters/finance/report-bucket.ts';
import { readOnlyLedger } from '../lib/adapters/ledger-read-only.ts';
import { reportsPrefix } from '../lib/adapters/run-documents.ts';
import { financeInSlack } from '../lib/adapters/slack/finance-delivery.ts';
import { type ReportLinks, reportDate, reportFileNames, reportToken } from '../lib/core/report-files.ts';
import {
  deliverFinance,
  deliverWaiting,
  type FinanceDelivered,
  type FinanceOutlets,
} from '../lib/use-cases/deliver-finance.ts';
import { financeReport } from '../lib/use-cases/finance-report.ts';
import type { Ports } from '../lib/use-cases/ports.ts';
import { connectHub, type Hub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { ownClients } from './slack.ts';
import { type WeeklyReportEnv, weeklyReportEnv, weeklyReportEvent } from './weekly-report.contract.ts';

/**
 * Makes the report of a week, keeps its files and tells people; for the same day once, however often it is called. Or
 * tells the one that waits, if there is one.
 */
export async function reportWeek(
  { scheduledTime, waiting }: z.infer<typeof weeklyReportEvent>,
  { env }: Checked<WeeklyReportEnv>,
): Promise<FinanceDelivered | { waiting: false }> {
  const at = scheduledTime === undefined ? Date.now() : Date.parse(scheduledTime);
  const hub = connectHub(env, { run: `report-${reportDate(at, 'UTC')}`, ahead: 0 });
  const outlets = outletsOf(hub, env);
  const delivered = waiting
    ? await deliverWaiting(hub.ports, outlets)
    : await deliverFinance(hub.ports, outlets, reportDate(at, hub.policy.expiry.timeZone));
  if (delivered === undefined) return { waiting: false };
  for (const problem of delivered.problems) logger.warn(problem);
  logger.info(delivered.told.length === 0 ? 'there was nothing to tell' : 'told', { ...delivered });
  return delivered;
}

function outletsOf({ policy, ports, slack }: Hub, env: WeeklyReportEnv): FinanceOutlets {
  const { slack: inSlack, report } = policy;
  const { RUN_BUCKET, REPORT_URL } = env;
  const { topic } = report;
  const own = ownClients();
  const bucket = reportBucket({ bucket: RUN_BUCKET, source: own });
  return {
    gather: () => financeReport(looking(ports), policy, billOf(policy, ports.clock)),
    render: filesOf,
    keep: bucket.keep,
    ...(REPORT_URL !== undefined && {
      links: async (date) => linksTo(REPORT_URL, await linkKey(own).readOrMake(), date),
    }),
    ...(inSlack && { slack: financeInSlack(slack.client, { ...policy, slack: inSlack }) }),
    ...(topic !== undefined && {
      mail: (finance, links, date) =>
        publishMail(
          clientsIn(topicRegion(topic)),
          topic,
          financeMail(finance, links, `s3://${RUN_BUCKET}/${reportsPrefix}${date}/`),
        ),
    }),
  };
}

/** Where there is no sweep of today it makes a plan of its own, which nobody carries out. */
function looking(ports: Ports): Ports {
  return {
    ...ports,
    ledger: readOnlyLedger(ports.ledger),
    runStore: { ...ports.runStore, savePlan: async () => undefined },
  };
}

function linksTo(base: string, key: string, date: string): ReportLinks {
  return Object.fromEntries(
    reportFileNames.map((name) => [name, `${base}/${date}/${name}?token=${reportToken(key, date, name)}`]),
  );
}

function topicRegion(topic: string): string {
  return topic.split(':')[3] || (process.env['AWS_REGION'] ?? 'us-east-1');
}

function clientsIn(region: string): ReturnType<typeof clientSource> {
  return clientSource({ region, retryStrategy: retryStrategyForShard() });
}

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(parse(weeklyReportEvent, weeklyReportEnv))
  .handler(reportWeek);
