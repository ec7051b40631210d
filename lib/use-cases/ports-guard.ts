import type { GuardEvent, GuardMemory } from '../core/guard-memory.ts';
import type { FreezePolicy } from '../core/guard-steps.ts';
import type { BurnMemory } from '../core/guard-usual.ts';
import type { Instant } from '../core/time.ts';

/** What is usual in an account, by `scopeKey`, and the run that saw it last. */
export interface GuardSeen {
  scopes: Readonly<Record<string, BurnMemory>>;
  run?: string;
}

/** The part of the ledger that is about the guard. An account that it knows nothing of is `nothingGuarded`. */
export interface GuardLedger {
  guardMemory(account: string): Promise<GuardMemory>;
  /**
   * Appends events of one account and gives the memory after them. Who writes at the same time comes before or after
   * all of them. All of it is written or nothing; throws where the ledger does not say which.
   */
  recordGuard(account: string, events: readonly GuardEvent[], at: Instant): Promise<GuardMemory>;
  /** In the order in which they were written. */
  guardHistory(account: string): Promise<{ at: Instant; event: GuardEvent }[]>;
  /** The accounts that events were ever written of, in the order of their ids. */
  guardedAccounts(): Promise<string[]>;
  guardSeen(account: string): Promise<GuardSeen>;
  /** In place of what was kept before. */
  keepGuardSeen(account: string, seen: GuardSeen): Promise<void>;
}

/** Service control policies of the organization, as far as a freeze uses them. By the hub's own credentials. */
export interface ControlPolicies {
  /**
   * How the freeze policy of this name stands to an account. With `makes` it is made where it is missing, and brought
   * up to date where it is Mayfly's own and says something else; without, nothing is changed, and its name stands for
   * the id that it does not have yet. Never throws: what can't be asked is `not-allowed`, with the reason.
   */
  look(name: string, account: string, about: { makes: boolean }): Promise<FreezePolicy & { why?: string }>;
  /** By the id that `look` gave when it made it. Throws, in words, what AWS refuses; attached already is no refusal. */
  attach(policy: string, account: string): Promise<void>;
  /** The same the other way; what is not attached, or not there any more, is detached. */
  detach(policy: string, account: string): Promise<void>;
  /** Throws where it can't be asked. `gone`: the account has left; a policy that is not there any more is detached. */
  attachment(policy: string, account: string): Promise<'attached' | 'detached' | 'gone'>;
  /** What a freeze by the policy of this name would find. Changes nothing; throws, in words, why there can be none. */
  mayFreeze(name: string): Promise<FreezeOutlook>;
}

/** What a freeze would find. */
export interface FreezeOutlook {
  /** The management account of the organization, which no service control policy binds. */
  management: string;
  /** `outdated`: it is Mayfly's, and is brought up to date with the next freeze. */
  policy: 'missing' | 'current' | 'outdated';
}

/** What a person orders the guard to do. */
export interface GuardOrder {
  kind: 'freeze' | 'stop' | 'release';
  account: string;
  /** A stage of one environment. A release is of the whole account. */
  environment?: string;
  /** A Slack id, or the name of a person at a terminal. */
  by: string;
}
