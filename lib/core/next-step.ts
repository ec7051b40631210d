import type { Words } from './answer.ts';
import type { Decision } from './decide.ts';
import type { Policy } from './policy.ts';
import { type Reason, reasons } from './reasons.ts';
import type { Memory } from './resource.ts';
import type { Instant } from './time.ts';
import { goesFrom, ownReceipts, unwarnedLead } from './warning-lead.ts';

/** What the ledger knows now of what was decided on, perhaps a while ago. */
export interface Known {
  memory: Pick<Memory, 'receipts' | 'sighting' | 'identity'>;
  now: Instant;
}

const steps: Partial<Record<Reason, string>> = {
  expired: 'the next sweep removes it',
  'let-go': 'the next sweep removes it',
  'outside-window': 'it goes in the hours that the policy names',
  // Where the ledger was not asked about its receipts.
  'warned-recently': 'it goes once the warning lead has passed',
};

const timed: readonly Reason[] = ['not-due', 'expiring', 'expired-unwarned', 'warned-recently'];

type Expiry = Pick<Policy, 'expiry'>;

/** What happens next to a resource that was decided on, if nobody does anything; `undefined`: it is kept. */
export function nextStep({ reason, expiresAt }: Decision, { expiry }: Expiry, known: Known): Words | undefined {
  const isTimed = timed.includes(reason) && expiresAt !== undefined;
  const step = (isTimed ? stepInTime(expiresAt, expiry, known) : undefined) ?? steps[reason];
  if (step !== undefined) return typeof step === 'string' ? [step] : step;
  return isTimed ? ['its owner is warned, then it goes'] : undefined;
}

/** `undefined`: its owner is to be warned first, as far as is known. */
function stepInTime(expiresAt: Instant, expiry: Policy['expiry'], { memory, now }: Known): Words | undefined {
  const receipts = ownReceipts(memory.receipts, memory.identity);
  const { needsFullLead: fullLead = false, firstSeenAt: seenAt = now } = memory.sighting ?? {};
  const toldAt = receipts.filter((one) => one.expiresAt === expiresAt).map(({ at }) => at);
  const told: Words = toldAt.length === 0 ? [] : ['its owner was warned ', { at: Math.max(...toldAt) }];
  const from = goesFrom(expiresAt, { receipts, fullLead, seenAt }, expiry);
  if (unwarnedLead(expiresAt, receipts, expiry, now) === undefined) {
    // Where no receipt counts there is one more warning, when it expires.
    const leads = from === undefined ? [...expiry.warnings, 0] : expiry.warnings;
    const warns = leads.map((lead) => expiresAt - lead).filter((at) => at > now);
    const at = Math.min(...warns);
    if (warns.length > 0) return told.length === 0 ? ['its owner is warned from ', { at }] : [...told, again, { at }];
  }
  if (from === undefined) return undefined;
  return [...told, ...(told.length === 0 ? [] : ['; ']), ...goes(from, expiresAt, now)];
}

const again = ', and is again from ';

function goes(from: Instant, expiresAt: Instant, now: Instant): Words {
  if (from <= now) return ['the next sweep removes it'];
  return from === expiresAt ? ['it goes when it expires'] : ['it goes from ', { at: from }];
}

/** When it expires and what happens next, or why it is kept. */
export function fateInWords(decision: Decision, policy: Expiry, known: Known): Words {
  const { reason, action, expiresAt } = decision;
  const sentence = reasons[reason].sentence.replace(/\.$/, '');
  const why = `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
  const next = nextStep(decision, policy, known) ?? [action === 'keep' || action === 'hold' ? `kept: ${why}` : why];
  return expiresAt === undefined ? next : ['expires ', { at: expiresAt }, '; ', ...next];
}
