import type { PlannedDecision } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import type { Permission, Present, ResourceType } from '../resource-types/define.ts';
import type { Cloud, Pin, SessionScope } from './ports.ts';

/** A rechecked resource that may go, with the decision that let it go. */
export interface Removal {
  type: ResourceType;
  decision: PlannedDecision;
  target: Present;
}

/** Without a session policy to fill, this many go between two looks at the pause switch. */
const batchMax = 100;

/**
 * Cuts removals into batches that fit one pinned session each. Those that were decided on the same tag values stand
 * together, because they share a statement.
 */
export function removalBatches(
  removals: readonly Removal[],
  shard: Shard & { partition: string },
  policy: Policy,
  cloud: Pick<Cloud, 'fits'>,
): Removal[][] {
  // What can't be pinned never shares a session with what can: it would take the pins away.
  const [pinned = [], unpinned = []] = [false, true].map((without) =>
    removals.filter(({ type }) => (type.unpinned !== undefined) === without),
  );
  return [pinned, unpinned].flatMap((some) => {
    const keyed = some.map((removal) => ({ removal, key: packingKey(removal) }));
    const sorted = keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ removal }) => removal);
    return packed(sorted, (batch) => cloud.fits(scopeOf(batch, shard, policy)));
  });
}

/** As many as fit into each batch, in their order. One that fits nowhere is alone. */
export function packed<T>(items: readonly T[], fits: (batch: readonly T[]) => boolean): T[][] {
  const batches: T[][] = [];
  let open: T[] = [];
  for (const item of items) {
    const larger = [...open, item];
    if (open.length > 0 && !(larger.length <= batchMax && fits(larger))) {
      batches.push(open);
      open = [item];
    } else open = larger;
  }
  return open.length === 0 ? batches : [...batches, open];
}

/**
 * Neighbours in this order share most of a policy. Types that one call removes by the dozen come first and by
 * themselves, so that few sessions mean few calls; types that need statements besides their pins come last, by type, so
 * that few policies carry those; all others stand by the tag values that they were decided on.
 */
function packingKey({ type, decision }: Removal): string {
  const shape = JSON.stringify(decision.decidedOn);
  if (type.removesTogether) return `0 ${type.id} ${shape}`;
  const plain = (type.needs.remove ?? []).every(({ guard }) => guard === 'tags');
  return plain ? `1 ${shape}` : `2 ${type.id} ${shape}`;
}

/** Finishing has a session of its own, so neither may do what only the other needs. */
type Acting = 'remove' | 'finish';

/** What the session of one batch is allowed: its ARNs under the decided tags, and what its removals need besides. */
export function scopeOf(
  batch: readonly Removal[],
  shard: Shard & { partition: string },
  policy: Policy,
  operation: Acting = 'remove',
): SessionScope {
  const pins: Pin[] = [];
  const besides: SessionScope['besides'][number][] = [];
  for (const { type, decision, target } of batch) {
    for (const permission of type.needs[operation] ?? []) {
      const { actions, on } = permission;
      if (isPinned(permission, type)) {
        const unguarded = permission.guard === undefined;
        const [arn = target.arn] = on.startsWith('TARGET') ? arnsOn(on, shard, target) : [];
        pins.push({ arn, tags: decision.decidedOn, actions, ...(unguarded && { unguarded }) });
      } else {
        // Only a stack needs the role that deletes it, and without one it is not pinned at all.
        const named = on.replace('STACK_ROLE', policy.roles.stack ?? '');
        besides.push(...arnsOn(named, shard, target).map((arn) => ({ actions, on: arn })));
      }
    }
  }
  return { pins, besides, keys: [...policy.expiry.tags, policy.protect.tag] };
}

/** A type whose tags AWS can't compare is still pinned to its ARN. */
function isPinned({ guard, on }: Permission, { unguarded }: ResourceType): boolean {
  return guard === 'tags' || (unguarded !== undefined && on !== '*' && !/TARGET|CARRIED/.test(on));
}

/** The ARNs that a permission's pattern stands for with one resource. */
export function arnsOn(on: string, shard: Shard & { partition: string }, target: Present): string[] {
  if (on.startsWith('CARRIED')) return (target.carries ?? []).map(({ arn }) => arn).filter((arn) => arn !== '');
  return [
    on
      .replace('TARGET', target.arn)
      .replace(/^arn:aws:/, `arn:${shard.partition}:`)
      .replace('REGION', shard.region)
      .replace('ACCOUNT', shard.account),
  ];
}
