import type { Event } from '../core/history.ts';
import { standsSince } from '../core/idle.ts';
import { itemOf, type MessageRef, matterOf, type Notice, type NoticeItem } from '../core/notice.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Instant } from '../core/time.ts';
import { batchesOf, inParallel } from '../resource-types/batches.ts';
import type { Present } from '../resource-types/define.ts';
import { identify, resourceType } from '../resource-types/index.ts';
import { describeCopies } from './describe-copies.ts';
import { withoutLowered } from './lowered.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Ports } from './ports.ts';
import type { Delivery } from './ports-people.ts';
import { tryToRecord } from './record-outcomes.ts';

export type Checked = { decision: PlannedDecision } & ({ found: Present } | { outcome: Outcome });

/**
 * Warns owners, one message per account, owner and environment, also when the plan is held; what nobody owns goes into
 * one message together. Only what was delivered gets a receipt; what the owning service does not know any more is not
 * warned about, nor what is in an account that was lowered to observe by then.
 */
export async function warn(
  ports: Ports,
  decisions: readonly PlannedDecision[],
  run: string,
  { since, stopAt = Number.POSITIVE_INFINITY }: Try = {},
): Promise<Outcome[]> {
  const [told, untold] = since === undefined ? [[], decisions] : await partTold(ports, decisions, since);
  const checked = await describeAll(ports, untold);
  const delivered = await inParallel(messagesFor(checked), messagesAtOnce, async (group) =>
    ports.clock.now() < stopAt ? warnGroup(ports, group, run) : group.map(({ decision }) => late(decision)),
  );
  return [...told, ...checked.flatMap((one) => ('outcome' in one ? [one.outcome] : [])), ...delivered.flat()];
}

/** For a step that may be tried again, or cut short. */
export interface Try {
  /** When the run began: who has a receipt since then was warned by an earlier try. */
  since?: Instant;
  /** No message is begun after it. */
  stopAt?: Instant;
}

function late(decision: PlannedDecision): Outcome {
  return outcomeOf(decision, 'failed', 'the step that warns had to end before; the next sweep warns');
}

/** The outcomes of those that an earlier try warned about, and the others. */
async function partTold(
  { ledger }: Ports,
  decisions: readonly PlannedDecision[],
  since: Instant,
): Promise<[Outcome[], PlannedDecision[]]> {
  const memories = await ledger.memories(decisions.map(({ arn }) => arn));
  const isTold = ({ arn, reason, expiresAt, idleAt }: PlannedDecision) => {
    const { receipts = [], idle } = memories.get(arn) ?? {};
    if (reason === 'idle-soon') return idle?.receipts.some((one) => one.idleAt === idleAt && one.at >= since) ?? false;
    return receipts.some((one) => one.expiresAt === expiresAt && one.at >= since);
  };
  const told = decisions.filter(isTold).map((decision) => outcomeOf(decision, 'warned', 'told before in this run'));
  return [told, decisions.filter((decision) => !isTold(decision))];
}

/** So that a notice fits one item of the ledger. */
const itemsPerNotice = 500;

export const messagesAtOnce = 4;

export type Found = { decision: PlannedDecision; found: Present };

/** One message per matter, account, owner and environment; one per matter for all that nobody owns. */
export function messagesFor(checked: readonly Checked[]): Found[][] {
  const groups = Map.groupBy(
    checked.flatMap((one) => ('found' in one ? [one] : [])),
    ({ decision }) => {
      const { account, owner, environment } = decision;
      return JSON.stringify([matterOf(decision), ...(owner === undefined ? [] : [account, owner, environment])]);
    },
  );
  return [...groups.values()].flatMap((group) => batchesOf(group, itemsPerNotice));
}

async function warnGroup(ports: Ports, group: readonly Found[], run: string): Promise<Outcome[]> {
  try {
    const { enforced, lowered } = await withoutLowered(ports, group);
    const skipped = lowered.map(({ decision }) => outcomeOf(decision, 'skipped', loweredWhy));
    return enforced.length === 0 ? skipped : [...skipped, ...(await deliver(ports, enforced, run))];
  } catch (error) {
    const why = `nobody was told, because the ledger can't be read: ${(error as Error).message}`;
    return group.map(({ decision }) => outcomeOf(decision, 'failed', why));
  }
}

const loweredWhy = 'the account was lowered to observe, so nobody is warned';

