import type { Shard } from '../core/resource.ts';
import type { Copy, CopyState, MetricName, Metrics, Recipe } from '../core/server.ts';
import type { Duration, Instant } from '../core/time.ts';
import type { Aws, Operation, Target } from './define.ts';

/** Whether a server may be stopped, where its description alone does not show it. */
export type StopCheck =
  | { kind: 'stoppable'; id: string }
  | { kind: 'unstoppable'; id: string; why: string }
  | { kind: 'unreadable'; id: string; why: string };

/** What the metrics of one server say; each that the type has is in `metrics`, or in `missing` with its reason. */
export interface MetricsReading {
  id: string;
  metrics: Metrics;
  missing: readonly { metric: MetricName; why: string }[];
}

/** What CloudTrail is asked about a server. */
export interface ChangeQuestion {
  /** Only what happened since then is of interest. CloudTrail knows 90 days. */
  since: Instant;
  /** Whose calls do not count. */
  own: OwnPrincipals;
  /** CloudTrail answers twice a second in an account and region, whoever asks: it is asked in this pace. */
  sleep: (duration: Duration) => Promise<void>;
}

/** Mayfly's own sessions, as CloudTrail shows them. */
export interface OwnPrincipals {
  /** Names of its roles. */
  roles: readonly string[];
  /** What its source identities begin with. */
  sourceIdentity: string;
}

/** The newest change of a server that CloudTrail knows of; `none`: nothing since the instant that was asked about. */
export type LastChange =
  | { kind: 'changed'; id: string; at: Instant; words: string }
  | { kind: 'none'; id: string }
  | { kind: 'unreadable'; id: string; why: string };

/** How one step with a server ended. Whatever is not `done` left it as it was, or is safe to ask for again. */
export type StepResult =
  /** The service took it. `wakesAt`: when it starts the server again by itself. */
  | { kind: 'done'; id: string; detail?: string; wakesAt?: Instant }
  /** What it was about is not there any more. */
  | { kind: 'gone'; id: string }
  | StepFailure;

export type StepFailure =
  /** The service, or a check before it, says no: a state, a quota, a protection, a permission. */
  | { kind: 'refused'; id: string; why: string; code: string }
  /** Throttling, timeouts, the network and AWS's own faults, which say nothing about the server. */
  | { kind: 'transient'; id: string; why: string; code: string };

/** What a copy is made as. */
export interface CopyOrder {
  /** See `copyName`: the same on every try, so that a repeated one finds the copy of the first. */
  name: string;
  keepUntil: Instant;
  /** What it carries of its server's tags: whose it is. */
  tags?: Readonly<Record<string, string>>;
  /** Now: when it was asked for, where the service does not date it. */
  at: Instant;
}

export type CopyResult =
  /** `found`: an earlier try had asked for it. */
  { kind: 'requested'; id: string; copy: Copy; found?: true } | { kind: 'gone'; id: string } | StepFailure;

/** What is left to do once the parts of a copy are there. */
export interface CopyMarks {
  keepUntil: Instant;
  /** Keys that must not stay on a copy: expiry and protect keys, lower case. */
  stripKeys: readonly string[];
}

export interface CopyReading {
  /** Of the copy. */
  id: string;
  state: CopyState;
  /** What its own tag says, where it was found. */
  keepUntil?: string;
}

/** `secret`: what must be kept encrypted, and apart from the recipe. */
export type RecipeResult =
  | { kind: 'recipe'; id: string; recipe: Recipe; secret?: string }
  | { kind: 'gone'; id: string }
  | { kind: 'unreadable'; id: string; why: string };

/** What a server is made of again. */
export interface RestoreOrder {
  recipe: Recipe;
  secret?: string;
  copy: Copy;
  /** Keys of the recipe that the server does not get back: expiry and protect keys, lower case. */
  stripKeys: readonly string[];
}

