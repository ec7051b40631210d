import { matterOf, type Notice, type NoticeItem, type NoticeState } from '../core/notice.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Outcome } from './outcome.ts';
import type { Ports } from './ports.ts';

type Outside = Pick<Ports, 'ledger' | 'messenger' | 'clock'>;

const historiesAtOnce = 16;
const messagesAtOnce = 4;

/** What became of resources since notices named them, by ARN. */
export type States = ReadonlyMap<string, NoticeState>;

/** What a run saw and did of that kind. */
export function statesAfter(decisions: readonly PlannedDecision[], outcomes: readonly Outcome[]): States {
  const changed = decisions.flatMap(({ arn, changed: what }) =>
    what === undefined ? [] : [[arn, { kind: 'changed', what } satisfies NoticeState] as const],
  );
  const ended = outcomes.flatMap((outcome) => {
    const state = stateOf(outcome);
    return state === undefined ? [] : [[outcome.arn, state] as const];
  });
  return new Map<string, NoticeState>([...changed, ...ended]);
}

function stateOf({ outcome, expiresAt, startedAgain }: Outcome): NoticeState | undefined {
  if (outcome === 'removed' || outcome === 'gone') return { kind: outcome };
  if (outcome === 'stopped') return { kind: 'stopped', ...(expiresAt !== undefined && { expiresAt }) };
  return startedAgain ? { kind: 'started-again' } : undefined;
}

/**
 * Shows in the warnings that people got what has gone since, which servers were stopped or changed, and which run
 * again. Throws nothing: what went wrong is returned, in words. The notices themselves are always brought up to date,
 * so that their buttons know.
 */
export async function updateNotices(ports: Outside, states: States, stopAt: Instant): Promise<string[]> {
  const problems = new Map<string, number>();
  const failed = ({ message }: Error) => void problems.set(message, (problems.get(message) ?? 0) + 1);
  const named = await inParallel([...states], historiesAtOnce, async ([arn, state]) => {
    const notices = await lastNoticesOf(ports, arn).catch(failed);
    return (notices ?? []).map((notice) => ({ notice, arn, state }));
  });
  const byNotice = Map.groupBy(named.flat(), ({ notice }) => notice);
  await inParallel([...byNotice], messagesAtOnce, ([id, some]) =>
    updateOne(ports, id, new Map(some.map(({ arn, state }) => [arn, state])), stopAt).catch(failed),
  );
  return [...problems].map(([why, count]) => {
    const what = count === 1 ? 'a warning does' : `${count} warnings do`;
    return `${what} not show what has gone since: ${why}`;
  });
}

/** The notices that warned of it last: of its expiry, and of its stop. */
export async function lastNoticesOf({ ledger }: Pick<Ports, 'ledger'>, arn: string): Promise<string[]> {
  const history = await ledger.history(arn);
  const last = (['warned', 'idle-warned'] as const).map((kind) => history.findLast((event) => event.kind === kind));
  return [...new Set(last.flatMap((event) => (event !== undefined && 'notice' in event ? (event.notice ?? []) : [])))];
}

async function updateOne(
  { ledger, messenger, clock }: Outside,
  id: string,
  states: States,
  stopAt: Instant,
): Promise<void> {
  const notice = await ledger.notice(id);
  if (notice === undefined) return;
  const items = notice.items.map((item) => withState(item, states.get(item.arn)));
  // Listings show for hours what is gone: it is said once.
  if (items.every((item, index) => item === notice.items[index])) return;
  const now: Notice = { ...notice, items };
  await ledger.saveNotice(now);
  if (now.message === undefined) return;
  if (clock.now() >= stopAt) throw new Error('there was no time left');
  const delivery = await messenger.update(now);
  if (delivery.kind === 'failed') throw new Error(delivery.why);
}

function withState(item: NoticeItem, state: NoticeState | undefined): NoticeItem {
  const isOver = item.state?.kind === 'removed' || item.state?.kind === 'gone';
  if (state === undefined || isOver || state.kind === item.state?.kind) return item;
  // A stop, or a change of a server, is not what a warning of an expiry was about.
  const isOfStops = state.kind === 'stopped' || state.kind === 'changed';
  if (isOfStops && matterOf(item) !== 'stop') return item;
  return { ...item, state };
}
