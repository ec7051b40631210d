import { type Decision, decide, type Rules } from '../core/decide.ts';
import { decidingTags } from '../core/deciding-tags.ts';
import { tagsNamed } from '../core/expiry.ts';
import type { Event } from '../core/history.ts';
import type { PlannedDecision, ScannedShard } from '../core/plan.ts';
import { isTypeOn, type Policy } from '../core/policy.ts';
import { managerInTags, nothingKnown, type Resource, type Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import { isCostType } from '../resource-types/cost-type-ids.ts';
import type { Present } from '../resource-types/define.ts';
import { identify, resourceType } from '../resource-types/index.ts';
import { joinServers } from './join-servers.ts';
import { listTracked } from './list-tracked.ts';
import type { Listed, Ports, Session } from './ports.ts';
import { priceDecisions } from './price-decisions.ts';
import { type CopyScan, scanCopies } from './scan-copies.ts';
import { type ServerScan, scanServers } from './scan-servers.ts';
import { sightingOf } from './sightings.ts';
import { describedFields, type KnownResources, withCreation } from './with-creation.ts';

export interface ShardScan {
  shard: ScannedShard;
  /** One for each resource with an expiry tag, keep included. */
  decisions: PlannedDecision[];
  /** For the ledger: expiry values that were not seen before, and tags that are not there any more. */
  sightings: Event[];
}

/**
 * Finds what carries an expiry tag in one shard and decides about it. Reads only; never throws for what AWS refuses.
 */
export async function scanShard(ports: Ports, shard: Shard, rules: Rules): Promise<ShardScan> {
  const now = ports.clock.now();
  try {
    const session = await ports.cloud.reader(shard);
    const { listed, problems } = await listTracked(ports, session, shard, rules.policy);
    const { resources, described } = await toResources(ports, session, shard, listed, rules.policy, now);
    const byExpiry = resources.map((resource) => planned(resource, rules, now));
    const sightings = resources.flatMap((resource) => sightingOf(resource, rules.policy, now));
    const idle = await scanServers(ports, session, shard, rules, stoppedIn(resources)).catch(unscanned);
    const about = (tags: Resource['tags']) => tagged(tags, rules.policy);
    const copies = await scanCopies(ports, session, shard, rules, about).catch(unscannedCopies);
    const joined = joinServers(byExpiry, idle.servers, about, { shard, rules, now });
    const seen = { described, servers: idle.servers.map(({ present }) => present) };
    const decisions = await priceDecisions({ ports, session, shard }, [...joined, ...copies.decisions], seen);
    sightings.push(...idle.events);
    // A dry run writes nothing, and what could not be read whole shows nothing about what is missing.
    if (!rules.dryRun && problems.length === 0) sightings.push(...(await untaggedIn(ports, shard, listed, rules, now)));
    const all = [...problems, ...idle.problems, ...copies.problems];
    const error = all.length === 0 ? {} : { error: `read in part: ${all.join('; ')}` };
    const observed = rules.accountMode === 'observe' && { observed: true as const };
    return { shard: { ...shard, scanned: decisions.length, ...observed, ...error }, decisions, sightings };
  } catch (error) {
    return { shard: { ...shard, scanned: 0, error: (error as Error).message }, decisions: [], sightings: [] };
  }
}

/** Servers that Mayfly stopped, as far as they expire. */
function stoppedIn(resources: readonly Resource[]): string[] {
  return resources.filter(({ memory }) => memory.idle?.stopped !== undefined).map(({ arn }) => arn);
}

/** Servers that can't be listed are told, and hide nothing of what expires. */
function unscanned({ message }: Error): ServerScan {
  return { servers: [], events: [], problems: [`servers: ${message}`] };
}

function unscannedCopies({ message }: Error): CopyScan {
  return { decisions: [], problems: [`copies: ${message}`] };
}

/** What the ledger saw here with an expiry tag and a whole listing does not show any more. */
async function untaggedIn(
  { ledger }: Pick<Ports, 'ledger'>,
  shard: Shard,
  listed: readonly Listed[],
  { policy }: Rules,
  at: Instant,
): Promise<Event[]> {
  const present = new Set(listed.map(({ arn }) => arn));
  const missed = (await ledger.sighted(shard)).filter((arn) => !present.has(arn) && isListed(arn, policy));
  if (missed.length === 0) return [];
  // What was asked to go is missed for that reason; the end of its removal is told instead.
  const leaving = new Set((await ledger.openRemovals()).map(({ arn }) => arn));
  return missed.filter((arn) => !leaving.has(arn)).map((arn) => ({ arn, at, kind: 'untagged' }));
}

/** A type with a listing of its own is looked for only while the policy lists it. */
function isListed(arn: string, policy: Policy): boolean {
  const type = identify(arn)?.type;
  return type?.needs.list === undefined || isTypeOn(type.id, policy);
}

async function toResources(
  ports: Ports,
  session: Session,
  shard: Shard,
  listed: readonly (Listed & { described?: Present })[],
  policy: Policy,
  now: Instant,
): Promise<KnownResources> {
  const memories = await ports.ledger.memories(listed.map(({ arn }) => arn));
  const resources = listed.map(({ arn, tags, described }): Resource => {
    const known = identify(arn);
    return {
      arn,
      type: known?.kind ?? 'unknown',
      ...shard,
      tags,
      memory: memories.get(arn) ?? nothingKnown,
      ...(described && describedFields(described)),
    };
  });
  const found = await withCreation(session, shard, resources, policy, now);
  const own = listed.flatMap(({ arn, described }) => (described === undefined ? [] : [[arn, described] as const]));
  return { ...found, described: new Map([...own, ...found.described]) };
}

const typeOff = { action: 'keep', reason: 'type-off' } as const;

/** What is only counted stays whatever its tags say; when they say that it ends, the weekly report says, too. */
function leftAlone(resource: Resource, rules: Rules, now: Instant): Decision {
  if (!isCostType(resource.type)) return typeOff;
  const { expiresAt } = decide(resource, { ...rules, policy: { ...rules.policy, types: 'all' } }, now);
  return { ...typeOff, ...(expiresAt !== undefined && { expiresAt }) };
}

function planned(resource: Resource, rules: Rules, now: Instant): PlannedDecision {
  const { arn, type, account, region, tags } = resource;
  const { policy } = rules;
  return {
    arn,
    type,
    account,
    region,
    // The registry decides what can be removed at all; `types: all` means all that it knows.
    ...(resourceType(type) === undefined ? leftAlone(resource, rules, now) : decide(resource, rules, now)),
    ...tagged(tags, policy),
  };
}

/** What its tags say of a resource besides its expiry. */
function tagged(tags: Resource['tags'], policy: Policy) {
  const name = firstTag(tags, ['Name']);
  const owner = firstTag(tags, policy.tags.owner);
  const environment = firstTag(tags, [policy.tags.environment]);
  const managedBy = managerInTags(tags);
  return {
    ...(name !== undefined && { name }),
    ...(owner !== undefined && { owner }),
    ...(environment !== undefined && { environment }),
    ...(managedBy !== undefined && { managedBy }),
    decidedOn: decidingTags(tags, policy),
  };
}

function firstTag(tags: Readonly<Record<string, string>>, keys: readonly string[]): string | undefined {
  return tagsNamed(tags, keys)[0]?.[1];
}
