import type { GuardMemory } from './guard-memory.ts';
import { keyOfPart, type Part, type Sizes } from './guard-parts.ts';

/** How a part of what the guard did stands there now, as its service shows it. */
export type Present =
  | { kind: 'scp'; attached: boolean }
  | { kind: 'group'; sizes: Sizes }
  | { kind: 'server'; state: 'running' | 'stopped' | 'changing'; identity?: string }
  /** It does not exist any more, or its account has left. */
  | { kind: 'gone'; says: string }
  | { kind: 'unreadable'; why: string };

/** What is to be done to take a part back. */
export type Undo =
  | { kind: 'detach'; account: string; policy: string }
  | { kind: 'resize'; arn: string; sizes: Partial<Sizes> }
  | { kind: 'start'; arn: string }
  /** It is as before. */
  | { kind: 'nothing' }
  /** It is not as before, and the guard has no business to change it. */
  | { kind: 'differs'; says: string }
  /** It can't be taken back now: the next try may. */
  | { kind: 'wait'; why: string };

/** Servers want their databases; what denies creations goes last, so that nothing new comes before all is back. */
const order: Readonly<Record<Part['kind'], number>> = { database: 0, server: 1, group: 2, scp: 3 };

/**
 * What a release takes back, in order: all that the guard changed, or was about to, and has not taken back yet. After a
 * crash at any point it is what is left; each part by itself, so that one that can't be taken back holds up no other.
 */
export function releasePlan({ parts }: GuardMemory): { key: string; part: Part }[] {
  return Object.values(parts)
    .map((part) => ({ key: keyOfPart(part), part }))
    .toSorted((a, b) => order[a.part.kind] - order[b.part.kind] || (a.key < b.key ? -1 : 1));
}

/**
 * How to take a part back from how it stands there: nothing twice, and nothing that a person has made of it meanwhile.
 */
export function undo(part: Part, present: Present): Undo {
  if (present.kind === 'gone') return { kind: 'differs', says: present.says };
  if (present.kind === 'unreadable') return { kind: 'wait', why: present.why };
  if (part.kind === 'scp') {
    if (present.kind !== 'scp') return mismatch;
    return present.attached ? { kind: 'detach', account: part.account, policy: part.policy } : { kind: 'nothing' };
  }
  if (part.kind === 'group') return present.kind === 'group' ? resize(part, present.sizes) : mismatch;
  if (present.kind !== 'server') return mismatch;
  if (part.identity !== undefined && present.identity !== undefined && part.identity !== present.identity) {
    return { kind: 'differs', says: anotherHasItsName };
  }
  if (present.state === 'changing') return { kind: 'wait', why: 'its state is changing' };
  return present.state === 'stopped' ? { kind: 'start', arn: part.arn } : { kind: 'nothing' };
}

/** What became of a part whose identity is another's now, in words. */
export const anotherHasItsName = 'it was deleted, and another one has its name';

const mismatch: Undo = { kind: 'wait', why: 'it was read as something else' };

function resize({ arn, before, cap, zero }: Part & { kind: 'group' }, sizes: Sizes): Undo {
  if (zero && isZero(sizes)) return { kind: 'resize', arn, sizes: before };
  // Its desired size is its own matter while it is only frozen.
  if (cap !== undefined && sizes.max === cap && cap !== before.max) {
    return { kind: 'resize', arn, sizes: { max: before.max } };
  }
  if (sizes.max === before.max && sizes.min === before.min) return { kind: 'nothing' };
  const { min, desired, max } = sizes;
  return {
    kind: 'differs',
    says: `somebody changed its sizes to ${min}, ${desired}, ${max} (least, desired, most): they stay so`,
  };
}

function isZero({ min, desired, max }: Sizes): boolean {
  return min === 0 && desired === 0 && max === 0;
}
