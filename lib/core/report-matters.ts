import { parseArn } from './arn.ts';
import type { Held } from './limits.ts';
import { idsIn } from './names.ts';
import { type Outlook, reportItem } from './outlook.ts';
import type { Plan, PlannedDecision } from './plan.ts';
import { type Action, type Reason, reasons } from './reasons.ts';
import { steadyKey } from './steady-text.ts';
import type { ReportItem, SweepReport } from './sweep-report.ts';
import type { Instant } from './time.ts';

/** What became of one decision, as far as people are told. */
export interface Ended {
  arn: string;
  type: string;
  action: Action;
  /** Told are `removed`, `copied`, `stopped`, `waiting`, `blocked` and `failed`. */
  outcome: string;
  detail?: string;
  /** Of a server that was stopped. */
  expiresAt?: Instant;
  startedAgain?: true;
  /** As the ledger has it, where this run's plan knows nothing of it. */
  monthlyUsd?: number;
}

/** A key stands for all that is said: who was told it knows it. Whatever changes it is new. */
export interface Keyed<T> {
  key: string;
  what: T;
}

/** What a sweep did. */
export type News = Required<
  Pick<SweepReport, 'removed' | 'copied' | 'stopped' | 'stoppedAgain' | 'startedAgain' | 'copiesDeleted'>
>;

/** All that a sweep has to say, whether it was told before or not. */
export interface Matters {
  /** Told whatever was told before. */
  news: News;
  waiting: readonly Keyed<ReportItem>[];
  blocked: readonly Keyed<ReportItem>[];
  unreadable: readonly Keyed<ReportItem>[];
  outlived: readonly Keyed<ReportItem>[];
  observed: readonly Keyed<ReportItem>[];
  observedIdle: readonly Keyed<ReportItem>[];
  unread: readonly Keyed<SweepReport['unread'][number]>[];
  held: readonly Keyed<Held>[];
}

export interface Ending {
  /** A run that failed may have none. */
  plan?: Plan;
  outlook?: Outlook;
  outcomes: readonly Ended[];
}

const unreadableTags: readonly Reason[] = [
  'expiry-unreadable',
  'protect-unreadable',
  'exclude-unreadable',
  'keys-collide',
];

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
  // A copy that fails is told also where the next try waits, and this run did nothing about it.
  const copied = new Set(outcomes.filter(({ outcome }) => outcome === 'copied' || outcome === 'gone').map(arnOf));
  const failing = because('copy-failing').filter(({ arn }) => !copied.has(arn));
  const late = new Set(failing.map(arnOf));
  // What is put aside has no outcome: it is what AWS refused in earlier runs.
  const blocked = distinct([...failing, ...ended('blocked', 'failed'), ...because('quarantined')]);
  const waiting = distinct(ended('waiting')).filter(({ arn }) => !late.has(arn));
  return {
    news: newsOf(outcomes, byArn),
    waiting: keyed('waiting', waiting, (item) => (item.idleAt === undefined ? `${item.expiresAt}` : saidOf(item))),
    blocked: keyed('blocked', blocked, saidOf),
    unreadable: keyed('unreadable', because(...unreadableTags), saidOf),
    outlived: keyed('outlived', because('beyond-max-lifetime'), () => ''),
    observed: keyed('observed', outlook?.observed ?? [], ({ expiresAt }) => `${expiresAt}`),
    observedIdle: keyed('observed-idle', outlook?.observedIdle ?? [], ({ idleAt }) => `${idleAt}`),
    unread: (plan?.shards ?? []).flatMap(({ account, region, error }) =>
      error === undefined
        ? []
        : [{ key: `unread/${account}/${region}/${steadyKey(error)}`, what: { account, region, error } }],
    ),
    held: (plan?.held ?? []).map((held) => ({ key: heldKey(held), what: held })),
  };
}

const arnOf = ({ arn }: { arn: string }) => arn;

/** A server is copied, stopped and dated in steps of their own, and each is told. */
function newsOf(outcomes: readonly Ended[], byArn: ReadonlyMap<string, PlannedDecision>): News {
  const some = (is: (one: Ended, reason?: Reason) => boolean) =>
    outcomes.filter((one) => is(one, byArn.get(one.arn)?.reason)).map((one) => endedItem(one, byArn.get(one.arn)));
  return {
    removed: some(({ outcome }, reason) => outcome === 'removed' && reason !== 'copy-expired'),
    copied: some(({ outcome }) => outcome === 'copied'),
    stopped: some(({ outcome }, reason) => outcome === 'stopped' && reason !== 'woke-up'),
    stoppedAgain: some(({ outcome }, reason) => outcome === 'stopped' && reason === 'woke-up'),
    startedAgain: some(({ startedAgain }) => startedAgain === true),
    copiesDeleted: some(({ outcome }, reason) => outcome === 'removed' && reason === 'copy-expired'),
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
function endedItem(ended: Ended, decision: PlannedDecision | undefined): ReportItem {
  const { arn, type, expiresAt, monthlyUsd } = ended;
  const said = detailOf(ended, decision);
  if (decision !== undefined) return { ...reportItem(decision, said), ...(expiresAt !== undefined && { expiresAt }) };
  const { account = '', region = '' } = parseArn(arn) ?? {};
  const cost = monthlyUsd !== undefined && { monthlyUsd };
  return { arn, type, account, region, ...cost, ...(said !== undefined && { detail: said }) };
}

function detailOf({ action, outcome, detail }: Ended, decision: PlannedDecision | undefined): string | undefined {
  const isFailed = outcome === 'failed' || outcome === 'blocked';
  if (action === 'warn' && detail !== undefined) return `its owner was not warned: ${detail}`;
  if (action === 'copy' && detail !== undefined && isFailed) return `its copy fails: ${detail}`;
  if (outcome !== 'removed' || decision === undefined) return detail;
  const of = decision.copyOf === undefined ? undefined : `a copy of ${idsIn(decision.copyOf)[0]}`;
  const copy =
    decision.reason === 'idle-done' && decision.detail ? `after a fresh copy, ${decision.detail}` : undefined;
  const said = [of, copy, detail].filter((part) => part !== undefined).join('; ');
  return said === '' ? undefined : said;
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
