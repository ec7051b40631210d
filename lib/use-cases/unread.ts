import type { FinanceReport } from '../core/finance-report.ts';

export type Unread = FinanceReport['unread'][number];

/** As plans and tables name it: an account that could not even be listed has an empty region there. */
export function unreadIn(shards: readonly { account: string; region: string; why: string }[]): Unread[] {
  return shards.map(({ account, region, why }) => ({ account, ...(region !== '' && { region }), why }));
}

/** One line for each account and region: of what several reads say the same, the longest. */
export function mergeUnread(all: readonly Unread[]): Unread[] {
  const groups = Map.groupBy(all, ({ account, region = '' }) => `${account} ${region}`);
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, some]): Unread[] => {
      const [first] = some;
      if (first === undefined) return [];
      const whys = [...new Set(some.map(({ why }) => why))];
      const told = whys.filter((why) => !whys.some((other) => other !== why && other.includes(why)));
      return [{ ...first, why: told.join('; ') }];
    });
}
