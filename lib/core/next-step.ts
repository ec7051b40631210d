import type { Words } from './answer.ts';
import type { Decision } from './decide.ts';
import type { Policy } from './policy.ts';
import { reasons } from './reasons.ts';

/** What happens next to a resource that was decided on, if nobody does anything. */
export function nextStep({ reason, expiresAt }: Decision, { expiry }: Pick<Policy, 'expiry'>): Words {
  switch (reason) {
    case 'not-due': {
      const lead = Math.max(0, ...expiry.warnings);
      return expiresAt === undefined ? ['nothing'] : ['its owner is warned from ', { at: expiresAt - lead }];
    }
    case 'expiring':
      return ['it goes when it expires'];
    case 'expired':
    case 'let-go':
      return ['the next sweep removes it'];
    case 'expired-unwarned':
      return ['its owner is warned, then it goes'];
    case 'warned-recently':
      return ['it goes once the warning lead has passed'];
    case 'outside-window':
      return ['it goes in the hours that the policy names'];
    default:
      return [`none: ${reasons[reason].sentence}`];
  }
}
