import { parseArn } from './arn.ts';
import type { Held } from './limits.ts';
import { type Outlook, reportItem } from './outlook.ts';
import type { Plan, PlannedDecision } from './plan.ts';
import { type Action, type Reason, reasons } from './reasons.ts';
import { steadyKey } from './steady-text.ts';
import type { ReportItem, SweepReport } from './sweep-report.ts';

/** What became of one decision, as far as people are told. */
export interface Ended {
  arn: string;
  type: string;
  action: Action;
  /** Told are `removed`, `waiting`, `blocked` and `failed`. */
  outcome: string;
  detail?: string;
}

/** A key stands for all that is said: who was told it knows it. Whatever changes it is new. */
export interface Keyed<T> {
  key: string;
  what: T;
}

/** All that a sweep has to say, whether it was told before or not. */
export interface Matters {
  /** News, whatever was told before. */
  removed: readonly ReportItem[];
  waiting: readonly Keyed<ReportItem>[];
  blocked: readonly Keyed<ReportItem>[];
  unreadable: readonly Keyed<ReportItem>[];
  outlived: readonly Keyed<ReportItem>[];
  observed: readonly Keyed<ReportItem>[];
  unread: readonly Keyed<SweepReport['unread'][number]>[];
  held: readonly Keyed<Held>[];
}

export interface Ending {
  /** A run that failed may have none. */
  plan?: Plan;
  outlook?: Outlook;
  outcomes: readonly Ended[];
}

const unreadableTags: readonly Reason[] = ['expiry-unreadable', 'protect-unreadable', 'keys-collide'];

/**
 * What is `gone` is somebody else's doing, and listings go on showing for hours what Mayfly removed: neither is news.
 * What is `changed` is kept because somebody wanted it so.
 */
export function mattersOf({ plan, outlook, outcomes }: Ending): Matters {
  const decisions = plan?.decisions ?? [];
  const byArn = new Map(decisions.map((decision) => [decision.arn, decision]));
  const ended = (...kinds: string[]) =>
    outcomes.filter(({ outcome }) => kinds.includes(outcome)).map((one) => endedItem(one, byArn.get(one.arn)));
  const because = (...some: Reason[]) => decisions.filter(({ reason }) => some.includes(reason)).map(explained);
  // What is put aside has no outcome: it is what AWS refused in earlier runs.
  const blocked = distinct([...ended('blocked', 'failed'), ...because('quarantined')]);
  return {
    removed: ended('removed'),
    waiting: keyed('waiting', distinct(ended('waiting')), ({ expiresAt }) => `${expiresAt}`),
    blocked: keyed('blocked', blocked, saidOf),
    unreadable: keyed('unreadable', because(...unreadableTags), saidOf),
    outlived: keyed('outlived', because('beyond-max-lifetime'), () => ''),
    observed: keyed('observed', outlook?.observed ?? [], ({ expiresAt }) => `${expiresAt}`),
    unread: (plan?.shards ?? []).flatMap(({ account, region, error }) =>
      error === undefined
        ? []
        : [{ key: `unread/${account}/${region}/${steadyKey(error)}`, what: { account, region, error } }],
    ),
    held: (plan?.held ?? []).map((held) => ({ key: heldKey(held), what: held })),
  };
}

/** Of what a limit holds the ten that cost most; where no price is known, those that expired first. */
export function largestHeld({ decisions, held }: Pick<Plan, 'decisions' | 'held'>): ReportItem[] {
  const isRunHeld = held.some(({ account }) => account === undefined);
  const accounts = new Set(held.map(({ account }) => account));
  const wanted = decisions.filter(({ action, account }) => action === 'remove' && (isRunHeld || accounts.has(account)));
  const cost = ({ monthlyUsd }: PlannedDecision) => monthlyUsd ?? -1;
  const age = ({ expiresAt }: PlannedDecision) => expiresAt ?? Number.MAX_SAFE_INTEGER;
  return wanted
    .toSorted((a, b) => cost(b) - cost(a) || age(a) - age(b))
    .slice(0, 10)
    .map((decision) => reportItem(decision));
}

/** What was settled for an earlier run stands in no plan of this one: its ARN tells what it is. */
function endedItem({ arn, type, action, detail }: Ended, decision: PlannedDecision | undefined): ReportItem {
  const said = action === 'warn' && detail !== undefined ? `its owner was not warned: ${detail}` : detail;
  if (decision !== undefined) return reportItem(decision, said);
  const { account = '', region = '' } = parseArn(arn) ?? {};
  return { arn, type, account, region, ...(said !== undefined && { detail: said }) };
}

/** `Its expiry tag cannot be read: ttl=soon`. */
function explained(decision: PlannedDecision): ReportItem {
  const { sentence } = reasons[decision.reason];
  return reportItem(
    decision,
    decision.detail === undefined ? sentence : `${sentence.replace(/\.$/, '')}: ${decision.detail}`,
  );
}

/** One item each: a resource may be warned of and settled in one run. */
function distinct(items: readonly ReportItem[]): ReportItem[] {
  return [...new Map(items.map((item) => [item.arn, item])).values()];
}

function keyed(kind: string, items: readonly ReportItem[], saying: (item: ReportItem) => string): Keyed<ReportItem>[] {
  return items.map((item) => ({ key: `${kind}/${item.arn}/${saying(item)}`, what: item }));
}

function saidOf({ detail = '' }: ReportItem): string {
  return steadyKey(detail);
}

/**
 * What a limit holds grows by the hour, and the share of what is tracked moves with it: it is said again once it has
 * doubled, or clearly more is allowed.
 */
function heldKey({ account = 'run', limit, allowed, wanted }: Held): string {
  return `held/${account}/${limit}/${Math.round(4 * Math.log2(allowed + 1))}/${Math.ceil(Math.log2(wanted + 1))}`;
}
