import { type Duration, type Instant, minute, toIso } from '../../lib/core/time.ts';
import type { Clock } from '../../lib/use-cases/ports.ts';
import { at } from './builders.ts';
import { account, aWorld, region, type World } from './world.ts';
import type { Thing } from './world-places.ts';
import { serverAnswers } from './world-server-answers.ts';

/** A server with what AWS shows of it and what it does not: since when it has written nothing. */
export interface FakeServer extends Thing {
  id: string;
  state: 'running' | 'stopped';
  launchedAt: Instant;
  /** When its stop was asked for. It writes on until it is stopped. */
  stopAskedAt?: Instant;
  /** It was shut down from inside: EC2 shows no time. */
  stopIsHidden?: boolean;
  changedAt: Instant;
  volumes: string[];
  /** Of those that came later. */
  attachedAt: Record<string, Instant>;
  protected: boolean;
  stopProtected: boolean;
  instanceType: string;
  groups: string[];
  lifecycle?: string;
  rootDevice: string;
  busyAt?: Instant;
  /** Mayfly stopped it, and nobody has started it since. */
  isMayflys?: boolean;
  /** Its date was written by a person. */
  ownDate?: boolean;
  /** Its network interface goes with it. */
  interfaceGoes: boolean;
}

export interface FakeImage extends Thing {
  id: string;
  name: string;
  of: string;
  snapshots: string[];
}

export interface FakeSnapshot extends Thing {
  id: string;
  volume: string;
  /** When it is complete, or has failed. */
  readyAt: Instant;
  failed: boolean;
}

/** Everything that EC2 holds, and what is wrong with it for the moment. */
export interface Servers {
  clock: Clock;
  servers: Map<string, FakeServer>;
  images: Map<string, FakeImage>;
  snapshots: Map<string, FakeSnapshot>;
  interfaces: Map<string, Thing & { of: string; attached: boolean }>;
  trail: { name: string; at: Instant; event: string; by: string }[];
  /** How long a snapshot takes, and of which volumes none succeeds. */
  snapshotsTake: Duration;
  failing: Set<string>;
  metricsMissing: boolean;
  /** How long a server must have been left alone before it may be stopped. */
  idleAfter: Duration;
  /** What Mayfly did to servers, and what it should not have done, in words. */
  stops: string[];
  removals: string[];
  breaches: string[];
}

export interface ServerWorld extends World {
  clock: MovedClock;
  aws: Servers;
  /** A server with two volumes that has run since `launchedAt`. */
  server(id: string, tags: Thing['tags'], more?: Partial<FakeServer>): FakeServer;
  people: People;
}

export interface MovedClock extends Clock {
  pass(duration: Duration): void;
}

/** Time passes where a test says so, and where somebody waits for AWS. What waits for a signal waits for that alone. */
export function movedClock(start: Instant = at('2026-11-23T12:00Z')): MovedClock {
  let now = start;
  return {
    now: () => now,
    sleep: async (duration, signal) => {
      if (signal === undefined) now += duration;
      else await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },
    pass(duration) {
      now += duration;
    },
  };
}

/** A graceful shutdown takes as long. */
const stopTakes: Duration = minute / 2;

/** Since when nothing has been written to its disks any more; `undefined` while it may still write. */
export function quietSince({ state, stopAskedAt }: FakeServer, now: Instant): Instant | undefined {
  const isStopped = state === 'stopped' && stopAskedAt !== undefined && now >= stopAskedAt + stopTakes;
  return isStopped ? stopAskedAt + stopTakes : undefined;
}

/** A world whose EC2 knows servers with their images, snapshots and interfaces. */
export function aServerWorld(clock: MovedClock = movedClock()): ServerWorld {
  const base = aWorld(clock);
  const place = base.place();
  const aws: Servers = {
    clock,
    servers: place.instances as Servers['servers'],
    images: place.images as Servers['images'],
    snapshots: place.snapshots as Servers['snapshots'],
    interfaces: new Map(),
    trail: [],
    snapshotsTake: 10 * minute,
    failing: new Set(),
    metricsMissing: false,
    idleAfter: 0,
    stops: [],
    removals: [],
    breaches: [],
  };
  Object.assign(base.answers, serverAnswers(aws));
  const world = Object.assign(base, { aws, people: peopleOf(aws) }) as Omit<ServerWorld, 'server'>;
  return Object.assign(world, { server: serverIn(base, aws) });
}