async function deliver(ports: Ports, group: readonly Found[], run: string): Promise<Outcome[]> {
  const notice = await withServers(ports, noticeOf(ports, 'warning', group));
  // Before the message: somebody may click on it at once.
  const unsaved = await ports.ledger.saveNotice(notice).then(() => undefined, ledgerFailed);
  if (unsaved !== undefined) return group.map(({ decision }) => outcomeOf(decision, 'failed', unsaved));
  // A messenger that breaks over one owner must not keep the others from being told.
  const delivery = await ports.messenger
    .warn(notice)
    .catch(({ message }: Error): Delivery => ({ kind: 'failed', why: message }));
  if (delivery.kind !== 'delivered') {
    const outcome = delivery.kind === 'failed' ? 'failed' : 'skipped';
    return group.map(({ decision }) => outcomeOf(decision, outcome, delivery.why));
  }
  const { to, message, instead } = delivery;
  const at = ports.clock.now();
  const about = { run, at, to, notice: notice.id, ...(message && { message }) };
  const why = await tryToRecord(
    ports,
    group.flatMap((one) => receiptOf(one, about)),
  );
  // Without its receipt a warning does not count; it is given again.
  const said = `${to} was told, but ${why}`;
  if (why !== undefined) return group.map(({ decision }) => outcomeOf(decision, 'failed', said));
  // Where this fails the message only stays as it is when its items have gone.
  if (message !== undefined) await ports.ledger.saveNotice({ ...notice, message }).catch(() => undefined);
  const told = instead === undefined ? `told ${to}` : `told ${to}, because ${instead}`;
  return group.map(({ decision }) => outcomeOf(decision, 'warned', told));
}

/** Of servers that will be stopped also since when they have not been changed, and when that was said first. */
async function withServers({ ledger }: Pick<Ports, 'ledger'>, notice: Notice): Promise<Notice> {
  const servers = notice.items.filter((item) => matterOf(item) === 'stop');
  if (servers.length === 0) return notice;
  const memories = await ledger.memories(servers.map(({ arn }) => arn));
  const items = notice.items.map((item): NoticeItem => {
    const { idle } = (matterOf(item) === 'stop' && memories.get(item.arn)) || {};
    if (idle === undefined) return item;
    const told = idle.receipts.filter(({ idleAt }) => idleAt === item.idleAt).map(({ at }) => at);
    return { ...item, unchangedSince: standsSince(idle), ...(told.length > 0 && { warnedAt: Math.min(...told) }) };
  });
  return { ...notice, items };
}

function ledgerFailed({ message }: Error): string {
  return `nobody was told, because the ledger can't be written: ${message}`;
}

export function noticeOf(ports: Ports, kind: Notice['kind'], group: readonly Found[]): Notice {
  const [first] = group;
  const { account, owner, environment } = first?.decision ?? {};
  return {
    id: ports.newId('notice'),
    kind,
    at: ports.clock.now(),
    ...(owner !== undefined && { owner, ...(account !== undefined && { account }) }),
    ...(owner !== undefined && environment !== undefined && { environment }),
    items: group.map(({ decision, found }) => itemOf(decision, found.identity)),
  };
}

function receiptOf(
  { decision, found }: Found,
  about: { run: string; at: Instant; to: string; notice: string; message?: MessageRef },
): Event[] {
  const { arn, reason, expiresAt, idleAt } = decision;
  const { message: _, ...told } = about;
  if (reason === 'idle-soon' && idleAt !== undefined) {
    return [{ arn, kind: 'idle-warned', ...told, idleAt, identity: found.identity }];
  }
  if (expiresAt === undefined) return [];
  return [{ arn, kind: 'warned', ...about, receipt: { expiresAt, at: about.at, identity: found.identity } }];
}

/** A warning about something that is gone would annoy; one about something re-created would be false. */
export async function describeAll(ports: Ports, decisions: readonly PlannedDecision[]): Promise<Checked[]> {
  const copies = decisions.filter(({ copyOf }) => copyOf !== undefined);
  const others = decisions.filter(({ copyOf }) => copyOf === undefined);
  const groups = Map.groupBy(others, ({ account, region, type }) => JSON.stringify([account, region, type]));
  const checked: Checked[] = await describeCopies(ports, copies);
  for (const group of groups.values()) checked.push(...(await describeGroup(ports, group)));
  return checked;
}

async function describeGroup(ports: Ports, group: readonly PlannedDecision[]): Promise<Checked[]> {
  const [first] = group;
  if (first === undefined) return [];
  const type = resourceType(first.type);
  if (type === undefined) return group.map(unknown);
  const named = group.flatMap((decision) => {
    const known = identify(decision.arn);
    return known?.type === type && known.id !== undefined ? [{ decision, id: known.id }] : [];
  });
  const others = group.filter((decision) => !named.some((one) => one.decision === decision)).map(unknown);
  try {
    const shard = { account: first.account, region: first.region };
    const session = await ports.cloud.reader(shard);
    const bound = await type.bind(session.source, { ...shard, partition: session.partition });
    const descriptions = await bound.describe(named.map(({ id }) => id));
    const checked = named.map(({ decision }, index): Checked => {
      const found = descriptions[index];
      if (found?.kind === 'present') return { decision, found };
      if (found?.kind === 'unreadable') return { decision, outcome: outcomeOf(decision, 'failed', found.why) };
      return { decision, outcome: outcomeOf(decision, 'gone') };
    });
    return [...checked, ...others];
  } catch (error) {
    const failed = (decision: PlannedDecision) => outcomeOf(decision, 'failed', (error as Error).message);
    return [...named.map(({ decision }) => ({ decision, outcome: failed(decision) })), ...others];
  }
}

/** What a plan names and no type describes: whether it is there is not known, so nothing is said about it. */
function unknown(decision: PlannedDecision): Checked {
  return { decision, outcome: outcomeOf(decision, 'skipped', 'Mayfly does not know its type') };
}
