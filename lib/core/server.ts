import type { Duration, Instant } from './time.ts';

/** The configuration that the idle rule compares: the fields of one table per type, each with its sorted values. */
export interface Configuration {
  /** Of the table; only fields that both versions have are compared. */
  version: number;
  fields: Readonly<Record<string, readonly string[]>>;
}

/** An instant of a server's past that its service shows, and what happened: `launched`, `volume vol-1 attached`. */
export interface Milestone {
  what: string;
  at: Instant;
  /** A launch counts only where a person made it: Mayfly's own start moves it, too. */
  launch?: true;
}

/** A server as the idle rule sees it. */
export interface Server {
  /** `changing`: on the way, or in a state that says nothing; nothing is done with it then. */
  state: 'running' | 'stopped' | 'changing';
  configuration: Configuration;
  milestones: readonly Milestone[];
  /** When it was stopped, as far as the service shows. */
  stoppedAt?: Instant;
  /** When the service starts it again by itself. */
  wakesAt?: Instant;
  /** Why it is never stopped, in words: instance store, Spot, replica. */
  unstoppable?: string;
}

/** A copy that Mayfly made: an image with its snapshots, or a database snapshot. */
export interface Copy {
  /** `ami-…`, or the name of a snapshot. */
  id: string;
  arn: string;
  /** Of what. */
  of: string;
  identity: string;
  requestedAt: Instant;
  /** The volumes that it must hold. */
  volumes: readonly string[];
}

/** How far a copy is. `incomplete` is one that never will be whole. */
export type CopyState =
  | { kind: 'pending'; detail?: string }
  /** `takenAt`: the state of the data that it holds, by the service's own clock. */
  | { kind: 'complete'; sizeGb?: number; takenAt?: Instant }
  | { kind: 'incomplete'; why: string }
  | { kind: 'gone' }
  | { kind: 'unreadable'; why: string };

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** All that a restore needs besides the copy, but what is secret. Plain JSON, to be kept as long as the copy. */
export interface Recipe {
  /** Of the settings: a recipe of another version is refused. */
  version: number;
  /** The resource type's id. */
  type: string;
  /** Of what. */
  of: string;
  identity: string;
  /** As they were, expiry and protect keys included: a restore leaves those out. */
  tags: Readonly<Record<string, string>>;
  settings: Readonly<Record<string, Json>>;
}

/** The highest value of each metric over the look-back, where the service has data for all of it. */
export type Metrics = Readonly<Partial<Record<MetricName, number>>>;

export type MetricName = 'cpuPeak' | 'networkMbPerDay' | 'connections';

/** Over which time a server must have been quiet: as Compute Optimizer looks back. */
export const metricsLookBack: Duration = 14 * 24 * 3_600_000;
