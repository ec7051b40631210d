import type { Words } from './answer.ts';
import type { Decision } from './decide.ts';
import type { Policy } from './policy.ts';
import { type Reason, reasons } from './reasons.ts';

const steps: Partial<Record<Reason, string>> = {
  expiring: 'it goes when it expires',
  expired: 'the next sweep removes it',
  'let-go': 'the next sweep removes it',
  'expired-unwarned': 'its owner is warned, then it goes',
  'warned-recently': 'it goes once the warning lead has passed',
  'outside-window': 'it goes in the hours that the policy names',
};

/** What happens next to a resource that was decided on, if nobody does anything. */
export function nextStep({ reason, expiresAt }: Decision, { expiry }: Pick<Policy, 'expiry'>): Words {
  if (reason === 'not-due' && expiresAt !== undefined) {
    return ['its owner is warned from ', { at: expiresAt - Math.max(0, ...expiry.warnings) }];
  }
  return [steps[reason] ?? `none: ${reasons[reason].sentence}`];
}