function serverIn({ clock }: World, aws: Servers): ServerWorld['server'] {
  return (id, tags, more = {}) => {
    const createdAt = more.createdAt ?? clock.now();
    const made: FakeServer = {
      arn: arnOf('instance', id),
      id,
      tags,
      createdAt,
      state: 'running',
      launchedAt: createdAt,
      changedAt: createdAt,
      volumes: [`vol-${id.slice(2)}1`, `vol-${id.slice(2)}2`],
      attachedAt: {},
      protected: false,
      stopProtected: false,
      instanceType: 't3.micro',
      groups: ['sg-1'],
      rootDevice: 'ebs',
      interfaceGoes: true,
      ...more,
    };
    aws.servers.set(id, made);
    const eni = `eni-${id.slice(2)}`;
    aws.interfaces.set(eni, { arn: arnOf('network-interface', eni), tags: {}, createdAt, of: id, attached: true });
    return made;
  };
}

export function arnOf(what: string, id: string): string {
  const isOwned = what !== 'image' && what !== 'snapshot';
  return `arn:aws:ec2:${region}:${isOwned ? account : ''}:${what}/${id}`;
}

/** What people do in the console, behind Mayfly's back. */
export interface People {
  start(id: string): void;
  stop(id: string): void;
  /** From inside: EC2 shows no time of it. */
  shutDown(id: string): void;
  change(id: string): void;
  attach(id: string): void;
  tag(id: string, key: string, value: string): void;
  untag(id: string, key: string): void;
  deleteSnapshot(of: string): void;
  deregister(of: string): void;
}

function peopleOf(aws: Servers): People {
  const on = (event: string, act: (server: FakeServer, now: Instant) => void) => (id: string) => {
    const server = aws.servers.get(id);
    if (server === undefined) return;
    act(server, aws.clock.now());
    aws.trail.push({ name: id, at: aws.clock.now(), event, by: 'ana' });
  };
  const stop = (isHidden: boolean) => (server: FakeServer, now: Instant) => {
    if (server.state === 'running')
      Object.assign(server, { state: 'stopped', stopAskedAt: now, stopIsHidden: isHidden });
  };
  const newest = (of: string) => [...aws.images.values()].findLast((image) => image.of === of);
  return {
    start: on('StartInstances', (server, now) => {
      if (quietSince(server, now) === undefined) return;
      delete server.stopAskedAt;
      Object.assign(server, { state: 'running', launchedAt: now, stopIsHidden: false, isMayflys: false });
    }),
    stop: on('StopInstances', stop(false)),
    shutDown: on('shutdown', stop(true)),
    change: on('ModifyInstanceAttribute', (server, now) => {
      server.groups = [`sg-${toIso(now)}`];
      server.changedAt = now;
    }),
    attach: on('AttachVolume', (server, now) => {
      const volume = `vol-${now.toString(16)}`;
      server.volumes.push(volume);
      server.attachedAt[volume] = now;
      server.changedAt = now;
    }),
    tag(id, key, value) {
      const server = aws.servers.get(id);
      if (server !== undefined) server.tags = { ...server.tags, [key]: value };
    },
    untag(id, key) {
      const server = aws.servers.get(id);
      if (server === undefined) return;
      server.tags = Object.fromEntries(Object.entries(server.tags).filter(([one]) => one !== key));
    },
    deleteSnapshot(of) {
      const [snapshot = ''] = newest(of)?.snapshots ?? [];
      aws.snapshots.delete(snapshot);
    },
    deregister(of) {
      aws.images.delete(newest(of)?.id ?? '');
    },
  };
}

/** Why an image of a server is no copy of it that could be relied on; `undefined`: it is one. */
export function flawOf(aws: Servers, image: FakeImage, server: FakeServer): string | undefined {
  const now = aws.clock.now();
  const made = image.snapshots.flatMap((id) => aws.snapshots.get(id) ?? []);
  const whole = made.filter(({ failed, readyAt }) => !failed && readyAt <= now).map(({ volume }) => volume);
  const without = server.volumes.filter((volume) => !whole.includes(volume));
  return without.length === 0 ? undefined : `${image.id} lacks ${without.join(', ')}`;
}