export type RestoreResult =
  /**
   * There is one server of this copy, however often it was asked for. `lost`: what could not be restored. `pending`:
   * what can only be done once it runs: restoring again does it.
   */
  | {
      kind: 'restored';
      id: string;
      arn: string;
      identity?: string;
      lost: readonly string[];
      pending: readonly string[];
    }
  | StepFailure;

type OnServer<Sdk, Client, Rest extends unknown[], Result> = Operation<
  (aws: Aws<Sdk, Client>, target: Target, ...rest: Rest) => Promise<Result>
>;

/** What a type that is a server can do besides, each operation with what it needs. */
export interface ServerDefinition<Sdk, Client> {
  /** What only more reads show about stopping: asked for candidates, not for all that is scanned. */
  checkStop?: Operation<(aws: Aws<Sdk, Client>, targets: readonly Target[]) => Promise<StopCheck[]>>;
  /** Peaks over a time; without an answer for all of it a metric is missing. */
  metrics: Operation<
    (
      aws: Aws<Sdk, Client>,
      targets: readonly Target[],
      window: { since: Instant; until: Instant },
    ) => Promise<MetricsReading[]>
  >;
  lastChange: Operation<
    (aws: Aws<Sdk, Client>, targets: readonly Target[], question: ChangeQuestion) => Promise<LastChange[]>
  >;
  /** Begins a copy of everything that the server keeps, without a pause of it. Safe to repeat. */
  copy: OnServer<Sdk, Client, [CopyOrder], CopyResult>;
  /** Marks the parts of a copy as Mayfly's own, once they are there. Safe to repeat. */
  finishCopy: Operation<(aws: Aws<Sdk, Client>, copy: Copy, marks: CopyMarks) => Promise<StepResult>>;
  copyState: Operation<(aws: Aws<Sdk, Client>, copies: readonly Copy[]) => Promise<CopyReading[]>>;
  stop: OnServer<Sdk, Client, [], StepResult>;
  start: OnServer<Sdk, Client, [], StepResult>;
  /** Where one call takes many. One that is refused takes no other along. */
  stopTogether?: Operation<(aws: Aws<Sdk, Client>, targets: readonly Target[]) => Promise<StepResult[]>>;
  startTogether?: Operation<(aws: Aws<Sdk, Client>, targets: readonly Target[]) => Promise<StepResult[]>>;
  untag: OnServer<Sdk, Client, [readonly string[]], StepResult>;
  /** Reads all that a restore needs. What can't be read is no smaller recipe, but none. */
  recipe: OnServer<Sdk, Client, [], RecipeResult>;
  restore: Operation<(aws: Aws<Sdk, Client>, order: RestoreOrder) => Promise<RestoreResult>>;
  /** What must happen before a removal, so that a restore finds it: the network interface, with its address. */
  prepareRemoval?: OnServer<Sdk, Client, [{ keepUntil: Instant }], StepResult>;
  /** Deletes a copy that carries Mayfly's own tags; with the last one goes what was kept for a restore. */
  discardCopy: Operation<(aws: Aws<Sdk, Client>, copy: Copy, about: { last: boolean }) => Promise<StepResult>>;
  /** The copy that a removal with a final snapshot leaves. */
  finalCopy?: (target: Target, shard: Shard & { partition: string }, at: Instant) => Copy;
}

type OperationsOf<Definition> = {
  [Name in keyof Definition]-?: NonNullable<Definition[Name]> extends Operation<unknown> ? Name : never;
}[keyof Definition];

/** By their names in `needs`. */
export type ServerOperationName = OperationsOf<ServerDefinition<unknown, unknown>>;

export const serverOperations = [
  'checkStop',
  'metrics',
  'lastChange',
  'copy',
  'finishCopy',
  'copyState',
  'stop',
  'start',
  'stopTogether',
  'startTogether',
  'untag',
  'recipe',
  'restore',
  'prepareRemoval',
  'discardCopy',
] as const satisfies readonly ServerOperationName[];
