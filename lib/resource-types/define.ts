import type { Arn } from '../core/arn.ts';
import type { Cost, Facts } from '../core/cost.ts';
import type { Sizes } from '../core/guard-parts.ts';
import type { Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import { attempt, type BoundServer, bindServer } from './bind-server.ts';
import { type Description, describeSafely, type Present } from './description.ts';
import { serverClients } from './server-clients.ts';
import {
  type ServerDefinition,
  type ServerOperationName,
  type StepResult,
  serverOperations,
} from './server-operations.ts';

export type { Carried, Description, Present, RemovalFailure, UsedBy } from './description.ts';

/** An IAM action, as policies write it. */
export type IamAction = `${string}:${string}`;

/** The conditions of one statement, as IAM writes them. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One statement that an operation needs. */
export interface Permission {
  actions: readonly [IamAction, ...IamAction[]];
  /**
   * `*`, or an ARN pattern in which REGION and ACCOUNT stand for the shard's, TARGET for the resource's own ARN and
   * CARRIED for the ARNs of what goes with it; STACK_ROLE is the policy's `roles.stack`.
   */
  on: string;
  /**
   * `tags`: granted only while the expiry and protect tags are those that were decided on; to the idle rule, on what it
   * matches. `own`: only on what carries Mayfly's own `mayfly:keep-until`.
   */
  guard?: 'tags' | 'own';
  /** What AWS must find in the request besides, as IAM writes conditions. */
  only?: Condition;
  /** Why no command of ours shows this action: AWS demands it on the way. */
  implied?: string;
}

/** What an operation does, and the permissions without which it can't exist. */
export interface Operation<Run> {
  needs: readonly [Permission, ...Permission[]];
  run: Run;
}

/** A resource that is about to be removed, as the recheck described it. */
export type Target = Present;

/** What the policy says about removing. */
export interface RemovalSettings {
  finalSnapshot: boolean;
  /** Until when a final snapshot is kept. */
  keepUntil: Instant;
  /** Keys that must not travel to a copy: expiry and protect keys, lower case. */
  stripKeys: readonly string[];
  /** The role that CloudFormation deletes a stack with, if there is one. */
  stackRoleArn?: string;
  /** Most objects of one bucket that one pass deletes. */
  objectsPerPass: number;
}

export type RemovalResult =
  /** The service says that it is gone. `detail`: recoverable until when, which copy is left. */
  | { kind: 'removed'; id: string; detail?: string }
  /** It was not there any more. */
  | { kind: 'gone'; id: string }
  /** Asked for; a later describe tells the end. */
  | { kind: 'requested'; id: string; detail?: string }
  /** Something must go first: not a failure, tried again in the next pass. */
  | { kind: 'blocked'; id: string; why: string }
  /** More than one pass can do: it made progress and wants another. */
  | { kind: 'unfinished'; id: string; detail: string }
  /** `transient`: for AWS's own reasons or the network's, which say nothing about the resource. */
  | { kind: 'failed'; id: string; why: string; code: string; transient?: boolean };

// biome-ignore lint/suspicious/noExplicitAny: every SDK client's configuration is another type.
export type ClientConstructor<C> = new (config: any) => C;

/** A client of one AWS service for the session at hand; the same constructor always gives the same client. */
export type ClientSource = <C>(make: ClientConstructor<C>) => C;

/** What each run function of a type gets: its SDK module, its client, and where it is. */
export interface Aws<Sdk, Client> {
  sdk: Sdk;
  client: Client;
  /** Clients of other services, for what only those show. */
  source: ClientSource;
  shard: Shard & { partition: string };
  /** Only facts are wanted: no call is worth it that shows nothing but tags. */
  factsOnly?: true;
  /** What goes with a resource is not asked about. */
  alone?: true;
}

type Ids = readonly string[];

/** A resource type: a record of operations. See CONTRIBUTING.md for the recipe. */
export interface Definition<Sdk, Client> {
  /** `<service>:<word of its ARN>`. */
  id: string;
  /** For people: `EC2 instance`. */
  title: string;
  /** The id in an ARN of this type; `undefined` for any other ARN. */
  idIn: (arn: Arn) => string | undefined;
  /** CloudFormation's name of the type, for the members of stacks. */
  cloudFormation?: string;
  /** Local module with the names that the type uses, so that each service is loaded only when it is needed. */
  sdk: () => Promise<Sdk>;
  client: (sdk: Sdk) => ClientConstructor<Client>;
  /** Types that must go first, each with its reason. */
  after: readonly { type: string; because: string }[];
  /**
   * What gone means: a synchronous delete's success confirms itself, an asynchronous one is confirmed by describing.
   */
  removal: 'synchronous' | 'asynchronous';
  /** One call removes many, so it pays to have them in few sessions. */
  removesTogether?: true;
  /** Why AWS can't hold the removal to the decided tags, where it can't. */
  unguarded?: string;
  /** Why its removal can't run in a pinned session, unless a role of its own does the work. */
  unpinned?: string;
  /** Why another identity is no proof of another resource, where it is none. */
  movingIdentity?: string;
  /** For what the tagging API does not return: all resources of the type in the shard, with their tags. */
  list?: Operation<(aws: Aws<Sdk, Client>) => Promise<Present[]>>;
  /** One answer per id, in batches where the API has them. */
  describe: Operation<(aws: Aws<Sdk, Client>, ids: Ids) => Promise<Description[]>>;
  /**
   * For what costs by standing there: all of the type in the shard, tagged or not, in as few calls as AWS allows. By
   * the mapping of `describe`, as far as a price needs it; throws where a page can't be read.
   */
  census?: Operation<(aws: Aws<Sdk, Client>) => Promise<Description[]>>;
  /** One result per target. "Not found" is success, a dependency is `blocked`. */
  remove: Operation<
    (aws: Aws<Sdk, Client>, targets: readonly Target[], settings: RemovalSettings) => Promise<RemovalResult[]>
  >;
  /** What is left to do once the removal is under way, such as tagging the final snapshot. Safe to repeat. */
  finish?: Operation<(aws: Aws<Sdk, Client>, targets: readonly Target[], settings: RemovalSettings) => Promise<void>>;
  /** Writes one tag through the owning service. Absent: the extension is kept in the ledger. */
  tag?: Operation<(aws: Aws<Sdk, Client>, target: Present, tag: { key: string; value: string }) => Promise<void>>;
  /** Where it is as large as its sizes say. Those that are not given stay as they are. */
  resize?: Operation<(aws: Aws<Sdk, Client>, target: Present, sizes: Partial<Sizes>) => Promise<StepResult>>;
  /** Where it is a server that the idle rule may stop. */
  server?: ServerDefinition<Sdk, Client>;
  /** What it costs a month, by what its description shows; or why it costs nothing, or nobody can tell. */
  cost: Cost;
}

const operations = ['list', 'describe', 'census', 'remove', 'finish', 'tag', 'resize'] as const;

export type OperationName = (typeof operations)[number] | ServerOperationName;

/** A type bound to the clients of one session. */
export interface BoundType {
  list?: () => Promise<Present[]>;
  describe: (ids: Ids) => Promise<Description[]>;
  /** The same without what goes with it, where that takes calls of its own. */
  describeAlone: (ids: Ids) => Promise<Description[]>;
  /** What prices need of those that are there, by id; fewer calls than a describe. What can't be read is absent. */
  facts: (ids: Ids) => Promise<Map<string, Facts>>;
  census?: () => Promise<Description[]>;
  remove: (targets: readonly Target[], settings: RemovalSettings) => Promise<RemovalResult[]>;
  finish: (targets: readonly Target[], settings: RemovalSettings) => Promise<void>;
  tag?: (target: Present, tag: { key: string; value: string }) => Promise<void>;
  /** Never throws: a failure is an answer. */
  resize?: (target: Present, sizes: Partial<Sizes>) => Promise<StepResult>;
  server?: BoundServer;
}

/** A type as the rest of the house sees it: its SDK types are its own affair. */
export interface ResourceType {
  id: string;
  title: string;
  idIn: (arn: Arn) => string | undefined;
  cloudFormation?: string;
  after: readonly { type: string; because: string }[];
  removal: 'synchronous' | 'asynchronous';
  removesTogether?: true;
  unguarded?: string;
  unpinned?: string;
  movingIdentity?: string;
  cost: Cost;
  /** A removal with a final snapshot leaves a copy of the last state, which a restore can use. */
  leavesCopy?: true;
  needs: Partial<Record<OperationName, readonly Permission[]>>;
  /** The constructors of the clients that it uses, to ask where they would connect to. */
  clientsOf: () => Promise<ClientConstructor<unknown>[]>;
  bind: (source: ClientSource, shard: Shard & { partition: string }) => Promise<BoundType>;
}

export function defineResourceType<Sdk, Client>(definition: Definition<Sdk, Client>): ResourceType {
  const { id, title, idIn, cloudFormation, after, removal, removesTogether, unguarded, unpinned, movingIdentity } =
    definition;
  const { server, cost } = definition;
  const needs = Object.fromEntries([
    ...operations.flatMap((name) => (definition[name] === undefined ? [] : [[name, definition[name].needs]])),
    ...serverOperations.flatMap((name) => (server?.[name] === undefined ? [] : [[name, server[name].needs]])),
  ]);
  return {
    id,
    title,
    idIn,
    after,
    removal,
    needs,
    cost,
    ...(cloudFormation !== undefined && { cloudFormation }),
    ...(removesTogether && { removesTogether }),
    ...(unguarded !== undefined && { unguarded }),
    ...(unpinned !== undefined && { unpinned }),
    ...(movingIdentity !== undefined && { movingIdentity }),
    ...(server?.finalCopy !== undefined && { leavesCopy: true }),
    clientsOf: async () => [
      definition.client(await definition.sdk()),
      ...(server === undefined ? [] : await serverClients()),
    ],
    bind: (source, shard) => bind(definition, source, shard),
  };
}

async function bind<Sdk, Client>(
  definition: Definition<Sdk, Client>,
  source: ClientSource,
  shard: Shard & { partition: string },
): Promise<BoundType> {
  const sdk = await definition.sdk();
  const aws: Aws<Sdk, Client> = { sdk, client: source(definition.client(sdk)), source, shard };
  const { list, describe, census, remove, finish, tag, resize, server } = definition;
  return {
    ...(list && { list: () => list.run(aws) }),
    describe: (ids) => describeSafely((some) => describe.run(aws, some), ids),
    describeAlone: (ids) => describeSafely((some) => describe.run({ ...aws, alone: true }, some), ids),
    facts: async (ids) => {
      const found = await describeSafely((some) => describe.run({ ...aws, factsOnly: true }, some), ids);
      return new Map(found.flatMap((one) => (one.kind === 'present' ? [[one.id, one.facts]] : [])));
    },
    ...(census && { census: () => census.run(aws) }),
    remove: (targets, settings) => remove.run(aws, targets, settings),
    finish: async (targets, settings) => finish?.run(aws, targets, settings),
    ...(tag && { tag: (target, one) => tag.run(aws, target, one) }),
    ...(resize && { resize: (target, sizes) => attempt(target.id, () => resize.run(aws, target, sizes)) }),
    ...(server && { server: bindServer(server, aws) }),
  };
}
