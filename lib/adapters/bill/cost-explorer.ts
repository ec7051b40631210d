import type { AccountsBilled, Billed, ResourceBill, ResourcesBilled } from '../../core/billed.ts';
import { day, type Instant } from '../../core/time.ts';
import type { ClientSource } from '../../resource-types/define.ts';
import type { Clock } from '../../use-cases/ports.ts';
import type { Bill } from '../../use-cases/ports-money.ts';
import { billedServices, isItsOwn } from './billed-services.ts';
import { type AskedPages, askPages, type Line, notOptedIn } from './cost-pages.ts';

/** Cost Explorer answers here, for all regions. */
export const costExplorerRegion = 'us-east-1';

export interface CostExplorerSettings {
  /** Of the payer account, or of the one account whose bill is wanted; in `costExplorerRegion`. */
  source: ClientSource;
  clock: Pick<Clock, 'now'>;
  /** Of accounts. */
  days?: number;
  /** Each costs a cent; what is not known after so many stays unknown. */
  requestsMax?: number;
}

const metric = 'UnblendedCost';

/** What single resources cost is kept so long. */
const resourceDays = 14;

/** AWS completes a day in the course of the next one, so the last day that is over is never taken. */
const unsettledDays = 1;

/** What AWS billed, by Cost Explorer. Throttled calls are tried again by the client. */
export function costExplorer(settings: CostExplorerSettings): Bill {
  const { source, clock, days = 14, requestsMax = 50 } = settings;
  return {
    async read(types): Promise<Billed> {
      const budget = { left: requestsMax };
      const now = clock.now();
      const accounts = await accountsBilled(source, now, days, budget);
      const resources: ResourcesBilled =
        accounts.kind === 'unknown'
          ? { kind: 'unknown', why: 'it was not asked for, because not even the accounts are known' }
          : await resourcesBilled(source, now, billedServices(types), budget);
      return { accounts, resources, requests: requestsMax - budget.left };
    },
  };
}

/** Whole settled days, the last one of them over at least a day ago. */
function periodOf(now: Instant, days: number): { Start: string; End: string } {
  const end = Math.floor(now / day) * day - unsettledDays * day;
  return { Start: dayOf(end - days * day), End: dayOf(end) };
}

function dayOf(instant: Instant): string {
  return new Date(instant).toISOString().slice(0, 10);
}

async function accountsBilled(
  source: ClientSource,
  now: Instant,
  days: number,
  budget: { left: number },
): Promise<AccountsBilled> {
  const { CostExplorerClient, GetCostAndUsageCommand } = await import('../sdk/cost-explorer.ts');
  const input = {
    TimePeriod: periodOf(now, days),
    // The fewest lines, and so the fewest pages: at most two parts of months for each account.
    Granularity: 'MONTHLY' as const,
    Metrics: [metric],
    GroupBy: [{ Type: 'DIMENSION' as const, Key: 'LINKED_ACCOUNT' }],
  };
  const asked = await askPages(
    (token) => source(CostExplorerClient).send(new GetCostAndUsageCommand({ ...input, ...token })),
    metric,
    budget,
    'Cost Explorer has no data of these days yet; it takes 24 hours after it was switched on',
  );
  if (asked.problem !== undefined) return { kind: 'unknown', why: asked.problem };
  if (asked.lines.length === 0) return { kind: 'unknown', why: 'Cost Explorer shows no account in these days' };
  return { kind: 'known', days, ...byAccount(asked.lines) };
}

/** An account with a line that can't be added up is left out whole. */
function byAccount(lines: readonly Line[]): Pick<AccountsBilled & { kind: 'known' }, 'usd' | 'leftOut'> {
  const usd = new Map<string, number>();
  const leftOut: string[] = [];
  for (const [account, some] of Map.groupBy(lines, ({ key }) => key)) {
    const why = some.map(problemOf).find((one) => one !== undefined);
    if (why !== undefined) leftOut.push(`The bill of ${account} is left out: ${why}`);
    else usd.set(account, total(some));
  }
  return { usd, leftOut };
}

function total(lines: readonly Line[]): number {
  return lines.reduce((sum, { amount }) => sum + amount, 0);
}

function problemOf({ amount, unit }: Line): string | undefined {
  if (unit !== 'USD') return `it is in ${unit || 'no currency'}, and nothing is converted into USD`;
  return Number.isFinite(amount) ? undefined : 'Cost Explorer shows an amount that is no number';
}

async function resourcesBilled(
  source: ClientSource,
  now: Instant,
  services: readonly string[],
  budget: { left: number },
): Promise<ResourcesBilled> {
  const days = resourceDays - unsettledDays;
  const asked: { service: string; answer: AskedPages }[] = [];
  for (const service of services) {
    const answer = await askService(source, now, days, service, budget);
    // Who has not opted in has not for any service; asking on would cost and tell nothing.
    if (answer.problem === notOptedIn && asked.length === 0) return { kind: 'unknown', why: notOptedIn };
    asked.push({ service, answer });
  }
  const leftOut = asked.flatMap(({ service, answer }) =>
    answer.problem === undefined ? [] : [`Resources of ${service} have estimates: ${answer.problem}`],
  );
  // A part of a service's lines would be a part of what something cost.
  const lines = asked.flatMap(({ service, answer }) =>
    answer.problem === undefined ? answer.lines.map((line) => ({ ...line, service })) : [],
  );
  const bills = byResource(lines.filter(({ key }) => key !== noResource));
  return { kind: 'known', days, bills, leftOut };
}

/** What AWS can't assign to a resource. */
const noResource = 'NoResourceId';

async function askService(
  source: ClientSource,
  now: Instant,
  days: number,
  service: string,
  budget: { left: number },
): Promise<AskedPages> {
  const { CostExplorerClient, GetCostAndUsageWithResourcesCommand } = await import('../sdk/cost-explorer.ts');
  const input = {
    TimePeriod: periodOf(now, days),
    Granularity: 'DAILY' as const,
    Metrics: [metric],
    Filter: { Dimensions: { Key: 'SERVICE' as const, Values: [service] } },
    GroupBy: [{ Type: 'DIMENSION' as const, Key: 'RESOURCE_ID' }],
  };
  const send = (token: object) =>
    source(CostExplorerClient).send(new GetCostAndUsageWithResourcesCommand({ ...input, ...token }));
  return askPages(send, metric, budget);
}

/** A resource with a line that can't be added up keeps its estimate. Days on which it cost nothing are not counted. */
function byResource(lines: readonly (Line & { service: string })[]): Map<string, ResourceBill> {
  const bills = new Map<string, ResourceBill>();
  for (const [id, some] of Map.groupBy(lines, ({ key }) => key)) {
    if (some.some((line) => problemOf(line) !== undefined)) continue;
    const paid = some.filter(({ amount, service }) => amount > 0 && isItsOwn(service, id));
    const days = new Set(paid.map(({ from }) => from)).size;
    bills.set(id, { usd: total(some), days });
  }
  return bills;
}
