import { type Amount, toCents } from '../../core/cost.ts';
import { csvOf } from '../../core/csv.ts';
import type { FinanceReport, IdleRow } from '../../core/finance-report.ts';
import { type Instant, toIso } from '../../core/time.ts';

/** Other programs read these: one may be added at the end, none moves or goes. */
const columns: readonly (readonly [string, (row: IdleRow) => string | undefined])[] = [
  ['account', ({ account }) => account],
  ['region', ({ region }) => region],
  ['type', ({ type }) => type],
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['owner', ({ owner }) => owner],
  ['team', ({ team }) => team],
  ['cost_centre', ({ costCentre }) => costCentre],
  ['environment', ({ environment }) => environment],
  ['idle_since', ({ idleSince }) => instant(idleSince)],
  ['last_change', ({ lastChange }) => lastChange],
  ['evidence', ({ evidence }) => evidence.join('; ')],
  ['monthly_usd', ({ amount }) => usd(amount)],
  ['cost_kind', ({ amount }) => amount.kind],
  ['next_step', ({ nextStep }) => nextStep],
  ['next_step_on', ({ nextStepOn }) => instant(nextStepOn)],
  // By the names of FOCUS, the FinOps Open Cost and Usage Specification.
  ['ResourceId', ({ arn }) => arn],
  ['SubAccountId', ({ account }) => account],
  ['RegionId', ({ region }) => region],
  // What AWS billed has discounts in it, and is no list price.
  ['ListCost', ({ amount }) => (amount.kind === 'estimate' ? usd(amount) : undefined)],
  ['BillingCurrency', () => 'USD'],
];

/**
 * The idle resources of a report for spreadsheets (RFC 4180), in its order. Instants are in UTC, amounts in USD a month
 * to the cent; a cell is empty where nothing is known, and no cell is ever a formula.
 */
export function financeCsv({ idle }: Pick<FinanceReport, 'idle'>): string {
  const header = columns.map(([name]) => name);
  return csvOf([header, ...idle.map((row) => columns.map(([, cell]) => cell(row) ?? ''))]);
}

function instant(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : toIso(at);
}

function usd(amount: Amount): string | undefined {
  return amount.kind === 'unknown' ? undefined : toCents(amount.usd).toFixed(2);
}
