import type { Policy } from '../core/policy.ts';
import type { ResourceType } from '../resource-types/define.ts';
import { acting, carries, denyProtected, optInOf } from './member-act.ts';
import {
  allow,
  type Condition,
  type Grant,
  joined,
  kindOf,
  type Need,
  type NeedKind,
  needsOf,
  patternOf,
  serversIn,
  sorted,
} from './permissions.ts';

const ofMatched = 'Names are not known before; the tags of the idle rule are demanded instead';
const ofOwn = "Names are not known before; Mayfly's own tag is demanded instead";
const byName = 'What Mayfly itself names, and what AWS checks besides a server or a copy of its own';
const noNarrower = 'AWS checks these reads against no narrower resource';

/** Evidence about idle servers. It changes nothing. */
export function idleReadGrants(types: readonly ResourceType[], policy: Policy): Grant[] {
  const needs = needsOf(idleServers(types, policy), 'idleRead');
  return allow(needs, types, { sid: 'IdleEvidence', because: noNarrower });
}

/** Copy, stop and restore: on what the idle rule matches, or on what Mayfly made. */
export function idleGrants(types: readonly ResourceType[], policy: Policy): Grant[] {
  const servers = idleServers(types, policy);
  if (servers.length === 0) return [];
  const needs = needsOf(servers, 'idle').filter((need) => optInOf(need) === undefined);
  const matched = matchOf(policy);
  const some = (kind: NeedKind) => needs.filter((need) => kindOf(need) === kind);
  return [
    ...allow(some('guarded'), types, { sid: 'Idle', because: ofMatched, condition: matched }),
    ...allow(some('own'), types, { sid: 'IdleOwn', because: ofOwn, condition: carries('mayfly:keep-until') }),
    ...allow(some('named'), types, { sid: 'IdleByName', because: byName }),
    ...allow(some('listing'), types, { sid: 'IdleReads', because: noNarrower }),
    ...tagGrants(servers, types, policy, matched),
    ...denyProtected(takingAway(servers), policy),
  ];
}

function idleServers(types: readonly ResourceType[], policy: Policy): readonly ResourceType[] {
  return policy.idle === undefined ? [] : serversIn(acting(types, policy));
}

function matchOf({ idle }: Policy): Condition {
  const match = Object.entries(idle?.match ?? {}).map(([key, values]) => [`aws:ResourceTag/${key}`, values] as const);
  return { StringLike: Object.fromEntries(match) };
}

/** A stopped server gets an expiry, and loses it where a person starts it. Protection is neither given nor taken. */
function tagGrants(
  servers: readonly ResourceType[],
  types: readonly ResourceType[],
  { expiry, protect }: Policy,
  matched: Condition,
): Grant[] {
  const needs = [...needsOf(servers, 'tag'), ...needsOf(servers, 'idleTag')].filter(
    (need) => kindOf(need) !== 'listing',
  );
  // ForAllValues is true for a request without keys, so there must be some.
  const some = joined(matched, { Null: { 'aws:TagKeys': 'false' } });
  const write = (sid: string, keys: Condition) =>
    allow(needs, types, { sid, because: ofMatched, condition: joined(some, keys) });
  return [
    ...write('IdleExpiry', { 'ForAllValues:StringEqualsIgnoreCase': { 'aws:TagKeys': expiry.tags } }),
    ...write('IdleOwnKeys', { 'ForAllValues:StringLike': { 'aws:TagKeys': ['mayfly:*'] } }),
    {
      sid: 'NeverTouchesProtection',
      effect: 'Deny',
      actions: sorted(needs.flatMap(({ permission }) => permission.actions)),
      on: sorted(needs.map((need) => patternOf(need, types))),
      condition: { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': [protect.tag] } },
      because: 'It only takes away',
    },
  ];
}

/** What a protect tag forbids. Copying, starting and restoring lose nothing, so protection has no quarrel with them. */
function takingAway(servers: readonly ResourceType[]): Need[] {
  return servers.flatMap((type) =>
    (['stop', 'prepareRemoval', 'discardCopy'] as const).flatMap((name) =>
      (type.needs[name] ?? []).filter(({ guard }) => guard !== undefined).map((permission) => ({ type, permission })),
    ),
  );
}
