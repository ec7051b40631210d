import type { Part } from './guard-parts.ts';
import { isTypeOn, type Policy } from './policy.ts';
import type { CopyState } from './server.ts';

/** Whether something may be stopped, by its copy. */
export type AfterCopy =
  | { kind: 'stop' }
  /** The next try tells. */
  | { kind: 'wait'; why: string }
  | { kind: 'refused'; why: string };

/**
 * Whether a copy lets its server be stopped. An EBS snapshot holds the moment in which it was asked for, whatever comes
 * of the volume while it is pending, so nothing waits for an image (EBS user guide, Create Amazon EBS snapshots); RDS
 * stops no database that is backed up. `state`: of a copy that an earlier try had asked for; absent: of one just begun.
 */
export function afterCopy(
  kind: Exclude<Part['kind'], 'scp' | 'group'>,
  copy: string,
  state: CopyState = { kind: 'pending' },
): AfterCopy {
  switch (state.kind) {
    case 'complete':
      return { kind: 'stop' };
    case 'pending':
      if (kind === 'server') return { kind: 'stop' };
      return { kind: 'wait', why: `its copy ${copy} is being made, and RDS stops no database meanwhile` };
    case 'incomplete':
      return { kind: 'refused', why: `its copy ${copy} failed: ${state.why}` };
    case 'gone':
      return { kind: 'wait', why: `its copy ${copy} is not there any more: another one is made` };
    case 'unreadable':
      return { kind: 'wait', why: `its copy ${copy} can't be read: ${state.why}` };
    default:
      return state satisfies never;
  }
}

/** What of the copies that a stop began nobody will delete, in words; `undefined`: their time ends. */
export function copiesThatStay(copies: readonly { type: string }[], policy: Policy): string | undefined {
  const stay = copies.filter(({ type }) => policy.idle === undefined || !isTypeOn(type, policy));
  if (stay.length === 0) return undefined;
  const types = [...new Set(stay.map(({ type }) => type))].toSorted().join(', ');
  const why = policy.idle === undefined ? 'the policy has no idle block' : `its types do not name ${types}`;
  const count = stay.length === 1 ? '1 copy that was begun stays' : `${stay.length} copies that were begun stay`;
  return `${count} until somebody deletes ${stay.length === 1 ? 'it' : 'them'}: ${why}`;
}
