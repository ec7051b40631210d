import type { PriceTable } from '../core/cost.ts';
import type { Event } from '../core/history.ts';
import type { Approval } from '../core/limits.ts';
import type { Plan } from '../core/plan.ts';
import type { Mode } from '../core/policy.ts';
import type { Memory, Shard } from '../core/resource.ts';
import type { Recipe } from '../core/server.ts';
import type { Duration, Instant } from '../core/time.ts';
import type { MoreTime, Turn } from '../core/turns.ts';
import type { ClientSource, IamAction } from '../resource-types/define.ts';
import type { ControlPolicies, GuardLedger } from './ports-guard.ts';
import type { Messenger, TellingLedger } from './ports-people.ts';

/** Time, as the edge gives it. */
export interface Clock {
  now(): Instant;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
}

/** An account of the policy, with the mode that the policy gives it. */
export interface Account {
  id: string;
  name?: string;
  mode: Mode;
}

/** An account that is not swept, and why; it is named in the plan. */
export interface SkippedAccount {
  id: string;
  why: string;
  /** Organizations says that it is closed, suspended or on its way. */
  isInactive?: true;
}

/** Clients for one shard under one role. */
export interface Session {
  source: ClientSource;
  partition: string;
}

/** One ARN that a pinned session may act on, and the tag values that were decided on. */
export interface Pin {
  arn: string;
  /** Key as spelled on the resource to its value; keys of the policy that are absent must stay absent. */
  tags: Readonly<Record<string, string>>;
  /** AWS can't compare this type's tags: the ARN alone is pinned. */
  unguarded?: boolean;
  actions: readonly IamAction[];
}

/** What the session of a removal or of the guard is allowed, within the role's own policies. */
export interface SessionScope {
  pins: readonly Pin[];
  /** Without a tag condition: what a removal needs on other ARNs, such as final snapshots and objects. */
  besides: readonly { actions: readonly IamAction[]; on: string }[];
  /** Keys whose absence is pinned where a pin does not carry them: expiry keys and the protect key. */
  keys: readonly string[];
}

/** The hubs that an account names as those that sweep it, and where that could not be read. */
export interface HubMarks {
  hubs: string[];
  /** In words, a region each. */
  unread: string[];
}

/** AWS, as the use cases need it. */
export interface Cloud {
  /** Throws, with what to do next, where the caller's own credentials do not work. */
  checkCredentials(): Promise<void>;
  /** The account of the caller's own credentials. */
  callerAccount(): Promise<string>;
  /** Looks in these regions, and in the caller's own. Never throws. */
  hubsOf(account: string, regions: readonly string[]): Promise<HubMarks>;
  /** The members of an organizational unit, nested units included, with those that are not active. */
  accountsOf(unit: string): Promise<{ ids: string[]; skipped: SkippedAccount[] }>;
  /** The regions that are switched on in an account. */
  enabledRegions(account: string): Promise<string[]>;
  /** Read only. Throws where the account's credentials can't be had. */
  reader(shard: Shard): Promise<Session>;
  /** For removals: where a role is assumed, pinned to the scope. Without a scope the role's own policies decide. */
  remover(shard: Shard, scope?: SessionScope): Promise<Session>;
  /** Whether a scope fits the size limit of one session policy, of a removal or of the guard. */
  fits(scope: SessionScope, work?: 'act' | 'guard'): boolean;
  /** For the expiry keys and Mayfly's own. */
  tagger(shard: Shard): Promise<Session>;
  /** For servers that the idle rule is about: to copy, stop, date, start and restore them. */
  idler(shard: Shard): Promise<Session>;
  /** To stop, cap and start, under a runaway bill: where a role is assumed, pinned to the scope. */
  guard(shard: Shard, scope?: SessionScope): Promise<Session>;
  /** The ARN of the role that CloudFormation deletes stacks with, if the policy names one. */
  stackRoleArn(account: string): string | undefined;
}

/** A resource as the listing APIs show it. */
export interface Listed {
  arn: string;
  tags: Readonly<Record<string, string>>;
}

/** Finds what carries one of the keys, in any spelling. */
export interface Inventory {
  /**
   * Complete, or it throws: a failed page never gives a shorter list. `problems` names a second source that failed
   * while the first one was read whole. `types`: only these, as the tagging API names them (`ec2:instance`).
   */
  tagged(
    session: Session,
    shard: Shard,
    keys: readonly string[],
    types?: readonly string[],
  ): Promise<{ listed: Listed[]; problems: string[] }>;
  /** Everything that carries one exact tag. */
  withTag(session: Session, key: string, value: string): Promise<Listed[]>;
}

/** Whether a run may start its next batch in an account. The lease, the pause switch and its mode are read together. */
export type Gate = 'open' | 'paused' | 'lease-lost' | 'account-observed';

