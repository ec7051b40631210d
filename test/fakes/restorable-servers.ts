import type { Event } from '../../lib/core/history.ts';
import type { IdleEvent } from '../../lib/core/idle-memory.ts';
import { type Instant, minute, toIso } from '../../lib/core/time.ts';
import { findRestorable } from '../../lib/use-cases/find-restorable.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';
import { restore } from '../../lib/use-cases/restore.ts';
import type { Restoration } from '../../lib/use-cases/restoring.ts';
import type { Answer } from '../samples/sample.ts';
import * as sample from '../samples/servers/restored-instance.ts';
import { answeredClients, type Sent } from './answered-clients.ts';
import { aPolicy } from './builders.ts';
import { account, aWorld, region, type World } from './world.ts';
import { tagList } from './world-places.ts';

export const arnOf = (id: string, where = region) => `arn:aws:ec2:${where}:${account}:instance/${id}`;
export const imageOf = (id: string) => `arn:aws:ec2:${region}::image/${id}`;

interface FakeInstance {
  id: string;
  state: string;
  tags: Readonly<Record<string, string>>;
}

/** An EC2 that starts and makes servers, which take a moment to run, under a world with ledger and recipes. */
export interface Servers {
  world: World;
  ports: Ports;
  sent: Sent[];
  instances: Map<string, FakeInstance>;
  /** Images that are complete. */
  images: Set<string>;
  /** In place of its own answers. */
  answers: Map<string, Answer>;
  /** A copy that the ledger knows, with its recipe. */
  copied(of: string, id: string, at: Instant): Promise<void>;
  tell(id: string, ...events: IdleEvent[]): Promise<void>;
  kinds(id: string): Promise<string[]>;
  writes(): string[];
}

export function servers(world: World = aWorld()): Servers {
  const instances = new Map<string, FakeInstance>();
  const images = new Set<string>();
  const own = ec2(instances, images);
  const answers = new Map<string, Answer>();
  const turned = Object.keys(own).map((command): [string, Answer] => [
    command,
    (input: never) => {
      const answer = answers.get(command) ?? own[command] ?? {};
      return typeof answer === 'function' ? (answer as (input: never) => object | Error)(input) : answer;
    },
  ]);
  const { source, sent } = answeredClients(Object.fromEntries(turned));
  const session = async () => ({ source, partition: 'aws' });
  const ports = { ...world.ports, cloud: { ...world.ports.cloud, reader: session, idler: session } };
  const tell = (id: string, ...events: IdleEvent[]) =>
    ports.ledger.record(
      events.map((event): Event => ({ arn: arnOf(id), at: world.clock.now(), identity: id, ...event })),
    );
  return {
    world,
    ports,
    sent,
    instances,
    images,
    answers,
    tell,
    async copied(of, id, at) {
      const name = `mayfly-${of}-${id}`;
      const copy = { ...sample.copy, id, arn: imageOf(id), of: arnOf(of), identity: of, requestedAt: at, name };
      await tell(of, { kind: 'copy-requested', copy }, { kind: 'copy-verified', copy: id });
      await ports.ledger.record([{ arn: imageOf(id), at, kind: 'copied-from', of: arnOf(of) }]);
      world.recipes.set(name, { recipe: { ...sample.recipe, of: arnOf(of), identity: of }, secret: 'IyEvYmluL3No' });
      images.add(id);
    },
    kinds: async (id) => (await ports.ledger.history(arnOf(id))).map(({ kind }) => kind),
    writes: () => sent.map(({ command }) => command).filter((command) => !command.startsWith('Describe')),
  };
}

interface Filtered {
  Filters?: { Name: string; Values: string[] }[];
}

