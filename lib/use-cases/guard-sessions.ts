import type { Sizes } from '../core/guard-parts.ts';
import { protectTags } from '../core/guard-protection.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import type { Copy, CopyState } from '../core/server.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { BoundType, Permission, Present, ResourceType } from '../resource-types/define.ts';
import { stepFailure } from '../resource-types/removal-errors.ts';
import type { CopyOrder, StepFailure, StepResult } from '../resource-types/server-operations.ts';
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

export type Place = Shard & { partition: string };

/** A copy that was asked for. `found`: by an earlier try, and `state` is how far it is. */
export interface Begun {
  kind: 'requested';
  copy: Copy;
  name: string;
  found?: true;
  state?: CopyState;
}

/** What is done by one session: what it needs, and the calls. */
interface Work<R> {
  needs: (deed: Deed) => readonly Permission[];
  run: (session: Session, place: Place, deeds: readonly Deed[]) => Promise<Result<R>[]>;
}

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
  return inSessions(cloud, place, policy, deeds, { needs: needsOf, run: alike });
}

/** Begins a copy of what is to be stopped, by sessions that are pinned in the same way. Never throws. */
export async function copyInGuardSessions(
  cloud: Pick<Cloud, 'guard' | 'fits'>,
  place: Place,
  policy: Policy,
  deeds: readonly Deed[],
  order: (deed: Deed) => CopyOrder,
): Promise<Map<string, Begun | StepResult>> {
  return inSessions<Begun | StepResult>(cloud, place, policy, deeds, {
    needs: ({ type: { needs } }) => [...(needs.copy ?? []), ...(needs.copyState ?? [])],
    run: async (session, where, some) => {
      const bound = await some[0]?.type.bind(session.source, where);
      return inParallel(some, callsAtOnce, async (deed) => [deed.key, await copyOf(bound, deed, order(deed))]);
    },
  });
}

async function copyOf(bound: BoundType | undefined, { target }: Deed, order: CopyOrder): Promise<Begun | StepResult> {
  if (bound?.server === undefined) return unanswered(target.id);
  const made = await bound.server.copy(target, order);
  if (made.kind !== 'requested') return made;
  const { kind, copy, found } = made;
  const { name } = order;
  if (!found) return { kind, copy, name };
  const [reading] = await bound.server.copyState([copy], order.at);
  const state = reading?.state ?? { kind: 'unreadable', why: 'the service gave no answer about it' };
  return { kind, copy, name, found, state };
}

async function inSessions<R>(
  cloud: Pick<Cloud, 'guard' | 'fits'>,
  place: Place,
  policy: Policy,
  deeds: readonly Deed[],
  work: Work<R>,
): Promise<Map<string, R | StepFailure>> {
  const scope = (some: readonly Deed[]) => scopeOf(some, place, policy, work.needs);
  // Those with the same protect tag share a statement, so that few sessions are needed.
  const shape = ({ target }: Deed) => JSON.stringify(protectTags(target.tags, policy));
  const sorted = deeds.toSorted((a, b) => (shape(a) < shape(b) ? -1 : shape(a) > shape(b) ? 1 : 0));
  const batches = packed(sorted, (some) => cloud.fits(scope(some), 'guard'));
  const results = await inParallel(batches, sessionsAtOnce, (batch) =>
    inSession(cloud, place, scope(batch), batch, work.run),
  );
  return new Map(results.flat());
}

type Result<R = StepResult> = readonly [key: string, result: R];

async function inSession<R>(
  cloud: Pick<Cloud, 'guard'>,
  place: Place,
  scope: SessionScope,
  batch: readonly Deed[],
  run: Work<R>['run'],
): Promise<Result<R | StepFailure>[]> {
  const { account, region } = place;
  try {
    const session = await cloud.guard({ account, region }, scope);
    const groups = [...Map.groupBy(batch, ({ type, what }) => `${type.id} ${what.kind}`).values()];
    return (await inParallel(groups, callsAtOnce, (some) => run(session, place, some))).flat();
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

function scopeOf(deeds: readonly Deed[], place: Place, policy: Policy, needs: Work<unknown>['needs']): SessionScope {
  const pins: Pin[] = [];
  const besides: SessionScope['besides'][number][] = [];
  for (const deed of deeds) {
    const { target } = deed;
    for (const { actions, on, guard } of needs(deed)) {
      if (guard === 'tags') pins.push({ arn: target.arn, tags: protectTags(target.tags, policy), actions });
      else besides.push(...arnsOn(on, place, target).map((arn) => ({ actions, on: arn })));
    }
  }
  return { pins, besides, keys: [policy.protect.tag] };
}
