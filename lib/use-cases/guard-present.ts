import { keyOfPart } from '../core/guard-parts.ts';
import type { ShardPart } from '../core/guard-recheck.ts';
import { anotherHasItsName, type Present as PresentPart } from '../core/guard-release.ts';
import type { Shard } from '../core/resource.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Description, ResourceType } from '../resource-types/define.ts';
import { identify } from '../resource-types/index.ts';
import { absence } from './describe-targets.ts';
import { sizesOf } from './guard-target.ts';
import type { Session } from './ports.ts';

/** A part, its type, and what its service says about it now. */
export interface DescribedPart<P extends ShardPart = ShardPart> {
  key: string;
  part: P;
  /** Absent: Mayfly does not know its type. */
  type?: ResourceType;
  description: Description;
}

const typesAtOnce = 4;

/** Parts as their services show them, in batches by type. `whole`: with what goes with them. */
export async function describeParts<P extends ShardPart>(
  session: Session,
  shard: Shard,
  parts: readonly P[],
  whole: (part: P) => boolean = () => false,
): Promise<DescribedPart<P>[]> {
  const groups = Map.groupBy(parts, (part) => `${identify(part.arn)?.type?.id} ${whole(part)}`);
  const described = await inParallel([...groups.values()], typesAtOnce, async (some) => {
    const { type } = identify(some[0]?.arn ?? '') ?? {};
    const ids = some.map(({ arn }) => identify(arn)?.id ?? arn);
    const [first] = some;
    if (type === undefined || first === undefined) {
      return some.map((part) => ({ key: keyOfPart(part), part, description: strange(part.arn) }));
    }
    const bound = await type.bind(session.source, { ...shard, partition: session.partition });
    const found = await (whole(first) ? bound.describe(ids) : bound.describeAlone(ids));
    return some.map((part, index) => ({
      key: keyOfPart(part),
      part,
      type,
      description: found[index] ?? strange(part.arn),
    }));
  });
  return described.flat();
}

function strange(id: string): Description {
  return { kind: 'unreadable', id, why: 'Mayfly does not know its type' };
}

/** How a part stands, for a release. */
export function presentOf({ part, description }: DescribedPart): PresentPart {
  if (description.kind === 'unreadable') return { kind: 'unreadable', why: description.why };
  if (description.kind !== 'present') return { kind: 'gone', says: absence(description).why };
  if (part.kind !== 'group') {
    const { server, identity } = description;
    return { kind: 'server', state: server?.state ?? 'changing', identity };
  }
  // A group's name can be used again, its ARN can't.
  if (description.arn !== part.arn) return { kind: 'gone', says: anotherHasItsName };
  return { kind: 'group', sizes: sizesOf(description) };
}

/** Whether something else is there under the name of a part. */
export function isAnother({ part, description }: DescribedPart): boolean {
  if (description.kind !== 'present') return false;
  if (part.kind === 'group') return description.arn !== part.arn;
  return part.identity !== undefined && description.identity !== part.identity;
}
