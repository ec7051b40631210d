import type { Policy } from '../core/policy.ts';
import type { Condition, OperationName, Permission, ResourceType } from '../resource-types/define.ts';
import { listingActions } from '../resource-types/listing-actions.ts';

export type { Condition } from '../resource-types/define.ts';

/** One statement of a role. In its ARNs PARTITION and ACCOUNT stand for what only the account knows. */
export interface Grant {
  sid: string;
  effect: 'Allow' | 'Deny';
  actions: readonly string[];
  on: readonly string[];
  condition?: Condition;
  /** Why its wildcards may stand. */
  because: string;
}

/** What a role is given depends on: of a type that is only counted, too. */
type Needing = Pick<ResourceType, 'id' | 'needs' | 'unguarded'>;

/** A permission with the type that declares it. */
export interface Need {
  type: Needing;
  permission: Permission;
}

/** The operations behind each role. */
const operations = {
  read: ['describe', 'list', 'census'],
  act: ['remove', 'finish'],
  tag: ['tag'],
  idleRead: ['checkStop', 'metrics', 'lastChange', 'copyState'],
  idle: ['copy', 'finishCopy', 'stop', 'start', 'recipe', 'restore', 'prepareRemoval', 'discardCopy'],
  /** The tags of a server that the idle rule stopped: its expiry comes, and goes where a person starts it. */
  idleTag: ['untag'],
  guard: ['stop', 'start', 'stopTogether', 'startTogether', 'resize'],
  /** What of it takes away. */
  guardStop: ['stop', 'stopTogether'],
  guardResize: ['resize'],
  guardRead: ['checkStop'],
  /** Where the policy wants copies before a stop. */
  guardCopy: ['copy', 'copyState'],
} as const satisfies Record<string, readonly OperationName[]>;

type Work = keyof typeof operations;

/** What the types need for the work of one role. */
export function needsOf(types: readonly Needing[], work: Work): Need[] {
  return types.flatMap((type) =>
    operations[work].flatMap((name) => (type.needs[name] ?? []).map((permission) => ({ type, permission }))),
  );
}

/** Types that the idle rule may stop. */
export function serversIn(types: readonly ResourceType[]): ResourceType[] {
  return types.filter(({ needs }) => needs.stop !== undefined);
}

/** How a role may be given a need: by what its ARN pattern says, and whether AWS compares tags for it. */
export type NeedKind = 'listing' | 'guarded' | 'own' | 'carried' | 'contents' | 'passing' | 'named';

export function kindOf({ permission: { guard, on } }: Need): NeedKind {
  if (guard !== undefined) return guard === 'tags' ? 'guarded' : 'own';
  if (on === '*') return 'listing';
  if (on.startsWith('CARRIED')) return 'carried';
  if (on.startsWith('TARGET')) return 'contents';
  return on.includes('STACK_ROLE') ? 'passing' : 'named';
}

/**
 * Allow statements for needs, as few as grant nothing that no need states. What a need demands of the request itself is
 * a condition of its statement, too.
 */
export function allow(
  needs: readonly Need[],
  types: readonly Needing[],
  { condition, ...about }: Pick<Grant, 'sid' | 'because' | 'condition'>,
): Grant[] {
  const byDemand = Map.groupBy(needs, ({ permission: { only } }) => JSON.stringify(only ?? {}));
  return [...byDemand.values()].flatMap((some) => {
    const only = some[0]?.permission.only;
    const both = condition !== undefined && only !== undefined ? joined(condition, only) : (condition ?? only);
    return allowAlike(some, types, { ...about, ...(both && { condition: both }) });
  });
}

/** Both conditions at once. IAM joins the operators of a statement by AND, and the keys of an operator, too. */
export function joined(one: Condition, other: Condition): Condition {
  const operators = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(operators.map((operator) => [operator, { ...one[operator], ...other[operator] }]));
}

/**
 * Actions and ARNs of one statement apply crosswise, so two needs of one service share it only if their actions are the
 * same; services never mix.
 */
function allowAlike(
  needs: readonly Need[],
  types: readonly Needing[],
  { sid, because, condition }: Pick<Grant, 'sid' | 'because' | 'condition'>,
): Grant[] {
  const byPattern = Map.groupBy(needs, (need) => patternOf(need, types));
  const byActions = Map.groupBy(byPattern, ([, some]) => actionsOf(some).join());
  const byService = Map.groupBy(byActions.keys(), serviceOf);
  const statements = Math.max(0, ...[...byService.values()].map((sets) => sets.length));
  return Array.from({ length: statements }, (_, index) => {
    const sets = [...byService.values()].flatMap((some) => some[index] ?? []);
    const on = sets.flatMap((set) => (byActions.get(set) ?? []).map(([pattern]) => pattern));
    const actions = sorted(sets.flatMap((set) => set.split(',')));
    return { sid, effect: 'Allow', actions, on: sorted(on), because, ...(condition && { condition }) };
  });
}

