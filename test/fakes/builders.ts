import type { Rules } from '../../lib/core/decide.ts';
import type { PlannedDecision } from '../../lib/core/plan.ts';
import { type Policy, policySchema } from '../../lib/core/policy.ts';
import { actionOf, type Reason } from '../../lib/core/reasons.ts';
import { type Memory, nothingKnown, type Receipt, type Resource } from '../../lib/core/resource.ts';
import type { Instant } from '../../lib/core/time.ts';

/** `2026-11-23T12:00Z` as an instant; throws on a typing error in a test. */
export function at(text: string): Instant {
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) throw new Error(`not an instant: ${text}`);
  return instant;
}

/** A queue with no tags, of which nothing is remembered. */
export function aResource(overrides: Partial<Resource> = {}): Resource {
  return {
    arn: 'arn:aws:sqs:eu-west-1:222222222222:orders',
    type: 'sqs:queue',
    account: '222222222222',
    region: 'eu-west-1',
    tags: {},
    memory: nothingKnown,
    ...overrides,
  };
}

/** As the policy file would say it: one account, all types, the defaults for everything else. */
export function aPolicy(overrides: Record<string, unknown> = {}): Policy {
  return policySchema.parse({
    version: 1,
    accounts: [{ id: '222222222222' }],
    regions: ['eu-west-1'],
    types: 'all',
    ...overrides,
  });
}

export function someRules(overrides: Partial<Rules> = {}): Rules {
  return { policy: aPolicy(), accountMode: 'enforce', dryRun: false, paused: false, ...overrides };
}

export function aMemory(overrides: Partial<Memory> = {}): Memory {
  return { ...nothingKnown, ...overrides };
}

export function aReceipt(expiresAt: string, deliveredAt: string, identity?: string): Receipt {
  return { expiresAt: at(expiresAt), at: at(deliveredAt), ...(identity !== undefined && { identity }) };
}

/** A decision about one of many queues, numbered so that each has its own ARN. */
export function aDecision(number: number, reason: Reason, overrides: Partial<PlannedDecision> = {}): PlannedDecision {
  const account = overrides.account ?? '222222222222';
  return {
    arn: `arn:aws:sqs:eu-west-1:${account}:queue-${number}`,
    type: 'sqs:queue',
    account,
    region: 'eu-west-1',
    action: actionOf(reason),
    reason,
    decidedOn: {},
    ...overrides,
  };
}
