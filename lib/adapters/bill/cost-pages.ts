import type { ResultByTime } from '@aws-sdk/client-cost-explorer';

/** One amount of one thing in one period. */
export interface Line {
  /** An account, or what AWS calls a resource on the bill. */
  key: string;
  /** The first day of the period. */
  from: string;
  /** Not a number where AWS shows none. */
  amount: number;
  unit: string;
}

/** All lines, or why they are not all: then those that there are must not be added up. */
export interface AskedPages {
  lines: Line[];
  problem?: string;
}

/** Why nothing is known of single resources where nobody has switched that on. */
export const notOptedIn =
  'costs of single resources are not opted in (Billing and Cost Management, Cost Explorer preferences: ' +
  'resource-level data); they are there 48 hours after that';

interface Page {
  ResultsByTime?: ResultByTime[] | undefined;
  NextPageToken?: string | undefined;
}

/** Asks page by page while there are requests left to pay for. Never throws. */
export async function askPages(
  send: (token: { NextPageToken?: string }) => Promise<Page>,
  metric: string,
  budget: { left: number },
  /** What it means where AWS has no such data. */
  unavailable = notOptedIn,
): Promise<AskedPages> {
  const lines: Line[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    if (budget.left === 0) return { lines, problem: 'there is more of it than the requests that Mayfly pays for' };
    budget.left -= 1;
    try {
      const page = await send(token === undefined ? {} : { NextPageToken: token });
      lines.push(...linesOf(page, metric));
      token = page.NextPageToken;
    } catch (error) {
      return { lines, problem: whyNot(error, unavailable) };
    }
    if (token !== undefined && seen.has(token)) {
      return { lines, problem: 'Cost Explorer gives the same page again and again' };
    }
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
  return { lines };
}

function linesOf({ ResultsByTime = [] }: Page, metric: string): Line[] {
  return ResultsByTime.flatMap(({ TimePeriod, Groups = [] }) =>
    Groups.flatMap(({ Keys = [], Metrics }) => {
      const [key] = Keys;
      const { Amount = '', Unit = '' } = Metrics?.[metric] ?? {};
      if (key === undefined) return [];
      const amount = Amount.trim() === '' ? Number.NaN : Number(Amount);
      return [{ key, from: TimePeriod?.Start ?? '', amount, unit: Unit }];
    }),
  );
}

/** What AWS's error means for who reads a report, and what to do. */
function whyNot(error: unknown, unavailable: string): string {
  const { name = '', message = '' } = error as { name?: string; message?: string };
  if (name === 'DataUnavailableException' || /opt(ed)?[ -]?in/i.test(message)) return unavailable;
  const isDenied = /AccessDenied/.test(name);
  if (isDenied && /not enabled/i.test(message)) {
    return 'Cost Explorer is switched off in this account; open it once in the console, it has data 24 hours later';
  }
  if (isDenied && /linked account/i.test(message)) {
    return 'the payer account does not let this account see its costs (Billing, Cost Management preferences)';
  }
  if (isDenied) {
    return (
      'access is denied; the caller needs ce:GetCostAndUsage and ce:GetCostAndUsageWithResources, and roles need to ' +
      'be let into billing at all (account settings)'
    );
  }
  const said = [name, message].filter((part) => part !== '').join(': ');
  return `Cost Explorer could not be asked (${said})`;
}
