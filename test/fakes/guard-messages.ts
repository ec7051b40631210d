import type { Cause } from '../../lib/core/guard-burn.ts';
import type { GuardDeed, GuardMessage } from '../../lib/core/guard-message.ts';
import type { Part } from '../../lib/core/guard-parts.ts';
import { at } from './builders.ts';

const account = '222222222222';
const region = 'eu-west-1';

export const scpPart: Part = { kind: 'scp', account, policy: 'mayfly-freeze', stage: 'freeze' };

export function groupPart(name: string, stage: 'freeze' | 'stop' = 'freeze'): Part {
  const arn = `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:0a1b:autoScalingGroupName/${name}`;
  const zero = stage === 'stop' ? { zero: true as const } : { cap: 4 };
  return { kind: 'group', arn, region, before: { min: 1, desired: 4, max: 20 }, stage, ...zero };
}

export function serverArn(id: string): string {
  return `arn:aws:ec2:${region}:${account}:instance/${id}`;
}

export function serverPart(id: string): Part {
  return { kind: 'server', arn: serverArn(id), type: 'ec2:instance', region, stage: 'stop' };
}

export function databasePart(name: string): Part {
  const arn = `arn:aws:rds:${region}:${account}:db:${name}`;
  return { kind: 'database', arn, type: 'rds:db', region, stage: 'stop' };
}

export function aCause(about: Partial<Cause> = {}): Cause {
  return {
    ...{ type: 'ec2:instance', region, count: 40, usdPerHour: 9.6, largestUsdPerHour: 0.24 },
    largest: serverArn('i-1'),
    ...about,
  };
}

export function aDeed(kind: GuardDeed['kind'], about: Partial<GuardDeed> = {}): GuardDeed {
  return { kind, isFinished: true, parts: [], refused: [], left: [], lacks: [], losses: [], differs: [], ...about };
}

/** An account that burns $12.30 an hour, where $5 are allowed. */
export function aGuardMessage(about: Partial<GuardMessage> = {}): GuardMessage {
  return {
    account,
    accountName: 'shop',
    at: at('2026-11-23T12:00Z'),
    stage: 'tell',
    reason: 'over-limits',
    burn: { account, usdPerHour: 12.3, known: 60, unknown: 0, causes: [aCause()] },
    usual: { least: 1.9, most: 2.2 },
    projection: { usd: 5400, measuredUsd: 900, spentUsd: 950, measuredHours: 500, unmeasuredHours: 20, from: 'week' },
    passed: [{ trigger: 'burnPerHour', value: 12.3, limit: 5 }],
    mayRelease: false,
    problems: [],
    ...about,
  };
}
