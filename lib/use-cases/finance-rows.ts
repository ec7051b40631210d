import type { Words } from '../core/answer.ts';
import type { Amount, PriceTable } from '../core/cost.ts';
import type { Belonging, ExpiringRow, ExtendedRow, IdleRow } from '../core/finance-report.ts';
import { inPlainText } from '../core/plain-words.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Mode, Policy } from '../core/policy.ts';
import { type Reason, reasons } from '../core/reasons.ts';
import { type Instant, showInstant, week } from '../core/time.ts';
import type { MoreTime } from '../core/turns.ts';
import { isCostType } from '../resource-types/cost-type-ids.ts';
import { identify, resourceType } from '../resource-types/index.ts';
import type { CostedResource } from './cost-census.ts';
import type { IdleServer } from './idle-table.ts';

/** What rows are made of, besides what they are about. */
export interface RowsFrom {
  policy: Policy;
  now: Instant;
  prices: PriceTable;
  /** By ARN, as it stands there now. */
  costs: ReadonlyMap<string, CostedResource>;
  /** Of each account, as far as it is known. */
  modes: ReadonlyMap<string, Mode>;
  /** ARNs of what the plan would remove, if a limit did not hold it. */
  held: ReadonlySet<string>;
}

/** Reasons for which a server does not idle, however long nothing has changed. */
const alive: readonly Reason[] = ['idle-excluded', 'at-work', 'postponed', 'started-again'];

/** Whether a server of the idle rule is idle, is on its way there, or has expired. */
export function idles({ idleAt, reason, expiresAt }: IdleServer, { idle }: Policy, now: Instant): boolean {
  if (expiresAt !== undefined && expiresAt <= now) return true;
  const lead = Math.max(0, ...(idle?.warnings ?? []));
  return idleAt <= now + lead && !alive.includes(reason);
}

/** Whether something has expired, or was let go, and stands there as far as the plan knows. Copies have no owner. */
export function hasExpired({ expiresAt, reason, copyOf }: PlannedDecision, now: Instant): boolean {
  if (copyOf !== undefined || reasons[reason].sentence.startsWith('It is a copy')) return false;
  return reason === 'let-go' || (expiresAt !== undefined && expiresAt <= now);
}

/** Whether it expires within the week to come, so that Mayfly removes it. */
export function expiresSoon({ type, expiresAt, copyOf }: PlannedDecision, now: Instant): boolean {
  if (isCostType(type)) return false;
  return copyOf === undefined && expiresAt !== undefined && expiresAt > now && expiresAt <= now + week;
}

const stepWords: Readonly<Record<string, string>> = {
  warn: 'its owner is warned',
  copy: 'copied and stopped',
  verify: 'copied and stopped',
  stop: 'stopped',
  expires: 'expires',
  remove: 'removed',
};

const observed = 'kept: its account is only observed';

export function serverRow(server: IdleServer, from: RowsFrom): IdleRow {
  const { arn, type, account, region, idleSince, lastChange, evidence, nextStep, nextStepOn, mode } = server;
  const { name, owner, team, costCentre, environment } = server;
  const text = (words: Words) => inPlainText(words, (at) => showInstant(at, from.policy.expiry.timeZone).slice(0, 16));
  const step = stepWords[nextStep];
  const isObserved = mode === 'observe' && step !== undefined;
  return {
    ...{ arn, type, account, region, id: idOf(arn) },
    ...belonging({ name, owner, team, costCentre, environment }),
    idleSince,
    lastChange: text(lastChange),
    evidence: evidence.map(text),
    amount: amountOf(server, from),
    nextStep: isObserved ? observed : (step ?? keptBecause(nextStep)),
    ...(nextStepOn !== undefined && !isObserved && { nextStepOn }),
  };
}

/** What has expired idles since then. */
export function expiredRow(decision: PlannedDecision, from: RowsFrom): IdleRow {
  const { arn, type, account, region, reason, expiresAt, detail } = decision;
  const { sentence } = reasons[isCostType(type) ? 'expired' : reason];
  return {
    ...{ arn, type, account, region, id: from.costs.get(arn)?.id ?? idOf(arn) },
    ...belongingOf(decision, from),
    ...(expiresAt !== undefined && { idleSince: expiresAt }),
    evidence: [detail === undefined ? sentence : `${sentence} (${detail})`],
    amount: amountOf(decision, from),
    ...nextOf(decision, from),
  };
}

const warns: readonly Reason[] = ['expired-unwarned'];
const goes: readonly Reason[] = [
  'expired',
  'let-go',
  'idle-done',
  'warned-recently',
  'outside-window',
  'not-due',
  'expiring',
  'goes-with-owner',
];

