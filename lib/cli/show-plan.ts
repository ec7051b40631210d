import { aMonth, heldInWords, togetherUsd, unknownBeside } from '../core/money.ts';
import { countActions, type Plan, type PlannedDecision } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import { type Action, type Reason, reasons } from '../core/reasons.ts';
import { showInstant } from '../core/time.ts';
import { type Column, table } from './table.ts';
import { plain, say, styled, terminalWidth } from './terminal.ts';

const rowsMax = 40;

const order = ['remove', 'stop', 'copy', 'warn', 'hold', 'keep'] as const;

const colours = {
  remove: 'red',
  stop: 'red',
  copy: 'blue',
  warn: 'yellow',
  hold: 'magenta',
  keep: 'green',
} as const satisfies Record<Action, string>;

/** The plan for people: what would go, what is kept back and why, what could not be read. */
export function showPlan(plan: Plan, policy: Policy, { all }: { all: boolean }): void {
  const shown = plan.decisions
    .filter(({ action }) => all || action !== 'keep')
    .toSorted((a, b) => order.indexOf(a.action) - order.indexOf(b.action) || (a.arn < b.arn ? -1 : 1));
  const rows = shown.slice(0, all ? undefined : rowsMax);
  const money = rows.some(({ monthlyUsd }) => aMonth(monthlyUsd) !== undefined);
  if (rows.length > 0)
    say(
      table(
        columns(money),
        rows.map((one) => row(one, policy, money)),
      ),
    );
  if (!all && shown.length > rowsMax) say(`… and ${shown.length - rowsMax} more; --all or --json shows them`);
  showWhy(shown);
  showUnknown(plan.decisions);
  showUnread(plan);
  showHeld(plan);
  say(summary(plan));
}

/** `money`: something is known of what things cost. */
function columns(money: boolean): Column[] {
  const place = terminalWidth() >= 140 ? [{ title: 'Account, region', width: 27 } as const] : [];
  return [
    { title: 'Action', width: 6 },
    { title: 'Reason', width: 19 },
    { title: 'Resource', width: 'rest' },
    ...place,
    { title: 'Owner', width: 10 },
    ...(money ? [moneyColumn] : []),
    { title: 'Expires', width: 16 },
  ];
}

function row(decision: PlannedDecision, policy: Policy, money: boolean): string[] {
  const { action, reason, type, arn, account, region, name, owner, expiresAt } = decision;
  const place = terminalWidth() >= 140 ? [`${account} ${region}`] : [];
  const expires = expiresAt === undefined ? '' : showInstant(expiresAt, policy.expiry.timeZone).slice(0, 16);
  return [
    styled(colours[action], action),
    reason,
    `${type} ${nameIn(arn)}${name === undefined ? '' : ` ${name}`}`,
    ...place,
    owner ?? '',
    ...(money ? [inColumn(decision.monthlyUsd)] : []),
    expires,
  ];
}

/** USD a month, without cents: what has none is not known, or costs less than half a dollar. */
export const moneyColumn: Column = { title: '$/month', width: 7 };

export function inColumn(usd: number | undefined): string {
  const whole = Math.round(usd ?? 0);
  return whole === 0 ? '' : String(whole).padStart(moneyColumn.width === 'rest' ? 0 : moneyColumn.width);
}

/** The last part of an ARN, which people know a resource by. */
export function nameIn(arn: string): string {
  const resource = arn.split(':').slice(5).join(':');
  return resource.replace(/^(.*autoScalingGroupName\/|[a-z-]+[:/])/, '');
}

/** One sentence per reason, with what was seen where a tag can't be read. */
function showWhy(decisions: readonly PlannedDecision[]): void {
  const byReason = Map.groupBy(decisions, ({ reason }) => reason);
  for (const [reason, some] of byReason) {
    say(`${styled('bold', reason)} (${some.length}): ${reasons[reason].sentence}${examples(reason, some)}`);
  }
}

const telling: ReadonlySet<Reason> = new Set([
  'expiry-unreadable',
  'protect-unreadable',
  'keys-collide',
  'owned-by-stack',
]);

function examples(reason: Reason, decisions: readonly PlannedDecision[]): string {
  if (!telling.has(reason)) return '';
  const seen = decisions
    .slice(0, 3)
    .map(({ arn, detail }) => `\n    ${plain(nameIn(arn))}: ${plain(detail ?? '').slice(0, 120)}`);
  return seen.join('');
}

function showUnknown(decisions: readonly PlannedDecision[]): void {
  const off = Map.groupBy(
    decisions.filter(({ reason }) => reason === 'type-off'),
    ({ type }) => type,
  );
  if (off.size === 0) return;
  const kinds = [...off].map(([type, some]) => `${some.length} ${type}`).join(', ');
  say(`Left alone, because the policy does not list the type or Mayfly does not know it: ${plain(kinds)}`);
}

function showUnread({ shards }: Plan): void {
  for (const { account, region, error } of shards) {
    if (error !== undefined) say(`${styled('red', 'not read')} ${account} ${region}: ${plain(error)}`);
  }
}

function showHeld({ held, id }: Plan): void {
  for (const one of held) {
    const { limit, account } = one;
    const { wanted, allowed, besides } = heldInWords(one);
    const where = account === undefined ? 'the whole plan' : `account ${account}`;
    const what = limit === 'stopsPerRun' ? 'stops' : 'removals';
    const much = limit === 'monthlyUsd' ? `${what} of ${wanted}` : `${wanted} ${what}`;
    say(
      `${styled('red', 'held')} ${where}: ${much}, limits.${limit} allows ${allowed}${besides}. ` +
        `To allow it once: mayfly approve ${id}`,
    );
  }
}

function summary({ decisions, shards, id, mode }: Plan): string {
  const counts = countActions(decisions);
  const places = shards.filter(({ region }) => region !== '').length;
  const tracked = shards.reduce((sum, { scanned }) => sum + scanned, 0);
  const { usd, unknown } = togetherUsd(decisions.filter(({ action }) => action === 'remove'));
  const sum = aMonth(usd);
  const money = sum === undefined ? '' : ` (about ${sum}${unknownBeside(unknown)})`;
  const verb = mode === 'enforce' ? 'to remove' : 'would be removed';
  const acting = `${counts.remove} ${verb}${money}, ${counts.warn} to warn about, ${counts.hold} on hold`;
  return `${id}: ${tracked} resources with an expiry tag in ${places} account-regions; ${acting}.`;
}
