import type { Event } from '../core/history.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Present } from '../resource-types/define.ts';
import { identify, resourceType } from '../resource-types/index.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Delivery, Ports, Warning } from './ports.ts';
import { tryToRecord } from './record-outcomes.ts';

type Checked = { decision: PlannedDecision } & ({ found: Present } | { outcome: Outcome });

/**
 * Warns owners, one message per account, owner and environment, also when the plan is held. Only what was delivered
 * gets a receipt; what the owning service does not know any more is not warned about.
 */
export async function warn(ports: Ports, decisions: readonly PlannedDecision[], run: string): Promise<Outcome[]> {
  const checked = await describeAll(ports, decisions);
  const outcomes = checked.flatMap((one) => ('outcome' in one ? [one.outcome] : []));
  const groups = Map.groupBy(
    checked.flatMap((one) => ('found' in one ? [one] : [])),
    ({ decision: { account, owner, environment } }) => JSON.stringify([account, owner, environment]),
  );
  for (const group of groups.values()) outcomes.push(...(await deliver(ports, group, run)));
  return outcomes;
}

async function deliver(ports: Ports, group: readonly { decision: PlannedDecision; found: Present }[], run: string) {
  const [first] = group;
  if (first === undefined) return [];
  const { account, owner, environment } = first.decision;
  const warning: Warning = {
    account,
    ...(owner !== undefined && { owner }),
    ...(environment !== undefined && { environment }),
    items: group.map(({ decision, found }) => ({ ...decision, identity: found.identity })),
  };
  // A messenger that breaks over one owner must not keep the others from being told.
  const delivery = await ports.messenger
    .warn(warning)
    .catch(({ message }: Error): Delivery => ({ kind: 'failed', why: message }));
  if (delivery.kind === 'delivered') {
    const at = ports.clock.now();
    const receipts = group.flatMap((one) => receiptOf(one, delivery.to, run, at));
    const why = await tryToRecord(ports, receipts);
    // Without its receipt a warning does not count; it is given again.
    const said = `${delivery.to} was told, but ${why}`;
    if (why !== undefined) return group.map(({ decision }) => outcomeOf(decision, 'failed', said));
  }
  return group.map(({ decision }) =>
    delivery.kind === 'delivered'
      ? outcomeOf(decision, 'warned', `told ${delivery.to}`)
      : outcomeOf(decision, delivery.kind === 'failed' ? 'failed' : 'skipped', delivery.why),
  );
}

function receiptOf(one: { decision: PlannedDecision; found: Present }, to: string, run: string, at: number): Event[] {
  const { arn, expiresAt } = one.decision;
  if (expiresAt === undefined) return [];
  return [{ arn, at, run, kind: 'warned', to, receipt: { expiresAt, at, identity: one.found.identity } }];
}

/** A warning about something that is gone would annoy; one about something re-created would be false. */
async function describeAll(ports: Ports, decisions: readonly PlannedDecision[]): Promise<Checked[]> {
  const groups = Map.groupBy(decisions, ({ account, region, type }) => JSON.stringify([account, region, type]));
  const checked: Checked[] = [];
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
