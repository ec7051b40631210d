import { type Decision, decide } from '../core/decide.ts';
import { readExpiryTags } from '../core/expiry.ts';
import { type Event, remember } from '../core/history.ts';
import type { Policy } from '../core/policy.ts';
import { reasons } from '../core/reasons.ts';
import { valuesOf } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import { type Found, type FoundTarget, findTargets } from './find-targets.ts';
import type { Ports } from './ports.ts';
import { isIdleServer } from './postpone.ts';

export interface LetGoRequest {
  policy: Policy;
  name: string;
  account?: string;
  who: string;
}

export interface LetGoProposal {
  targets: FoundTarget[];
  arns: string[];
  refused: { arn: string; why: string }[];
  /** Accounts of these that are only observed: the order stands, and nothing goes there until they are enforced. */
  observed: string[];
  /** Gives the order: the next sweep removes them. */
  confirm: () => Promise<void>;
}

/** An order that no sweep would ever carry out is refused instead of accepted and forgotten. */
function comesWithTime({ action, reason }: Decision): boolean {
  return action === 'remove' || reason === 'outside-window' || reason === 'quarantined';
}

/** Proposes what a name means, so that a person sees the list before giving the order. Nothing is written yet. */
export async function letGo(ports: Ports, { policy, name, account, who }: LetGoRequest): Promise<LetGoProposal> {
  return letGoTargets(ports, { policy, who }, await findTargets(ports, policy, name, account));
}

/** The same for what was found already. */
export function letGoTargets(
  ports: Ports,
  { policy, who }: Pick<LetGoRequest, 'policy' | 'who'>,
  { targets, missing }: Found,
): LetGoProposal {
  const now = ports.clock.now();
  const judged = targets.map((target) => {
    const memory = remember(target.resource.memory, orderFor(target, policy, who, now));
    const rules = { policy, accountMode: 'enforce', dryRun: true, paused: false } as const;
    return { target, decision: decide({ ...target.resource, memory }, rules, now) };
  });
  const may = judged.filter(({ decision }) => comesWithTime(decision)).map(({ target }) => target);
  const refused = judged.filter(({ decision }) => !comesWithTime(decision));
  return {
    targets: may,
    arns: may.map(({ resource }) => resource.arn),
    observed: [...new Set(may.filter(({ mode }) => mode === 'observe').map(({ shard }) => shard.account))],
    refused: [
      ...refused.map(({ target, decision }) => ({ arn: target.resource.arn, why: whyNot(target, decision, policy) })),
      ...missing.map(({ arn, why }) => ({ arn, why })),
    ],
    confirm: () => ports.ledger.record(may.map((target) => orderFor(target, policy, who, ports.clock.now()))),
  };
}

function whyNot(target: FoundTarget, { reason }: Decision, policy: Policy): string {
  const isIdle = reason === 'no-expiry' && isIdleServer(target, policy);
  return isIdle
    ? 'It carries no expiry tag, so it can not be let go: an idle server is copied and stopped when its date comes.'
    : reasons[reason].sentence;
}

function orderFor({ resource, present }: FoundTarget, { expiry }: Policy, by: string, at: Instant): Event {
  const { identity, createdAt } = present;
  const values = valuesOf(readExpiryTags(present.tags, expiry.tags, expiry.timeZone));
  const known = { identity, ...(createdAt !== undefined && { createdAt }) };
  return { arn: resource.arn, at, kind: 'let-go', by, values, ...known };
}
