import { type Billed, type ResourcesBilled, usdPerRequest } from './billed.ts';
import { type Amount, sum, toCents } from './cost.ts';
import type { Coverage, FinanceReport, IdleRow } from './finance-report.ts';

interface Seen {
  arn: string;
  account: string;
  amount: Amount;
  /** As its own service calls it. */
  state?: string;
  /** Absent where they are not known. */
  volumes?: readonly string[];
}

/** What Mayfly sees, beside what was billed. */
export interface SeenBeside {
  /** All accounts that it sweeps, also those of which it sees nothing. */
  accounts: readonly string[];
  /** All that costs by standing there. `volumes`: ids of those of a server, which AWS bills by themselves. */
  costs: readonly Seen[];
}

/** A year's days, in a month of each. */
const daysPerMonth = 365 / 12;

/**
 * A report with what AWS billed: idle resources whose own bill is known have an actual amount, and the coverage says
 * how much of the bill Mayfly sees. What is not known is said in its note, and changes no amount.
 */
export function withBill(report: FinanceReport, billed: Billed, seen: SeenBeside): FinanceReport {
  const byArn = new Map(seen.costs.map((one) => [one.arn, one]));
  const rows = report.idle.map((row) => {
    const amount = actualAmount(row, byArn.get(row.arn), billed.resources);
    return amount === undefined ? row : { ...row, amount };
  });
  const idle = rows.some((row, index) => row !== report.idle[index]) ? rows.toSorted(byCost) : report.idle;
  const coverage = coverageOf(billed, seen);
  return {
    ...report,
    idle,
    idleTotal: sum(idle.map(({ amount }) => amount)),
    ...(coverage !== undefined && { coverage }),
    coverageNote: coverageNote(billed, seen),
  };
}

/** The most expensive first, unknown amounts last. */
function byCost({ amount: a }: IdleRow, { amount: b }: IdleRow): number {
  const [ofA, ofB] = [a.kind === 'unknown' ? -1 : a.usd, b.kind === 'unknown' ? -1 : b.usd];
  return ofB - ofA;
}

/**
 * What is seen and what was billed of the accounts that Mayfly sweeps and whose bill is known; `undefined` where there
 * is none. Other accounts of the bill are left out on both sides, so that the two can be compared.
 */
export function coverageOf({ accounts }: Billed, seen: SeenBeside): Coverage | undefined {
  if (accounts.kind === 'unknown') return undefined;
  const both = new Set(seen.accounts.filter((id) => accounts.usd.has(id)));
  if (both.size === 0) return undefined;
  const known = seen.costs.filter(({ account }) => both.has(account)).map(({ amount }) => amount);
  const { amount } = sum(known.filter(({ kind }) => kind !== 'unknown'));
  return {
    seenMonthlyUsd: amount.kind === 'unknown' ? 0 : amount.usd,
    billedUsd: rounded([...both].reduce((total, id) => total + (accounts.usd.get(id) ?? 0), 0)),
    days: accounts.days,
    accounts: both.size,
  };
}

/** What the coverage leaves out, why, and what asking for it cost. */
export function coverageNote(billed: Billed, seen: SeenBeside): string {
  const { accounts, resources, requests } = billed;
  const parts = accounts.kind === 'unknown' ? [`What AWS billed is not known: ${accounts.why}`] : [];
  if (accounts.kind === 'known') {
    const swept = new Set(seen.accounts);
    const without = seen.accounts.filter((id) => !accounts.usd.has(id));
    const others = [...accounts.usd].filter(([id]) => !swept.has(id));
    const usd = toCents(others.reduce((total, [, one]) => total + one, 0)).toFixed(2);
    if (without.length > 0) parts.push(`No bill is known of ${someOf(without)}`);
    parts.push(...accounts.leftOut);
    if (others.length > 0) {
      parts.push(`Another $${usd} was billed to accounts that Mayfly does not sweep (${others.length})`);
    }
    if (resources.kind === 'unknown') parts.push(`What single resources cost is an estimate: ${resources.why}`);
    else parts.push(...resources.leftOut);
  }
  if (requests > 0) {
    const times = requests === 1 ? 'once' : `${requests} times`;
    parts.push(`Cost Explorer was asked ${times}, for $${(requests * usdPerRequest).toFixed(2)}`);
  }
  return parts.map((part) => `${part}.`).join(' ');
}

function someOf(ids: readonly string[]): string {
  const shown = ids.slice(0, 3).join(', ');
  return ids.length > 3 ? `${shown} and ${ids.length - 3} more accounts` : shown;
}

/**
 * A month by what AWS billed for a resource and the volumes of a server; `undefined` where that says nothing about a
 * month of it as it stands there now. That is so where it was not billed on each of the days, because it was made,
 * started or stopped among them; where it was stopped or started since, the last day of a bill being over for a while;
 * where it was billed nothing, because a reservation pays for it; and where it is counted with something else.
 */
function actualAmount(
  row: Pick<IdleRow, 'arn' | 'id' | 'type' | 'amount'>,
  { volumes, state = '' }: Pick<Seen, 'volumes' | 'state'> = {},
  resources: ResourcesBilled,
): Amount | undefined {
  if (resources.kind === 'unknown' || changing.test(state) || isCountedElsewhere(row)) return undefined;
  const isServer = row.type === 'ec2:instance';
  // Without them it would look like less than it costs.
  if (isServer && volumes === undefined) return undefined;
  const { bills, days } = resources;
  const own = bills.get(row.arn) ?? (ec2Id.test(row.id) ? bills.get(row.id) : undefined);
  const parts = [own, ...(isServer ? (volumes ?? []) : []).map((id) => bills.get(id))];
  let usd = 0;
  for (const part of parts) {
    if (part === undefined || part.days < days) return undefined;
    usd += part.usd;
  }
  const monthly = toCents((usd * daysPerMonth) / days);
  return monthly > 0 ? { kind: 'actual', usd: monthly } : undefined;
}

/** States in which it costs something else than in the days of the bill. */
const changing = /^(stop|start|creat|pending)/;

/** The members of a database cluster are billed each by its own name, and counted with the cluster. */
function isCountedElsewhere({ type, amount }: Pick<IdleRow, 'type' | 'amount'>): boolean {
  return type === 'rds:cluster' || (type === 'rds:db' && amount.kind === 'estimate' && amount.usd === 0);
}

/** Ids that no other account has; a database's name may be another's, too. */
const ec2Id = /^(i|vol|snap)-[0-9a-f]+$/;

/** What comes after twelve digits comes from counting in binary. */
function rounded(usd: number): number {
  return Number(usd.toPrecision(12));
}
