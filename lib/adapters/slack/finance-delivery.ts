import type { WebClient } from '@slack/web-api';
import type { FinanceReport } from '../../core/finance-report.ts';
import type { MessageRef } from '../../core/notice.ts';
import type { Policy } from '../../core/policy.ts';
import type { ReportFile, ReportLinks } from '../../core/report-files.ts';
import type { Delivery } from '../../use-cases/ports-people.ts';
import { idleInWords } from '../finance/finance-words.ts';
import { financeMessage } from './finance-message.ts';
import { attach, toChannel } from './posting.ts';
import { slackProblem } from './slack-problem.ts';

type Connect = () => Promise<Pick<WebClient, 'chat' | 'filesUploadV2'>>;

/** How the weekly report gets into Slack. Neither throws: what was not delivered is told. */
export interface FinanceInSlack {
  /** The message; to the fallback channel where the report's channel takes nothing. */
  post: (report: FinanceReport, links: ReportLinks) => Promise<Delivery>;
  /** The files, into the thread of the message. */
  attach: (message: MessageRef, report: FinanceReport, files: readonly ReportFile[]) => Promise<void>;
}

/** To the channel of the report block, or else to that of all reports. */
export function financeInSlack(
  connect: Connect,
  { slack, report: { channel } }: { slack: NonNullable<Policy['slack']>; report: Policy['report'] },
): FinanceInSlack {
  const channels = [channel ?? slack.channel, slack.fallbackChannel].filter((one) => one !== undefined);
  return {
    async post(report, links) {
      try {
        return await toChannel(await connect(), [...new Set(channels)], financeMessage(report, links));
      } catch (error) {
        return { kind: 'failed', why: slackProblem(error) };
      }
    },
    async attach(message, report, files) {
      const shows = `Twelve weeks of idle and saved costs; now idle: ${idleInWords(report.idleTotal)}`;
      const attached = files.map((file) => ({ ...file, ...(file.name.endsWith('.png') && { shows }) }));
      // Without a connection nothing can be said there either; the message has links to the same files.
      await connect().then(
        (client) => attach(client, message, attached),
        () => undefined,
      );
    },
  };
}
