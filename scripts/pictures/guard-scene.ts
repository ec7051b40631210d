import type { GuardMessage } from '../../lib/core/guard-message.ts';
import type { Part } from '../../lib/core/guard-parts.ts';
import type { Instant } from '../../lib/core/time.ts';

const account = '222222222222';
const region = 'eu-west-1';
const at = (service: string, name: string) => `arn:aws:${service}:${region}:${account}:${name}`;
const group = (name: string) => at('autoscaling', `autoScalingGroup:7c1d:autoScalingGroupName/${name}`);
const server = (id: string) => at('ec2', `instance/${id}`);

/** A deployment that went wrong: forty servers where there are two. */
export function runaway(now: Instant): GuardMessage {
  const capped = (name: string): Part => ({
    ...{ kind: 'group', arn: group(name), region, stage: 'freeze', cap: 40 },
    before: { min: 2, desired: 40, max: 200 },
  });
  const zero: Part = { ...capped('load-test'), stage: 'stop', zero: true } as Part;
  const database = at('rds', 'db:load-test-orders');
  return {
    ...{ account, accountName: 'staging', at: now, stage: 'freeze', reason: 'freeze-due', mayRelease: true },
    burn: {
      ...{ account, usdPerHour: 14.36, known: 71, unknown: 0 },
      causes: [
        {
          ...{ type: 'ec2:instance', region, environment: 'load-test', owner: 'ben', count: 40, usdPerHour: 12.8 },
          ...{ largest: server('i-0a1b2c3d4e5f60718'), largestUsdPerHour: 0.32 },
        },
        {
          ...{ type: 'rds:db', region, environment: 'load-test', owner: 'ben', count: 1, usdPerHour: 0.91 },
          ...{ largest: database, largestUsdPerHour: 0.91 },
        },
      ],
    },
    usual: { least: 1.42, most: 1.9 },
    projection: { usd: 2150, measuredUsd: 1010, spentUsd: 1010, measuredHours: 576, unmeasuredHours: 0, from: 'week' },
    passed: [{ trigger: 'budget', value: 2150, limit: 1500 }],
    did: {
      ...{ kind: 'freeze', isFinished: true, refused: [], lacks: [], losses: [], differs: [] },
      parts: [{ kind: 'scp', account, policy: 'mayfly-freeze', stage: 'freeze' }, capped('load-test')],
      left: [],
    },
    offers: {
      ...{ stage: 'stop', because: 'approval-awaited' },
      ahead: {
        parts: [zero],
        left: [],
        lacks: [],
        losses: [{ arn: group('load-test'), what: 'its instances are terminated, and new ones are made by a release' }],
      },
    },
    problems: [],
  };
}
