import type { Part, Sizes } from './guard-parts.ts';
import type { GuardTarget } from './guard-steps.ts';

/** Something that stands in one account and region, and not at the organization. */
export type ShardPart = Exclude<Part, { kind: 'scp' }>;

/** Whether a part is still to be changed, by how it stands just before. */
export type Recheck =
  | { kind: 'go' }
  /** An earlier try has done it, and its answer was lost. */
  | { kind: 'done' }
  /** It is on its way, by an earlier try or by itself: the next one tells. */
  | { kind: 'wait'; why: string }
  | { kind: 'refused'; why: string };

/** Decides once more about a part that was planned: what was protected, or changed meanwhile, is left as it is. */
export function recheckPart(part: ShardPart, { protectedBy, unstoppable, what }: GuardTarget): Recheck {
  if (protectedBy !== undefined) return refused(protectedBy);
  if (part.kind === 'group') {
    if (what.kind !== 'group') return refused('it was read as something else');
    return part.zero ? recheckZero(part, what.sizes, unstoppable) : recheckCap(part, what.sizes);
  }
  if (what.kind === 'group') return refused('it was read as something else');
  if (unstoppable !== undefined) return refused(unstoppable);
  if (what.group !== undefined) return refused('it belongs to an Auto Scaling group now, which would replace it');
  if (what.state === 'running') return { kind: 'go' };
  if (what.state === 'changing') {
    return part.isAgain ? { kind: 'wait', why: 'its state is changing' } : refused('its state is changing');
  }
  return doneBefore(part, 'it does not run any more');
}

function refused(why: string): Recheck {
  return { kind: 'refused', why };
}

/** What was not asked for before is somebody else's doing, and nothing to take back. */
function doneBefore({ isAgain }: ShardPart, why: string): Recheck {
  return isAgain ? { kind: 'done' } : refused(why);
}

type GroupPart = ShardPart & { kind: 'group' };

/** A maximum below what runs would terminate some of it; the next try knows the size that it has come to. */
function recheckCap(part: GroupPart, sizes: Sizes): Recheck {
  const { before, cap } = part;
  if (cap === undefined) return refused('no maximum was decided for it');
  if (sizes.max === cap) return doneBefore(part, 'its maximum was set to its size meanwhile');
  if (sizes.max !== before.max) return refused(changed(sizes));
  if (sizes.desired > cap) {
    return { kind: 'wait', why: `it has grown to ${sizes.desired} meanwhile: a lower maximum would shrink it` };
  }
  return { kind: 'go' };
}

/** Its desired size moves by itself; its limits are a person's. */
function recheckZero(part: GroupPart, sizes: Sizes, unstoppable: string | undefined): Recheck {
  const { before, cap } = part;
  if (unstoppable !== undefined) return refused(unstoppable);
  if (sizes.max === 0) return doneBefore(part, 'its sizes were set to zero meanwhile');
  if (sizes.min !== before.min || ![before.max, cap].includes(sizes.max)) return refused(changed(sizes));
  return sizes.desired === 0 ? refused('it has no instances any more') : { kind: 'go' };
}

function changed({ min, desired, max }: Sizes): string {
  return `somebody changed its sizes to ${min}, ${desired}, ${max} (least, desired, most) meanwhile`;
}
