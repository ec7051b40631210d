import type { Policy } from '../core/policy.ts';
import type { IamAction, ResourceType } from '../resource-types/define.ts';
import {
  allow,
  type Condition,
  deny,
  type Grant,
  kindOf,
  type Need,
  needsOf,
  patternOf,
  sorted,
} from './permissions.ts';

/**
 * What AWS can't condition on an expiry key waits for a parameter of the member stack. The text tells a person what
 * saying `true` means.
 */
export const optIns = {
  EmptyBuckets:
    'true: the objects of an expired bucket are deleted, so that it can go. S3 objects know no tag condition',
  RemoveCarried:
    'true: snapshots of an expired image and members of an expired cluster go without an expiry tag of their own',
  RemoveUnguarded: 'true: types whose tags AWS can not compare are removed',
  PassServerRoles: 'true: a restored server gets its role back. Which role that may be IAM can not tell',
} as const;
export type OptIn = keyof typeof optIns;

/** The role that a parameter adds to. */
export function roleOf(optIn: OptIn): 'act' | 'idle' {
  return optIn === 'PassServerRoles' ? 'idle' : 'act';
}

/** Of types whose tags AWS can't compare, what is granted all the same, and why. */
const harmless: Readonly<Partial<Record<IamAction, string>>> = {
  's3:DeleteBucket': 'AWS deletes a bucket only while it is empty',
};

/** The parameter that a need waits for; `undefined` where it is granted at once. */
export function optInOf(need: Need): OptIn | undefined {
  const { type, permission } = need;
  const kind = kindOf(need);
  if (kind === 'carried') return 'RemoveCarried';
  if (kind !== 'passing' && permission.actions.includes('iam:PassRole')) return 'PassServerRoles';
  if (type.unguarded === undefined || kind === 'listing') return undefined;
  if (permission.actions.every((action) => harmless[action] !== undefined)) return undefined;
  return type.id === 's3:bucket' ? 'EmptyBuckets' : 'RemoveUnguarded';
}

const byName = 'Snapshots that Mayfly itself names; buckets only while they are empty';
const byTag = 'Names are not known before; a key in the tags is demanded instead';
const noNarrower = 'AWS checks these reads against no narrower resource';

/** Removing: what carries an expiry key and no protection. */
export function actGrants(types: readonly ResourceType[], policy: Policy): Grant[] {
  const needs = needsOf(acting(types, policy), 'act');
  return [
    ...conditioned(needs, types, 'Remove', policy.expiry.tags.map(carries)),
    ...stackGrants(
      needs.filter((need) => kindOf(need) === 'passing'),
      policy,
    ),
    ...denyProtected(removalsOf(needs), policy),
  ];
}

/** What one parameter adds to its role. */
export function optInGrants(optIn: OptIn, types: readonly ResourceType[], policy: Policy): Grant[] {
  const role = roleOf(optIn);
  if (role === 'idle' && policy.idle === undefined) return [];
  const needs = needsOf(acting(types, policy), role).filter((need) => optInOf(need) === optIn);
  return allow(needs, types, { sid: optIn, because: `Only with the parameter ${optIn}` });
}

/** A type that the policy does not list is left alone, so its removal is not granted either. */
export function acting(types: readonly ResourceType[], policy: Pick<Policy, 'types'>): readonly ResourceType[] {
  const listed = policy.types;
  return listed === 'all' ? types : types.filter(({ id }) => listed.includes(id));
}

/** IAM takes any case of a key in a condition's name. */
export function carries(key: string): Condition {
  return { Null: { [`aws:ResourceTag/${key}`]: 'false' } };
}

/**
 * What the tags guard, under any of the conditions: one statement for each, because IAM joins those of one statement by
 * AND. What goes with a resource counts as guarded. Names and listings stand without a condition.
 */
function conditioned(
  needs: readonly Need[],
  types: readonly ResourceType[],
  sid: string,
  conditions: readonly Condition[],
): Grant[] {
  const guarded = needs.filter((need) => ['guarded', 'carried'].includes(kindOf(need)));
  const others = needs.filter((need) => optInOf(need) === undefined);
  return [
    ...conditions.flatMap((condition) => allow(guarded, types, { sid, because: byTag, condition })),
    ...allow(
      others.filter((need) => kindOf(need) === 'named'),
      types,
      { sid: `${sid}ByName`, because: byName },
    ),
    ...allow(
      others.filter((need) => kindOf(need) === 'listing'),
      types,
      { sid: `${sid}Reads`, because: noNarrower },
    ),
  ];
}

/** Stacks go with a role of their own or not at all: else CloudFormation takes the one that they were made with. */
function stackGrants(needs: readonly Need[], { roles }: Policy): Grant[] {
  if (needs.length === 0 || roles.stack === undefined) return [];
  const stackRole = roles.stack;
  const on = sorted(needs.map((need) => patternOf(need, []).replace('STACK_ROLE', stackRole)));
  return [
    {
      sid: 'PassStackRole',
      effect: 'Allow',
      actions: sorted(needs.flatMap(({ permission }) => permission.actions)),
      on,
      condition: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
      because: 'One role by its name',
    },
    {
      sid: 'OnlyWithStackRole',
      effect: 'Deny',
      actions: ['cloudformation:DeleteStack'],
      on: ['*'],
      condition: { ArnNotEquals: { 'cloudformation:RoleArn': on } },
      because: 'It only takes away',
    },
  ];
}

/** What deletes. Reads, passing a role and what AWS demands on the way stand beside it. */
function removalsOf(needs: readonly Need[]): Need[] {
  return changing(needs).filter(({ type, permission }) => type.needs.remove?.includes(permission));
}

function changing(needs: readonly Need[]): Need[] {
  return needs.filter(({ permission }) => permission.on !== '*' && permission.implied === undefined);
}

/**
 * Protected is what says anything but `false` or a date. Whether a date has come is nothing that IAM can tell: that is
 * left to the recheck and the pinned session.
 */
export function whereProtected({ protect }: Pick<Policy, 'protect'>): Condition {
  const tag = `aws:ResourceTag/${protect.tag}`;
  return {
    Null: { [tag]: 'false' },
    StringNotEqualsIgnoreCase: { [tag]: 'false' },
    StringNotLike: { [tag]: '????-??-??*' },
  };
}

export function denyProtected(needs: readonly Need[], policy: Pick<Policy, 'protect'>): Grant[] {
  return deny(needs, 'NeverProtected', whereProtected(policy));
}
