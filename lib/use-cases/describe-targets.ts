import type { Mode } from '../core/policy.ts';
import { type Memory, nothingKnown, type Resource, type Shard } from '../core/resource.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Description, Present, ResourceType } from '../resource-types/define.ts';
import { identify } from '../resource-types/index.ts';
import type { Ports } from './ports.ts';

/** A resource that a person named, as its service shows it. */
export interface FoundTarget {
  type: ResourceType;
  shard: Shard;
  present: Present;
  /** With what the ledger remembers. */
  resource: Resource;
  /** Of its account. */
  mode: Mode;
}

/** Something that was named and can't be acted on. */
export interface Missing {
  arn: string;
  why: string;
  /** Its service says so; absent where nobody knows. */
  state?: 'gone' | 'leaving';
}

export interface Found {
  targets: FoundTarget[];
  /** Named, but gone or unreadable. */
  missing: Missing[];
}

const typesAtOnce = 4;

/** Describes resources of one shard, in batches by type. What can't be read is missing, with the reason. */
export async function describeMembers(ports: Ports, shard: Shard, arns: readonly string[], mode: Mode): Promise<Found> {
  const memories = await ports.ledger.memories(arns);
  const byType = Map.groupBy(arns, (arn) => identify(arn)?.type);
  const found = await inParallel([...byType], typesAtOnce, async ([type, some]): Promise<Found> => {
    if (type === undefined) {
      return { targets: [], missing: some.map((arn) => ({ arn, why: 'Mayfly does not know this type' })) };
    }
    const ids = some.map((arn) => identify(arn)?.id ?? arn);
    const descriptions = await describeIn(ports, shard, type, ids).catch((error: Error) =>
      ids.map((id) => unreadable(id, error)),
    );
    return sort(some, type, descriptions, { shard, mode, memories });
  });
  return { targets: found.flatMap(({ targets }) => targets), missing: found.flatMap(({ missing }) => missing) };
}

function sort(
  arns: readonly string[],
  type: ResourceType,
  descriptions: readonly Description[],
  { shard, mode, memories }: Pick<FoundTarget, 'shard' | 'mode'> & { memories: ReadonlyMap<string, Memory> },
): Found {
  const found: Found = { targets: [], missing: [] };
  arns.forEach((arn, index) => {
    const description = descriptions[index];
    const memory = memories.get(arn) ?? nothingKnown;
    const stranger = description?.kind === 'present' ? strangerIn(description) : undefined;
    if (stranger !== undefined) found.missing.push({ arn, why: `it belongs to ${stranger}` });
    else if (description?.kind === 'present')
      found.targets.push(toTarget(arn, type, { shard, present: description, memory, mode }));
    else found.missing.push({ arn, ...absence(description) });
  });
  return found;
}

/** Why something that was described is not there, in words. */
export function absence(description: Exclude<Description, Present> | undefined): Omit<Missing, 'arn'> {
  switch (description?.kind) {
    case 'gone':
      return { why: 'it does not exist any more', state: 'gone' };
    case 'leaving':
      return { why: 'AWS is deleting it', state: 'leaving' };
    case 'unreadable':
      return { why: description.why };
    case undefined:
      return { why: 'the service gave no answer about it' };
    default:
      return description satisfies never;
  }
}

/** A shared image or snapshot is described in every account that can see it, and is only its owner's. */
export function strangerIn({ owner }: Present): string | undefined {
  return owner?.kind === 'controller' && owner.name.startsWith('account ') ? owner.name : undefined;
}

export function unreadable(id: string, { message }: Error): Description {
  return { kind: 'unreadable', id, why: message };
}

export async function describeIn(ports: Ports, shard: Shard, type: ResourceType, ids: readonly string[]) {
  const session = await ports.cloud.reader(shard);
  const bound = await type.bind(session.source, { ...shard, partition: session.partition });
  return bound.describe(ids);
}

export function toTarget(
  arn: string,
  type: ResourceType,
  { shard, present, memory, mode }: Pick<FoundTarget, 'shard' | 'present' | 'mode'> & { memory: Memory },
): FoundTarget {
  const { tags, identity, createdAt, changedAt, owner } = present;
  const resource: Resource = {
    arn,
    type: type.id,
    ...shard,
    tags,
    identity,
    memory,
    ...(createdAt !== undefined && { createdAt }),
    ...(changedAt !== undefined && { changedAt }),
    ...(owner !== undefined && { owner }),
  };
  return { type, shard, present, resource, mode };
}