function ec2(instances: Map<string, FakeInstance>, images: ReadonlySet<string>): Record<string, Answer> {
  const valuesOf = ({ Filters = [] }: Filtered, name: string) => Filters.find(({ Name }) => Name === name)?.Values;
  const tokens = new Map<string, string>();
  const set = (id: string, state: string) => instances.set(id, { ...given(instances, id), state });
  return {
    ...sample.answers,
    DescribeInstances: (input: Filtered) => {
      const ids = valuesOf(input, 'instance-id');
      const from = valuesOf(input, 'tag:mayfly:restored-from');
      const some = [...instances.values()].filter(
        ({ id, tags, state }) =>
          (ids?.includes(id) ?? true) &&
          (from?.includes(tags['mayfly:restored-from'] ?? '') ?? true) &&
          (ids !== undefined || state !== 'terminated'),
      );
      const shown = some.map(({ id, state, tags }) => ({
        ...sample.whole,
        InstanceId: id,
        State: { Name: state },
        Tags: tagList(tags),
      }));
      // What was on its way has arrived when it is looked at again.
      for (const { id, state } of some) if (state === 'pending') set(id, 'running');
      for (const { id, state } of some) if (state === 'stopping') set(id, 'stopped');
      return sample.found(...shown);
    },
    DescribeImages: (input: Filtered) => {
      const wanted = valuesOf(input, 'image-id') ?? [];
      const Ebs = { SnapshotId: 'snap-1' };
      const shown = wanted.filter((id) => images.has(id));
      return { Images: shown.map((id) => ({ ImageId: id, State: 'available', BlockDeviceMappings: [{ Ebs }] })) };
    },
    DescribeSnapshots: { Snapshots: [{ SnapshotId: 'snap-1', VolumeId: 'vol-1', State: 'completed' }] },
    StartInstances: ({ InstanceIds = [] }: { InstanceIds?: string[] }) => {
      for (const id of InstanceIds) set(id, 'pending');
      return {};
    },
    DeleteTags: ({ Resources = [], Tags = [] }: { Resources?: string[]; Tags?: { Key: string }[] }) => {
      for (const id of Resources.filter((one) => instances.has(one))) {
        const { tags, ...rest } = given(instances, id);
        const kept = Object.entries(tags).filter(([key]) => !Tags.some(({ Key }) => Key === key));
        instances.set(id, { ...rest, tags: Object.fromEntries(kept) });
      }
      return {};
    },
    RunInstances: ({ ClientToken, TagSpecifications: [{ Tags }] }: Launch) => {
      const id = tokens.get(ClientToken) ?? `i-${(instances.size + 100).toString(16)}`;
      tokens.set(ClientToken, id);
      const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
      if (!instances.has(id)) instances.set(id, { id, state: 'pending', tags });
      return { Instances: [{ ...sample.whole, InstanceId: id, State: { Name: given(instances, id).state } }] };
    },
  };
}

interface Launch {
  ClientToken: string;
  TagSpecifications: [{ Tags: { Key: string; Value: string }[] }];
}

function given(instances: ReadonlyMap<string, FakeInstance>, id: string): FakeInstance {
  const found = instances.get(id);
  if (found === undefined) throw new Error(`no instance ${id}`);
  return found;
}

export const policy = aPolicy({ idle: { removeAfter: '14d' } });

/** What a person gets who restores this; it must be one thing. */
export async function restored({ ports, world }: Servers, name: string, patience = 10 * minute): Promise<Restoration> {
  const [target, ...more] = await findRestorable(ports, policy, name);
  if (target === undefined || more.length > 0) throw new Error(`${name} is not one`);
  return restore(ports, { policy, who: 'ana', until: world.clock.now() + patience }, target);
}

/** As the sweep left it: stopped, dated, and known. */
export async function stoppedByMayfly(at: Servers, id: string, expiresAt: Instant): Promise<void> {
  at.instances.set(id, {
    id,
    state: 'stopped',
    tags: { owner: 'ana', environment: 'staging', 'expires-at': toIso(expiresAt) },
  });
  const configuration = { version: 1, fields: {} };
  await at.tell(
    id,
    { kind: 'configured', configuration, since: 0, from: 'launched' },
    { kind: 'stopped' },
    { kind: 'dated', expiresAt },
  );
}
