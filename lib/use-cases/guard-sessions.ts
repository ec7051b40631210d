import type { Sizes } from '../core/guard-parts.ts';
import { protectTags } from '../core/guard-protection.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { BoundType, Permission, Present, ResourceType } from '../resource-types/define.ts';
import { stepFailure } from '../resource-types/removal-errors.ts';
import type { StepResult } from '../resource-types/server-operations.ts';
import type { Cloud, Pin, Session, SessionScope } from './ports.ts';
import { arnsOn, packed } from './removal-scope.ts';

/** One thing to be done with one resource, as it was described just before. */
export interface Deed {
  key: string;
  type: ResourceType;
  target: Present;
  what: { kind: 'stop' | 'start' } | { kind: 'resize'; sizes: Partial<Sizes> };
}

const sessionsAtOnce = 2;
const callsAtOnce = 4;

type Place = Shard & { partition: string };

/**
 * Carries out deeds by the guard's sessions, each pinned to the ARNs of its own and to their protect tags as they were
 * read: AWS itself refuses what was protected since. One result a deed, by its key; never throws.
 */
export async function inGuardSessions(
  cloud: Pick<Cloud, 'guard' | 'fits'>,
  place: Place,
  policy: Policy,
  deeds: readonly Deed[],
): Promise<Map<string, StepResult>> {
  // Those with the same protect tag share a statement, so that few sessions are needed.
  const shape = ({ target }: Deed) => JSON.stringify(protectTags(target.tags, policy));
  const sorted = deeds.toSorted((a, b) => (shape(a) < shape(b) ? -1 : shape(a) > shape(b) ? 1 : 0));
  const batches = packed(sorted, (some) => cloud.fits(scopeOf(some, place, policy), 'guard'));
  const results = await inParallel(batches, sessionsAtOnce, (batch) => inSession(cloud, place, policy, batch));
  return new Map(results.flat());
}

type Result = readonly [key: string, result: StepResult];

async function inSession(
  cloud: Pick<Cloud, 'guard'>,
  place: Place,
  policy: Policy,
  batch: readonly Deed[],
): Promise<Result[]> {
  const { account, region } = place;
  try {
    const session = await cloud.guard({ account, region }, scopeOf(batch, place, policy));
    const groups = [...Map.groupBy(batch, ({ type, what }) => `${type.id} ${what.kind}`).values()];
    return (await inParallel(groups, callsAtOnce, (some) => alike(session, place, some))).flat();
  } catch (error) {
    const why = (error as Error).message;
    return batch.map(({ key, target }) => [key, { ...stepFailure(target.id, error), why }]);
  }
}

/** Deeds of one kind with resources of one type. */
async function alike(session: Session, place: Place, deeds: readonly Deed[]): Promise<Result[]> {
  const [first] = deeds;
  if (first === undefined) return [];
  const bound = await first.type.bind(session.source, place);
  if (first.what.kind === 'resize') {
    return inParallel(deeds, callsAtOnce, async (deed) => [deed.key, await resize(bound, deed)] as const);
  }
  const targets = deeds.map(({ target }) => target);
  const answers = await (first.what.kind === 'stop' ? bound.server?.stopAll(targets) : bound.server?.startAll(targets));
  const byId = new Map(answers?.map((answer) => [answer.id, answer]));
  return deeds.map(({ key, target: { id } }) => [key, byId.get(id) ?? unanswered(id)]);
}

async function resize({ resize: run }: BoundType, { target, what }: Deed): Promise<StepResult> {
  if (what.kind !== 'resize' || run === undefined) return unanswered(target.id);
  return run(target, what.sizes);
}

function unanswered(id: string): StepResult {
  return { kind: 'refused', id, why: 'Mayfly has no way to do that with its type', code: 'Unknown' };
}

/** Where one call takes many, it is made. */
function needsOf({ type: { needs }, what: { kind } }: Deed): readonly Permission[] {
  if (kind === 'resize') return needs.resize ?? [];
  return (kind === 'stop' ? (needs.stopTogether ?? needs.stop) : (needs.startTogether ?? needs.start)) ?? [];
}

function scopeOf(deeds: readonly Deed[], place: Place, policy: Policy): SessionScope {
  const pins: Pin[] = [];
  const besides: SessionScope['besides'][number][] = [];
  for (const deed of deeds) {
    const { target } = deed;
    for (const { actions, on, guard } of needsOf(deed)) {
      if (guard === 'tags') pins.push({ arn: target.arn, tags: protectTags(target.tags, policy), actions });
      else besides.push(...arnsOn(on, place, target).map((arn) => ({ actions, on: arn })));
    }
  }
  return { pins, besides, keys: [policy.protect.tag] };
}
