import { guardMessage } from '../../lib/adapters/slack/guard-message.ts';
import { reportMessage } from '../../lib/adapters/slack/report-message.ts';
import { warningMessage } from '../../lib/adapters/slack/warning-message.ts';
import type { Notice, NoticeItem } from '../../lib/core/notice.ts';
import { policySchema } from '../../lib/core/policy.ts';
import type { ReportItem, SweepReport } from '../../lib/core/sweep-report.ts';
import { day, hour } from '../../lib/core/time.ts';
import type { Json } from '../local-slack/conversation.ts';
import { conversationPage, elementOf } from '../local-slack/page.ts';
import { stillScene } from '../local-slack/still-scene.ts';
import { runaway } from './guard-scene.ts';

/** A page, and what of it a picture shows. */
export interface PictureScene {
  /** From the top of the repository. */
  file: string;
  page: string;
  element: string;
}

const now = Date.parse('2026-11-25T09:00:00Z');

const policy = policySchema.parse({
  version: 1,
  accounts: [{ id: '222222222222' }],
  regions: ['eu-west-1'],
  slack: { team: 'T0EXAMPLE', channel: '#cloud-costs' },
});

/** What the pages about Slack show, always of the same day. */
export function pictureScenes(): PictureScene[] {
  return [
    { file: 'docs/pictures/slack-warning.png', ...shown('chloe', warningMessage(warning(), policy)) },
    { file: 'docs/pictures/slack-report.png', ...shown('#cloud-costs', reportMessage(report(), 'Europe/Berlin')) },
    { file: 'docs/pictures/slack-guard.png', ...shown('#cloud-costs', guardMessage(runaway(now), 'Europe/Berlin')) },
  ];
}

function shown(to: string, { text, blocks }: { text: string; blocks: readonly object[] }) {
  const scene = stillScene();
  const message = scene.post(to, now, { text, blocks: blocks as readonly Json[] });
  return { page: conversationPage(scene, now), element: elementOf(message) };
}

const place = { account: '222222222222', region: 'eu-west-1' };

function warning(): Notice {
  const item = (type: string, arn: string, more: Partial<NoticeItem>): NoticeItem => ({
    ...{ ...place, type, arn: `arn:aws:${arn}`, owner: 'chloe', environment: 'pr-102' },
    ...{ reason: 'expiring', expiresAt: now + 20 * hour },
    ...more,
  });
  return {
    ...{ id: 'notice-1', kind: 'warning', at: now, owner: 'chloe', environment: 'pr-102', account: place.account },
    items: [
      item('ec2:instance', `ec2:eu-west-1:${place.account}:instance/i-0a1b2c3d4e5f60718`, { name: 'pr-102-web' }),
      item('rds:db', `rds:eu-west-1:${place.account}:db:pr-102-orders`, { managedBy: 'Terraform' }),
      item('sqs:queue', `sqs:eu-west-1:${place.account}:pr-102-jobs`, {
        state: { kind: 'extended', to: now + 3 * day, by: 'ben (U0BEN) in Slack' },
      }),
    ],
  };
}

function report(): SweepReport {
  const item = (type: string, arn: string, more: Partial<ReportItem> = {}): ReportItem => ({
    ...{ ...place, type, arn: `arn:aws:${arn}`, environment: 'pr-101' },
    ...more,
  });
  const at = (service: string, name: string) => `${service}:eu-west-1:${place.account}:${name}`;
  return {
    ...{ run: 'run-20261125T090000-a1b2c3', at: now, tracked: 116, held: [], largest: [], observed: [], waiting: [] },
    removed: [
      item('ec2:instance', at('ec2', 'instance/i-0f1e2d3c4b5a69788'), { name: 'pr-101-web' }),
      item('rds:db', at('rds', 'db:pr-101-orders'), { detail: 'final snapshot mayfly-pr-101-orders-e6cf1213' }),
      item('sqs:queue', at('sqs', 'pr-101-jobs')),
    ],
    blocked: [
      item('ec2:security-group', at('ec2', 'security-group/sg-0123456789abcdef0'), {
        ...{ name: 'staging-web', environment: 'staging' },
        detail: 'Something that is not due uses it: i-0aa11bb22cc33dd44',
      }),
    ],
    unreadable: [
      item('lambda:function', at('lambda', 'function:resizer'), {
        environment: 'load-test',
        detail: 'expires-at=1y: months and years differ in length: write days or weeks',
      }),
    ],
    unread: [{ account: '333333333333', region: 'us-east-1', error: 'mayfly-read can not be assumed there' }],
    heartbeat: { since: now - day, sweeps: 24, dueSoon: 5 },
  };
}
