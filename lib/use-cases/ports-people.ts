import type { GuardMessage } from '../core/guard-message.ts';
import type { MessageRef, Notice } from '../core/notice.ts';
import type { SweepReport } from '../core/sweep-report.ts';
import type { Instant } from '../core/time.ts';

/** `nowhere`: the policy names no place to deliver to, which is not a failure. */
export type Delivery =
  | {
      kind: 'delivered';
      /** Who or which channel, in words. */
      to: string;
      message?: MessageRef;
      /** Why it did not go where it should have gone first. */
      instead?: string;
    }
  | { kind: 'failed'; why: string }
  | { kind: 'nowhere'; why: string };

/** Tells people. A receipt is given only for what was delivered. None of these throws. */
export interface Messenger {
  /** To the owner; to the channel where nobody knows who that is; to the fallback channel where that fails. */
  warn(notice: Notice): Promise<Delivery>;
  /** To the channel; details follow in its thread. */
  report(report: SweepReport): Promise<Delivery>;
  /** What the cost guard saw or did, to the channel; details follow in its thread. */
  guard(message: GuardMessage): Promise<Delivery>;
  /** Shows in a message that was delivered what became of its items. */
  update(notice: Notice): Promise<Delivery>;
}

/** A person as the workspace knows them. */
export interface Person {
  id: string;
  name: string;
  email?: string;
  /** IANA name. */
  timeZone?: string;
  /** `stranger`: of another organization, in a shared channel. */
  standing: 'member' | 'guest' | 'stranger' | 'deactivated' | 'bot';
}

/** Who is who. Throws where it can't be asked; `undefined` is: nobody. */
export interface Directory {
  person(id: string): Promise<Person | undefined>;
  personByEmail(email: string): Promise<Person | undefined>;
  /** The ids of a user group's members, by its handle (`@developers`) or id; `undefined`: no such group. */
  members(group: string): Promise<readonly string[] | undefined>;
}

/** Who an owner's e-mail belongs to, as it was found out; without an id: nobody. */
export interface KnownPerson {
  id?: string;
  at: Instant;
}

/** The part of the ledger that is about telling people. */
export interface TellingLedger {
  /** In place of an earlier state of the same notice. Kept for 90 days. */
  saveNotice(notice: Notice): Promise<void>;
  notice(id: string): Promise<Notice | undefined>;

  /** When each key was told last; those that were not told, or more than 30 days ago, are absent. */
  toldAt(keys: readonly string[]): Promise<Map<string, Instant>>;
  markTold(keys: readonly string[], at: Instant): Promise<void>;

  /** Runs whose report could not be delivered, the oldest first. */
  undelivered(): Promise<{ run: string; since: Instant }[]>;
  /** Kept for 30 days. */
  postpone(run: string, since: Instant): Promise<void>;
  /** Forgets that the report of a run was postponed. */
  forgetPostponed(run: string): Promise<void>;

  /**
   * Takes up a request of a person: `first` for whoever asks first, `begun` while that one has not ended it, `ended`
   * afterwards. Kept for a day.
   */
  beginTask(key: string): Promise<'first' | 'begun' | 'ended'>;
  endTask(key: string): Promise<void>;

  /** What the directory said within the last week. */
  knownPeople(emails: readonly string[]): Promise<Map<string, KnownPerson>>;
  keepPeople(people: ReadonlyMap<string, KnownPerson>): Promise<void>;
}
