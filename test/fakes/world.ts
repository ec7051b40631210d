import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import type { PriceTable } from '../../lib/core/cost.ts';
import { tagsNamed } from '../../lib/core/expiry.ts';
import type { GuardMessage } from '../../lib/core/guard-message.ts';
import type { Notice } from '../../lib/core/notice.ts';
import type { Plan } from '../../lib/core/plan.ts';
import type { Shard } from '../../lib/core/resource.ts';
import type { SweepReport } from '../../lib/core/sweep-report.ts';
import { hour } from '../../lib/core/time.ts';
import type {
  Clock,
  HubMarks,
  KeptRecipe,
  Listed,
  Ports,
  Session,
  SessionScope,
  SkippedAccount,
} from '../../lib/use-cases/ports.ts';
import type { Delivery } from '../../lib/use-cases/ports-people.ts';
import type { Answer } from '../samples/sample.ts';
import type { Sent } from './answered-clients.ts';
import { hurriedClock } from './clocks.ts';
import { anOrganization, type ControlledOrganization, controlPoliciesOf } from './control-policies.ts';
import { somePrices } from './prices.ts';
import { memoryRunStore } from './run-store.ts';
import { cloudOf } from './world-cloud.ts';
import {
  type Birth,
  type Database,
  emptyPlace,
  type Group,
  type Instance,
  type Place,
  type Stack,
  type Thing,
} from './world-places.ts';
import { sourceIn } from './world-source.ts';

/** An AWS in memory: real resource types and SDK clients, real ledger, no network. */
export interface World {
  ports: Ports;
  clock: Clock;
  /** Commands that were sent, with the account that they were sent to. */
  sent: (Sent & { account: string })[];
  /** The scopes of the sessions that removed; `undefined` is one without. */
  scopes: (SessionScope | undefined)[];
  warnings: Notice[];
  reports: SweepReport[];
  guarded: GuardMessage[];
  updates: Notice[];
  recipes: Map<string, KeptRecipe>;
  plans: Map<string, Plan>;
  /** In this world things cost round amounts, see `somePrices`. */
  prices: PriceTable;
  /** What AWS refuses, by command. */
  refuse: Map<string, (input: Readonly<Record<string, unknown>>) => Error | undefined>;
  /** Answers in place of those of this world, until the first session. */
  answers: Record<string, Answer>;
  /** Members of units; a unit that is not here can't be listed. */
  units: Map<string, { ids: string[]; skipped: SkippedAccount[] }>;
  regionsOf: Map<string, string[]>;
  /** The account of the caller, and the hubs that accounts name. */
  caller: string;
  organization: ControlledOrganization;
  hubs: Map<string, HubMarks>;
  /** Accounts whose credentials can't be had. */
  closed: Set<string>;
  deliver: (warning: Notice) => Promise<Delivery>;
  /** What S3 lists as the buckets of an account. */
  buckets: (account: string) => { Name: string; CreationDate: Date }[];
  /** How many characters of pins a session takes. */
  fits: (scope: SessionScope) => boolean;
  queue(name: string, tags: Thing['tags'], birth?: Birth): string;
  volume(id: string, tags: Thing['tags'], birth?: Birth & { attachedTo?: string }): string;
  instance(id: string, tags: Thing['tags'], birth?: Birth & Partial<Instance>): string;
  template(id: string, tags: Thing['tags'], birth?: Birth): string;
  group(name: string, tags: Thing['tags'], birth?: Birth & Partial<Group>): string;
  stack(name: string, tags: Thing['tags'], birth?: Birth & Partial<Stack>): string;
  database(name: string, tags: Thing['tags'], birth?: Birth & Partial<Database>): string;
  /** What the account holds in the region, to look at and to change behind Mayfly's back. */
  place(shard?: Partial<Shard>): Place;
  /** The live tags; `undefined` for what does not exist. */
  tagsOf(arn: string): Thing['tags'] | undefined;
}

export const account = '222222222222';
export const region = 'eu-west-1';

