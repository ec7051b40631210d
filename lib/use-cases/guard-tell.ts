import type { GuardDecision } from '../core/guard.ts';
import { type GuardMemory, scopeIn } from '../core/guard-memory.ts';
import type { GuardDeed, GuardMessage, GuardOffer } from '../core/guard-message.ts';
import type { GuardReason } from '../core/guard-reasons.ts';
import type { Shard } from '../core/resource.ts';
import type { GuardedAccount, GuardPolicy, Looked } from './guard-look.ts';
import { planStage } from './guard-plan.ts';
import type { StageDone } from './guard-stage.ts';
import type { Account, Ports } from './ports.ts';
import type { Delivery } from './ports-people.ts';

/** What is to be told of an account or an environment. */
export interface Telling {
  account: Account;
  environment?: string;
  /** As the ledger has it now. */
  memory: GuardMemory;
  reason: GuardReason;
  decision?: GuardDecision;
  deed?: GuardDeed;
  offers?: GuardOffer;
  by?: string;
  problems: readonly string[];
}

/** The message, with all that is known of what burns there. */
export function messageOf({ clock }: Pick<Ports, 'clock'>, telling: Telling): GuardMessage {
  const { account, environment, memory, reason, decision, deed, offers, by, problems } = telling;
  const { look, burn } = decision ?? {};
  return {
    account: account.id,
    ...(account.name !== undefined && { accountName: account.name }),
    ...(environment !== undefined && { environment }),
    at: clock.now(),
    stage: scopeIn(memory, environment).stage,
    reason,
    ...(burn && { burn }),
    ...(look?.usual && { usual: look.usual }),
    ...(look && { projection: look.projection }),
    passed: decision?.passed ?? [],
    ...(deed && { did: deed }),
    ...(offers && { offers }),
    mayRelease: Object.keys(memory.parts).length > 0,
    ...(by !== undefined && { by }),
    problems,
  };
}

/** What the next stage would do, and what of it can't be undone, read just now. */
async function offerOf(
  ports: Pick<Ports, 'clock' | 'cloud' | 'controlPolicies'>,
  policy: GuardPolicy,
  { account, environment, offers }: Pick<GuardDecision, 'account' | 'environment' | 'offers'>,
  memory: GuardMemory,
  shards: readonly Shard[],
): Promise<{ offers?: GuardOffer; problems: string[] }> {
  if (offers === undefined) return { problems: [] };
  const planning = {
    account,
    stage: offers.stage,
    shards,
    isOffer: true as const,
    ...(environment !== undefined && { environment }),
  };
  try {
    const { plan, problems, isRead } = await planStage(ports, policy, planning, memory);
    return { offers: { ...offers, ...(isRead && { ahead: plan }) }, problems };
  } catch (error) {
    return { offers, problems: [`what a ${offers.stage} would do is not known: ${(error as Error).message}`] };
  }
}

/**
 * What is to be told of a decision: with what was done for it, and with what the next stage would do where there is one
 * to offer. Throws where the ledger can't be read.
 */
export async function tellingOf(
  ports: Ports,
  policy: GuardPolicy,
  { guarded, looked, decision, done }: Decided,
): Promise<Telling> {
  const { account, shards } = guarded;
  const { environment, reason } = decision;
  const memory = done === undefined ? looked.memory : await ports.ledger.guardMemory(account.id);
  const { offers, problems } = await offerOf(ports, policy, offered(policy, decision, done), memory, shards);
  return {
    account,
    ...(environment !== undefined && { environment }),
    memory,
    reason,
    decision,
    ...(done && { deed: done.deed }),
    ...(offers && { offers }),
    problems: [...(done?.problems ?? []), ...problems, ...looked.at.unread],
  };
}

/** A decision, the look that it is of, and what was done for it, if anything was. */
interface Decided {
  guarded: GuardedAccount;
  looked: Looked;
  decision: GuardDecision;
  done: StageDone | undefined;
}

/** After a freeze, the next thing that a person may decide is the stop. */
function offered({ guard }: GuardPolicy, decision: GuardDecision, done: StageDone | undefined): GuardDecision {
  if (done?.deed.kind !== 'freeze' || !done.deed.isFinished || decision.passed.length === 0) {
    return done === undefined ? decision : withoutOffer(decision);
  }
  const because = guard.allow === 'stop' ? 'second-look-awaited' : 'approval-awaited';
  return { ...decision, offers: { stage: 'stop', because } };
}

/** What was offered has just been done. */
function withoutOffer(decision: GuardDecision): GuardDecision {
  const { offers: _, ...rest } = decision;
  return rest;
}

/** Tells it, and writes down that it was told where it has arrived. Gives what went wrong, in words; never throws. */
export async function tellGuard(
  { messenger, ledger, clock }: Pick<Ports, 'messenger' | 'ledger' | 'clock'>,
  message: GuardMessage,
): Promise<string[]> {
  const { account, environment } = message;
  const where = environment === undefined ? `account ${account}` : `environment ${environment} of account ${account}`;
  const delivery = await messenger
    .guard(message)
    .catch(({ message: why }: Error): Delivery => ({ kind: 'failed', why }));
  if (delivery.kind === 'nowhere') return [];
  if (delivery.kind === 'failed') return [`what the guard says of ${where} was not delivered: ${delivery.why}`];
  try {
    const told = { kind: 'guard-told', ...(environment !== undefined && { environment }) } as const;
    await ledger.recordGuard(account, [told], clock.now());
    return [];
  } catch (error) {
    return [`that ${where} was told can't be written, so it is told again: ${(error as Error).message}`];
  }
}