/** Takes the actions of needs away where the condition holds: from whatever it is, so that nothing slips by. */
export function deny(needs: readonly Need[], sid: string, condition: Condition): Grant[] {
  if (needs.length === 0) return [];
  return [{ sid, effect: 'Deny', actions: actionsOf(needs), on: ['*'], condition, because: 'It only takes away' }];
}

function actionsOf(needs: readonly Need[]): string[] {
  return sorted(needs.flatMap(({ permission }) => permission.actions));
}

/** Of an action, or of the first of a list. */
function serviceOf(actions: string): string {
  return actions.split(':')[0] ?? '';
}

/** What steps 1 to 4 of a sweep send. It changes nothing. */
export function readGrants(types: readonly Needing[]): Grant[] {
  const needs = needsOf(types, 'read');
  const listed = needs.filter((need) => kindOf(need) === 'listing').flatMap(({ permission }) => permission.actions);
  return [
    {
      sid: 'List',
      effect: 'Allow',
      actions: sorted([...listingActions, ...listed]),
      on: ['*'],
      because: 'AWS checks these reads against no narrower resource',
    },
    ...allow(
      needs.filter((need) => kindOf(need) !== 'listing'),
      types,
      { sid: 'Describe', because: 'Reads of whatever carries a tag: its name is not known before' },
    ),
  ];
}

/**
 * Extending: tags are written only on what carries an expiry key already, and only expiry keys and Mayfly's own. What
 * every key is compared with ignores case, as Mayfly does.
 */
export function tagGrants(types: readonly ResourceType[], { expiry, protect }: Policy): Grant[] {
  const needs = needsOf(types, 'tag');
  const writes = needs.filter((need) => kindOf(need) !== 'listing');
  const [compared = [], uncompared = []] = [false, true].map((without) =>
    writes.filter(({ type }) => (type.unguarded !== undefined) === without),
  );
  // ForAllValues is true for a request without keys, so there must be some.
  const some = { Null: { 'aws:TagKeys': 'false' } };
  const because = 'Extends whatever carries an expiry key: its name is not known before';
  return [
    ...allow(
      needs.filter((need) => kindOf(need) === 'listing'),
      types,
      { sid: 'ReadTags', because: 'AWS checks these reads against no narrower resource' },
    ),
    ...allow(compared, types, {
      sid: 'WriteExpiry',
      because,
      condition: { ...some, 'ForAllValues:StringEqualsIgnoreCase': { 'aws:TagKeys': expiry.tags } },
    }),
    ...allow(compared, types, {
      sid: 'WriteOwnKeys',
      because,
      condition: { ...some, 'ForAllValues:StringLike': { 'aws:TagKeys': ['mayfly:*'] } },
    }),
    ...deny(compared, 'OnlyWhatExpires', {
      Null: Object.fromEntries(expiry.tags.map((key) => [`aws:ResourceTag/${key}`, 'true'])),
    }),
    // The protect key may be one of Mayfly's own; it is only ever given.
    ...deny(compared, 'NeverUnprotects', {
      Null: { [`aws:RequestTag/${protect.tag}`]: 'false' },
      StringNotEqualsIgnoreCase: { [`aws:RequestTag/${protect.tag}`]: 'true' },
    }),
    ...allow(uncompared, types, {
      sid: 'WriteUncompared',
      because: 'AWS shows a policy neither the keys nor the tags',
    }),
  ];
}

/** The ARN pattern of a need for a role, which does not know the shard or the resource. */
export function patternOf(need: Need, types: readonly Needing[]): string {
  const { type, permission } = need;
  const { on } = permission;
  if (on.startsWith('CARRIED')) return forRole(carriedPattern(need, types));
  return forRole(on.replace('TARGET', () => ownPattern(type)));
}

function forRole(on: string): string {
  return on.replace(/^arn:aws:/, 'arn:PARTITION:').replace('REGION', '*');
}

/** What a type's tagging or removal is declared on is its own ARN. */
function ownPattern({ id, needs: { tag = [], remove = [] } }: Needing): string {
  const own = [...tag, ...remove].find(({ on }) => on.startsWith('arn:') && !on.includes('STACK_ROLE'));
  if (own === undefined) throw new Error(`${id}: no need of its own names an ARN that TARGET could stand for`);
  return own.on;
}

/** What is carried is removed by the same action as a resource of its own type. */
function carriedPattern({ type, permission }: Need, types: readonly Needing[]): string {
  const removals = types.flatMap(({ needs: { remove = [] } }) => remove);
  const own = removals.find(
    ({ guard, actions }) => guard === 'tags' && permission.actions.every((action) => actions.includes(action)),
  );
  if (own === undefined) {
    throw new Error(`${type.id}: no type removes by ${permission.actions.join(', ')}, so CARRIED has no pattern`);
  }
  return own.on;
}

export function sorted<T extends string>(items: readonly T[]): T[] {
  return [...new Set(items)].toSorted();
}