export function aWorld(clock: Clock = hurriedClock()): World {
  const places = new Map<string, Place>();
  const at = ({ account: id = account, region: name = region }: Partial<Shard>): Place => {
    const key = `${id} ${name}`;
    const place = places.get(key) ?? emptyPlace();
    places.set(key, place);
    return place;
  };
  const thing = (arn: string, tags: Thing['tags'], { createdAt = clock.now() - 12 * hour }: Birth): Thing => ({
    arn,
    tags,
    createdAt,
  });
  const arnOf = (service: string, what: string, { account: id = account, region: name = region }: Birth) =>
    `arn:aws:${service}:${name}:${id}:${what}`;
  const world: World = {
    ...settings(),
    clock,
    ports: {} as Ports,
    queue(name, tags, birth = {}) {
      const made = thing(arnOf('sqs', name, birth), tags, birth);
      at(birth).queues.set(name, made);
      return made.arn;
    },
    volume(id, tags, birth = {}) {
      const made = thing(arnOf('ec2', `volume/${id}`, birth), tags, birth);
      at(birth).volumes.set(id, { ...made, ...(birth.attachedTo !== undefined && { attachedTo: birth.attachedTo }) });
      return made.arn;
    },
    instance(id, tags, birth = {}) {
      const made = thing(arnOf('ec2', `instance/${id}`, birth), tags, birth);
      at(birth).instances.set(id, { ...made, volumes: birth.volumes ?? [], protected: birth.protected ?? false });
      return made.arn;
    },
    template(id, tags, birth = {}) {
      const made = thing(arnOf('ec2', `launch-template/${id}`, birth), tags, birth);
      at(birth).templates.set(id, made);
      return made.arn;
    },
    group(name, tags, birth = {}) {
      const what = `autoScalingGroup:0a1b2c3d:autoScalingGroupName/${name}`;
      const made = thing(arnOf('autoscaling', what, birth), tags, birth);
      at(birth).groups.set(name, { instances: [], keeps: [], ...birth, ...made });
      return made.arn;
    },
    stack(name, tags, birth = {}) {
      const made = thing(arnOf('cloudformation', `stack/${name}/0a1b2c3d`, birth), tags, birth);
      at(birth).stacks.set(made.arn, { members: [], protected: false, ...birth, ...made });
      return made.arn;
    },
    database(name, tags, birth = {}) {
      const made = thing(arnOf('rds', `db:${name}`, birth), tags, birth);
      at(birth).databases.set(name, { identity: `db-${name}`, state: 'available', replicas: [], ...birth, ...made });
      return made.arn;
    },
    place: (shard = {}) => at(shard),
    tagsOf: (arn) => thingsIn([...places.values()]).find((one) => one.arn === arn)?.tags,
  };
  world.ports = portsOf(world, at);
  return world;
}

function settings() {
  return {
    sent: [],
    scopes: [],
    warnings: [],
    reports: [],
    guarded: [],
    updates: [],
    recipes: new Map(),
    plans: new Map(),
    prices: somePrices,
    refuse: new Map(),
    answers: {},
    units: new Map(),
    regionsOf: new Map(),
    caller: account,
    organization: anOrganization(),
    hubs: new Map(),
    closed: new Set<string>(),
    deliver: async (): Promise<Delivery> => ({ kind: 'delivered', to: 'ana' }),
    fits: () => true,
    buckets: () => [],
  };
}

function thingsIn(places: readonly Place[]): Thing[] {
  return places.flatMap((place) => Object.values(place).flatMap((things: Map<string, Thing>) => [...things.values()]));
}

function portsOf(world: World, at: (shard: Shard) => Place): Ports {
  const sessions = new Map<string, Session & { shard: Shard }>();
  const sessionIn = async (shard: Shard): Promise<Session> => {
    if (world.closed.has(shard.account)) throw new Error(`no way into ${shard.account}`);
    const key = `${shard.account} ${shard.region}`;
    const session = sessions.get(key) ?? { shard, partition: 'aws', source: sourceIn(world, shard, at(shard)) };
    sessions.set(key, session);
    return session;
  };
  const listed = (session: Session): Listed[] => {
    const shard = [...sessions.values()].find(({ source }) => source === session.source)?.shard;
    const things = shard === undefined ? [] : thingsIn([at(shard)]);
    // Groups are what the tagging API does not return.
    return things.map(({ arn, tags }) => ({ arn, tags })).filter(({ arn }) => !arn.includes(':autoscaling:'));
  };
  let ids = 0;
  return {
    clock: world.clock,
    cloud: cloudOf(world, sessionIn),
    controlPolicies: controlPoliciesOf(world.organization),
    inventory: {
      tagged: async (session, _shard, keys) => ({
        listed: listed(session).filter(({ tags }) => tagsNamed(tags, keys).length > 0),
        problems: [],
      }),
      withTag: async (session, key, value) => listed(session).filter(({ tags }) => tags[key] === value),
    },
    ledger: sqliteLedger(':memory:', world.clock),
    runStore: memoryRunStore(world.plans),
    recipes: {
      save: async (copy, kept) => void world.recipes.set(copy, kept),
      load: async (copy) => world.recipes.get(copy),
    },
    messenger: {
      async warn(warning) {
        world.warnings.push(warning);
        return world.deliver(warning);
      },
      async report(report) {
        world.reports.push(report);
        return { kind: 'delivered', to: '#cloud-costs' };
      },
      async guard(message) {
        world.guarded.push(message);
        return { kind: 'delivered', to: '#cloud-costs' };
      },
      async update(notice) {
        world.updates.push(notice);
        return { kind: 'delivered', to: notice.message?.channel ?? '' };
      },
    },
    prices: async () => world.prices,
    newId: (kind) => `${kind}-${++ids}`,
    progress: () => undefined,
  };
}
