import type { Words } from './answer.ts';
import type { Decision } from './decide.ts';
import type { Policy } from './policy.ts';
import { type Reason, reasons } from './reasons.ts';
import type { Memory } from './resource.ts';
import type { Instant } from './time.ts';
import { goesFrom, ownReceipts, unwarnedLead } from './warning-lead.ts';

/** What is known now of what was decided on, perhaps a while ago. */
export interface Known {
  memory: Pick<Memory, 'receipts' | 'sighting' | 'identity'>;
  now: Instant;
  /** Its account is only observed: all of it would happen, and nothing does. */
  observed?: boolean;
}

const enforced = {
  removed: 'the next sweep removes it',
  inWindow: 'it goes in the hours that the policy names',
  afterLead: 'it goes once the warning lead has passed',
  warned: 'its owner is warned, then it goes',
  warnedFrom: 'its owner is warned from ',
  again: ', and is again from ',
  onTime: 'it goes when it expires',
  from: 'it goes from ',
};

type Phrases = typeof enforced;

const observed: Phrases = {
  removed: 'the next sweep would remove it',
  inWindow: 'it would go in the hours that the policy names',
  afterLead: 'it would go once the warning lead has passed',
  warned: 'its owner would be warned, then it would go',
  warnedFrom: 'its owner would be warned from ',
  again: ', and would be again from ',
  onTime: 'it would go when it expires',
  from: 'it would go from ',
};

/** Stands after what would happen: readers ask why it does not. */
export const onlyObserved = ' (its account is only observed)';

const steps: Partial<Record<Reason, keyof Phrases>> = {
  expired: 'removed',
  'let-go': 'removed',
  'outside-window': 'inWindow',
  // Where the ledger was not asked about its receipts.
  'warned-recently': 'afterLead',
};

const timed: readonly Reason[] = ['not-due', 'expiring', 'expired-unwarned', 'warned-recently'];

type Expiry = Pick<Policy, 'expiry'>;

/** What happens next to a resource that was decided on, if nobody does anything; `undefined`: it is kept. */
export function nextStep({ reason, expiresAt }: Decision, { expiry }: Expiry, known: Known): Words | undefined {
  const phrases = known.observed ? observed : enforced;
  // In an observed account the reason does not say which step is not done: its expiry and the receipts do.
  const isTimed =
    expiresAt !== undefined && (timed.includes(reason) || (known.observed === true && reason === 'account-observed'));
  const step = steps[reason];
  const said =
    (isTimed ? stepInTime(expiresAt, expiry, known, phrases) : undefined) ??
    (step === undefined ? undefined : [phrases[step]]) ??
    (isTimed ? [phrases.warned] : undefined);
  return said === undefined || !known.observed ? said : [...said, onlyObserved];
}

/** `undefined`: its owner is to be warned first, as far as is known. */
function stepInTime(
  expiresAt: Instant,
  expiry: Policy['expiry'],
  { memory, now }: Known,
  phrases: Phrases,
): Words | undefined {
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
    if (warns.length > 0) return told.length === 0 ? [phrases.warnedFrom, { at }] : [...told, phrases.again, { at }];
  }
  if (from === undefined) return undefined;
  return [...told, ...(told.length === 0 ? [] : ['; ']), ...goes(from, expiresAt, now, phrases)];
}

function goes(from: Instant, expiresAt: Instant, now: Instant, phrases: Phrases): Words {
  if (from <= now) return [phrases.removed];
  return from === expiresAt ? [phrases.onTime] : [phrases.from, { at: from }];
}

/** When it expires and what happens next, or why it is kept. */
export function fateInWords(decision: Decision, policy: Expiry, known: Known): Words {
  const { reason, action, expiresAt } = decision;
  const sentence = reasons[reason].sentence.replace(/\.$/, '');
  const why = `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
  const next = nextStep(decision, policy, known) ?? [action === 'keep' || action === 'hold' ? `kept: ${why}` : why];
  return expiresAt === undefined ? next : ['expires ', { at: expiresAt }, '; ', ...next];
}
