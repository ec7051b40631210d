import type { Shard } from '../../lib/core/resource.ts';
import type { Instant } from '../../lib/core/time.ts';

/** Something that exists in the fake world. */
export interface Thing {
  arn: string;
  tags: Readonly<Record<string, string>>;
  createdAt: Instant;
}

/** Where and since when a thing is there. */
export interface Birth extends Partial<Shard> {
  createdAt?: Instant;
}

export interface Instance {
  volumes: readonly string[];
  /** Its termination protection is on. */
  protected: boolean;
}

export interface Group {
  instances: readonly string[];
  /** Instances that are protected from scale in. */
  keeps: readonly string[];
  /** The launch template that it starts from. */
  template?: string;
}

export interface Stack {
  members: readonly { type: string; id: string }[];
  protected: boolean;
  /** Why its deletion fails, if it does. */
  failsWith?: string;
  failedAt?: Instant;
}

export interface Database {
  identity: string;
  state: string;
  replicas: readonly string[];
}

/** What one account and region holds, by id. */
export interface Place {
  queues: Map<string, Thing>;
  volumes: Map<string, Thing & { attachedTo?: string }>;
  instances: Map<string, Thing & Instance>;
  templates: Map<string, Thing>;
  groups: Map<string, Thing & Group>;
  stacks: Map<string, Thing & Stack>;
  databases: Map<string, Thing & Database>;
  /** Final snapshots; in a world of servers those of disks, too. */
  snapshots: Map<string, Thing>;
  images: Map<string, Thing>;
}

export function emptyPlace(): Place {
  return {
    queues: new Map(),
    volumes: new Map(),
    instances: new Map(),
    templates: new Map(),
    groups: new Map(),
    stacks: new Map(),
    databases: new Map(),
    snapshots: new Map(),
    images: new Map(),
  };
}

export const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
