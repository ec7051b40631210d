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

/** What happens next to a resource that was decided on, if nobody does anything; `undefined`: it is kept. */
export function nextStep({ reason, expiresAt }: Decision, { expiry }: Pick<Policy, 'expiry'>): Words | undefined {
  if (reason === 'not-due' && expiresAt !== undefined) {
    return ['its owner is warned from ', { at: expiresAt - Math.max(0, ...expiry.warnings) }];
  }
  const step = steps[reason];
  return step === undefined ? undefined : [step];
}

/** When it expires and what happens next, or why it is kept. */
export function fateInWords(decision: Decision, policy: Pick<Policy, 'expiry'>): Words {
  const { reason, action, expiresAt } = decision;
  const sentence = reasons[reason].sentence.replace(/\.$/, '');
  const why = `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
  const next = nextStep(decision, policy) ?? [action === 'keep' || action === 'hold' ? `kept: ${why}` : why];
  return expiresAt === undefined ? next : ['expires ', { at: expiresAt }, '; ', ...next];
}
