import type { Policy } from '../core/policy.ts';
import type { ResourceType } from '../resource-types/define.ts';
import { denyProtected, whereProtected } from './member-act.ts';
import { allow, type Condition, deny, type Grant, kindOf, type NeedKind, needsOf } from './permissions.ts';

const anywhere = 'A bill runs away through whatever stands there: its name is not known before';
const keys = 'Keys of encrypted disks, which AWS itself uses where it starts a server or a database';
const noNarrower = 'AWS checks these reads against no narrower resource';

/** A group as good as stopped. A request that says nothing of its maximum may lower its desired size. */
const toZero: Condition = { NumericLessThanIfExists: { 'autoscaling:MaxSize': '1' } };

/**
 * Stopping a runaway bill, and taking it back, wherever the policy has a guard: where the policy lets it only tell, an
 * admin still may stop. Whatever `types` says, which is about removing. What is protected is never stopped; it may be
 * started, and a group may be given its size again.
 */
export function guardGrants(types: readonly ResourceType[], policy: Policy): Grant[] {
  if (policy.guard === undefined) return [];
  const needs = [...needsOf(types, 'guard'), ...(policy.guard.copy ? needsOf(types, 'guardCopy') : [])];
  const some = (kind: NeedKind) => needs.filter((need) => kindOf(need) === kind);
  const stops = needsOf(types, 'guardStop').filter((need) => kindOf(need) === 'guarded');
  const sizes = needsOf(types, 'guardResize').filter((need) => kindOf(need) === 'guarded');
  return [
    ...allow(some('guarded'), types, { sid: 'Guard', because: anywhere }),
    ...allow(some('named'), types, { sid: 'GuardByName', because: keys }),
    ...allow(some('listing'), types, { sid: 'GuardReads', because: noNarrower }),
    ...denyProtected(stops, policy),
    ...deny(sizes, 'NeverProtectedToZero', { ...whereProtected(policy), ...toZero }),
  ];
}

/** What shows only to those who ask whether something may be stopped. It changes nothing. */
export function guardReadGrants(types: readonly ResourceType[], policy: Policy): Grant[] {
  if (policy.guard === undefined) return [];
  return allow(needsOf(types, 'guardRead'), types, { sid: 'GuardEvidence', because: noNarrower });
}