function nextOf(
  { arn, type, account, reason }: PlannedDecision,
  { modes, now, held }: RowsFrom,
): Pick<IdleRow, 'nextStep' | 'nextStepOn'> {
  if (isCostType(type)) return { nextStep: 'kept: Mayfly counts this type and never removes it' };
  const isWarned = warns.includes(reason);
  if (!isWarned && !goes.includes(reason)) return { nextStep: `kept: ${uncapitalized(reasons[reason].sentence)}` };
  if (modes.get(account) === 'observe') return { nextStep: observed };
  if (held.has(arn)) return { nextStep: 'kept: a limit of the policy holds it until somebody approves' };
  if (reason === 'goes-with-owner') return { nextStep: 'removed with its stack or group', nextStepOn: now };
  // When hours of the policy or a warning lead end, the plan does not say.
  const isLater = reason === 'warned-recently' || reason === 'outside-window';
  return { nextStep: isWarned ? 'its owner is warned' : 'removed', ...(!isLater && { nextStepOn: now }) };
}

export function expiringRow(decision: PlannedDecision & { expiresAt: Instant }, from: RowsFrom): ExpiringRow {
  const { arn, type, account, region, expiresAt } = decision;
  return {
    ...{ arn, type, account, region, id: idOf(arn) },
    ...belongingOf(decision, from),
    expiresAt,
    amount: amountOf(decision, from),
  };
}

const extendedShown = 20;

/** The most often extended first, with who did it. */
export function extendedRows(
  orders: readonly MoreTime[],
  decisions: ReadonlyMap<string, PlannedDecision>,
): ExtendedRow[] {
  const byArn = [...Map.groupBy(orders, ({ arn }) => arn)].toSorted(
    ([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1),
  );
  return byArn.slice(0, extendedShown).map(([arn, some]) => {
    const { name, owner, expiresAt } = decisions.get(arn) ?? {};
    return {
      arn,
      ...(name !== undefined && { name }),
      ...(owner !== undefined && { owner }),
      times: some.length,
      by: [...Map.groupBy(some, ({ by }) => by)]
        .map(([who, theirs]) => ({ who, times: theirs.length }))
        .toSorted((a, b) => b.times - a.times || (a.who < b.who ? -1 : 1)),
      ...(expiresAt !== undefined && { expiresAt }),
    };
  });
}

/** The most expensive first; what is unknown comes last. */
export function byAmount(a: IdleRow, b: IdleRow): number {
  return usdOf(b.amount) - usdOf(a.amount) || (a.arn < b.arn ? -1 : 1);
}

function usdOf(amount: Amount): number {
  return amount.kind === 'unknown' ? -1 : amount.usd;
}

type Said = { [Key in keyof Omit<Belonging, 'account' | 'region'>]: string | undefined } & { name: string | undefined };

function belonging(said: Said): Omit<Belonging, 'account' | 'region'> & { name?: string } {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** As its tags are now; as the sweep saw them where nobody has looked since. */
function belongingOf({ arn, name, owner, environment }: PlannedDecision, { costs }: RowsFrom) {
  const now = costs.get(arn) ?? { name, owner, environment };
  const { team, costCentre } = costs.get(arn) ?? {};
  return belonging({ name: now.name, owner: now.owner, environment: now.environment, team, costCentre });
}

/** As it stands there now; else as the sweep priced it. */
function amountOf(
  { arn, type, region, monthlyUsd }: { arn: string; type: string; region: string; monthlyUsd?: number },
  { costs, prices }: RowsFrom,
): Amount {
  const known = costs.get(arn)?.amount;
  if (known !== undefined && known.kind !== 'unknown') return known;
  if (monthlyUsd !== undefined) return { kind: 'estimate', usd: monthlyUsd };
  if (known !== undefined) return known;
  const cost = resourceType(type)?.cost;
  if (cost === undefined && !isCostType(type)) return { kind: 'unknown', why: `Mayfly knows no prices of ${type}` };
  return cost?.fixed ? cost.monthlyUsd({}, prices.in(region)) : { kind: 'unknown', why: 'it could not be read' };
}

function idOf(arn: string): string {
  return identify(arn)?.id ?? arn;
}

function uncapitalized(sentence: string): string {
  const text = sentence.replace(/\.$/, '');
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

/** `kept: Its deletion protection is on.` as in the middle of a line. */
function keptBecause(nextStep: string): string {
  const [word, ...rest] = nextStep.split(': ');
  return rest.length === 0 ? nextStep : `${word}: ${uncapitalized(rest.join(': '))}`;
}
