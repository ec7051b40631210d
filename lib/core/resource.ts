import type { IdleMemory } from './idle-memory.ts';
import type { Instant } from './time.ts';

/** One account in one region. */
export interface Shard {
  account: string;
  region: string;
}

/** A proof that a warning about one expiry of one resource arrived. */
export interface Receipt {
  expiresAt: Instant;
  at: Instant;
  /** Absent where the service shows no identity. */
  identity?: string;
}

/** The expiry values that were seen on a resource, and since when. */
export interface Sighting {
  /** The expiry keys and values as they stood, in one comparable text. */
  values: string;
  firstSeenAt: Instant;
  /** The expiry that they gave then; absent for never and unreadable. */
  expiresAt?: Instant;
  /** Somebody may have used the tag as a weapon: the full first warning lead is due. */
  needsFullLead: boolean;
  /** Mayfly wrote these values itself, on a person's order: they are nobody's weapon. */
  byMayfly?: boolean;
  /** Since when a whole scan has not shown them any more. */
  goneAt?: Instant;
}

/** A person's order to remove a resource before its expiry. */
export interface LetGo {
  at: Instant;
  by: string;
  /** The expiry values that stood when the order was given; others cancel it. */
  values: string;
}

/** What the ledger remembers about one resource. */
export interface Memory {
  identity?: string;
  firstSeenAt?: Instant;
  sighting?: Sighting;
  /** The shard whose scan showed the sighting; absent where none did, as after an extension. */
  seenIn?: Shard;
  receipts: readonly Receipt[];
  letGo?: LetGo;
  /** The extension of a resource that can't be tagged (a stack). */
  extendedTo?: Instant;
  /** Runs in a row in which the service refused the removal. */
  refusals: number;
  quarantinedUntil?: Instant;
  /** A removal was asked for and its end is not known yet. */
  removalRequestedAt?: Instant;
  /** Of a server that the idle rule looks at. */
  idle?: IdleMemory;
}

export const nothingKnown: Memory = { receipts: [], refusals: 0 };

/** Who brings a resource back, or whose part it is. */
export interface Owner {
  kind: 'stack' | 'controller';
  name: string;
}

/** A resource as a decision sees it: found by a scan, or described just before acting. */
export interface Resource {
  arn: string;
  type: string;
  account: string;
  region: string;
  tags: Readonly<Record<string, string>>;
  /** Absent where it was not read, or the service does not show it. */
  createdAt?: Instant;
  /** The last change, where the service shows no creation; never earlier than the creation. */
  changedAt?: Instant;
  /** Tells a resource from a later one of the same name. */
  identity?: string;
  owner?: Owner;
  memory: Memory;
}

/** Comparable text of the expiry keys and values of a resource. */
export function valuesOf(tags: readonly { key: string; value: string }[]): string {
  return tags
    .map(({ key, value }) => `${key.toLowerCase()}=${value.trim()}`)
    .toSorted()
    .join('\n');
}

const stackKey = 'aws:cloudformation:stack-id';
const controllerKeys = [
  'aws:autoscaling:groupName',
  'eks:cluster-name',
  'aws:eks:cluster-name',
  'aws:elasticmapreduce:job-flow-id',
];

/** The owner that AWS's own tags show. */
export function ownerInTags(tags: Readonly<Record<string, string>>): Owner | undefined {
  const stack = tags[stackKey] ?? tags['aws:cloudformation:stack-name'];
  if (stack !== undefined) return { kind: 'stack', name: stack };
  const controller = controllerKeys.find((key) => tags[key] !== undefined);
  return controller === undefined ? undefined : { kind: 'controller', name: tags[controller] ?? '' };
}

const toolKeys = ['managed-by', 'managedby', 'managed_by', 'created-by', 'provisioner'];

/**
 * What made it and may make it again, by the tags that stacks, Terraform and Pulumi users give: a convention and no
 * proof, so it is for words only.
 */
export function managerInTags(tags: Readonly<Record<string, string>>): string | undefined {
  const owner = ownerInTags(tags);
  if (owner?.kind === 'stack') return `stack ${owner.name.split('/')[1] ?? owner.name}`;
  const byKey = new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value.trim()]));
  const project = byKey.get('pulumi:project');
  if (project !== undefined) return `Pulumi project ${project}`;
  const tool = toolKeys.map((key) => byKey.get(key)).find((value) => /terraform|opentofu|pulumi/i.test(value ?? ''));
  if (tool !== undefined) return tool;
  return /^(true|yes|1)$/i.test(byKey.get('terraform') ?? '') ? 'Terraform' : undefined;
}