/** A lease on all accounts. The fencing number grows with every lease, so an old holder is told from the new one. */
export type LeaseResult = { ok: true; fence: number } | { ok: false; holder: string; until: Instant };

/** A run as the ledger lists it. */
export interface RunRecord {
  id: string;
  startedAt: Instant;
  endedAt?: Instant;
  summary?: Readonly<Record<string, number>>;
}

/** What Mayfly remembers. Two implementations, one conformance test. */
export interface Ledger extends TellingLedger, GuardLedger {
  memories(arns: readonly string[]): Promise<Map<string, Memory>>;
  /**
   * Appends to the history and moves the state on: for each resource all of its events or none. It throws where any is
   * missing: `NotRecorded` names those that it does not have, and with any other error it has none.
   */
  record(events: readonly Event[]): Promise<void>;
  history(arn: string): Promise<Event[]>;
  /** What ended, was stopped, or runs again, from `from` on and before `to`, in the order of these times. */
  endings(from: Instant, to: Instant): Promise<Turn[]>;
  /** Orders for more time, in the same way. Those of the last 400 days at least. */
  extensions(from: Instant, to: Instant): Promise<MoreTime[]>;
  /** The ARNs whose expiry tags were seen in this shard and have not been reported gone since; see `sightedIn`. */
  sighted(shard: Shard): Promise<string[]>;
  /**
   * Removals that were asked for and whose end is not known: a run was killed in between, or the service takes long.
   */
  openRemovals(): Promise<{ arn: string; requestedAt: Instant }[]>;

  /** Until when Mayfly is paused; `undefined` when it is not. Switches and leases follow the real clock. */
  pausedUntil(): Promise<Instant | undefined>;
  pause(until: Instant, by: string): Promise<void>;
  resume(by: string): Promise<void>;
  loweredModes(): Promise<Map<string, Mode>>;
  lowerMode(account: string, mode: Mode, by: string): Promise<void>;

  /** Those that are neither used nor over. */
  approvals(): Promise<Approval[]>;
  approve(approval: Approval): Promise<void>;
  useApprovals(planIds: readonly string[], run: string): Promise<void>;

  /** What this very run holds is its own: it lasts on, under its fencing number. Run ids are never used twice. */
  acquireLease(run: string, lasts: Duration): Promise<LeaseResult>;
  renewLease(run: string, fence: number, lasts: Duration): Promise<boolean>;
  releaseLease(run: string, fence: number): Promise<void>;
  /** A lost lease comes before a pause, and a pause before the account's lowered mode. */
  gate(run: string, fence: number, account: string): Promise<Gate>;

  startRun(run: RunRecord): Promise<void>;
  endRun(id: string, at: Instant, summary: Readonly<Record<string, number>>): Promise<void>;
  close(): void;
}

/** Plans, and what the steps of a run hand on to each other. Two implementations, one conformance test. */
export interface RunStore {
  savePlan(plan: Plan): Promise<void>;
  loadPlan(id: string): Promise<Plan | undefined>;
  /** Keeps a JSON document of a run under a name such as `scans/222222222222-us-east-1`, in place of an earlier one. */
  save(run: string, name: string, document: unknown): Promise<void>;
  /** `undefined` where nothing was saved under the name. */
  load(run: string, name: string): Promise<unknown>;
}

/** What a restore needs besides the copy, kept as long as that. `secret` is for the restore alone. */
export interface KeptRecipe {
  recipe: Recipe;
  secret?: string;
}

/** Recipes by the name of the copy that they belong to. Two implementations, one conformance test. */
export interface RecipeStore {
  save(copy: string, kept: KeptRecipe): Promise<void>;
  load(copy: string): Promise<KeptRecipe | undefined>;
}

/** What a run is doing, for progress displays. */
export type Progress =
  | { step: 'shards-listed'; shards: readonly Shard[] }
  | { step: 'shard-scanned'; shard: Shard; tracked: number; error?: string }
  | { step: 'plan-made'; removals: number }
  | { step: 'removed'; shard: Shard; done: number; of: number }
  | { step: 'waiting'; shard: Shard; pending: number };

/** Everything that a use case may ask of the outside. */
export interface Ports {
  clock: Clock;
  cloud: Cloud;
  controlPolicies: ControlPolicies;
  inventory: Inventory;
  ledger: Ledger;
  runStore: RunStore;
  recipes: RecipeStore;
  messenger: Messenger;
  /** What AWS asks for, in USD. Loaded with the first call, because most commands and functions show no money. */
  prices(): Promise<PriceTable>;
  /** A fresh id: sortable by time, different each time. */
  newId(kind: 'plan' | 'run' | 'notice'): string;
  progress(event: Progress): void;
}
