import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import { deliverFinance, deliverWaiting, type FinanceOutlets } from '../../lib/use-cases/deliver-finance.ts';
import type { Clock, Ledger, RunStore } from '../../lib/use-cases/ports.ts';
import { hurriedClock } from './clocks.ts';
import { monday, outletsInto } from './finance-outlets.ts';
import { memoryRunStore } from './run-store.ts';

/** A place where weekly reports are delivered, and what happened there. */
export interface Delivering {
  happened: string[];
  clock: Clock;
  ledger: Ledger;
  runStore: RunStore;
  outlets: (about?: Partial<FinanceOutlets>) => FinanceOutlets;
  deliver: (about?: Partial<FinanceOutlets>, ports?: object, date?: string) => ReturnType<typeof deliverFinance>;
  later: (about?: Partial<FinanceOutlets>) => ReturnType<typeof deliverWaiting>;
}

export function aDelivery(): Delivering {
  const happened: string[] = [];
  const clock = hurriedClock();
  const ledger = sqliteLedger(':memory:', clock);
  const runStore = memoryRunStore(new Map());
  const outlets = (about: Partial<FinanceOutlets> = {}) => outletsInto(happened, about);
  return {
    ...{ happened, clock, ledger, runStore, outlets },
    deliver: (about = {}, ports = {}, date = monday) =>
      deliverFinance({ ledger, clock, runStore, ...ports }, outlets(about), date),
    later: (about = {}) => deliverWaiting({ ledger, clock, runStore }, outlets(about)),
  };
}
