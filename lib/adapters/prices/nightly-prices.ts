import type { PriceTable } from '../../core/cost.ts';
import type { Policy } from '../../core/policy.ts';
import { daysSince, freshDays, newestDay, readPriceDocument } from '../../core/price-document.ts';
import { type PriceDocument, priceTable } from '../../core/price-table.ts';
import type { Clock } from '../../use-cases/ports.ts';
import type { PriceStore } from '../../use-cases/ports-money.ts';
import { loadPrices } from './load-prices.ts';

/** Nightly prices where the policy wants them, and else those that Mayfly ships with: then nothing is looked for. */
export function pricesFor(
  { prices }: Pick<Policy, 'prices'>,
  store: Pick<PriceStore, 'load'>,
  clock: Pick<Clock, 'now'>,
): () => Promise<PriceTable> {
  return prices.refresh === 'nightly' ? nightlyPrices(store, clock) : loadPrices;
}

/**
 * The shipped prices with the nightly ones over them, loaded once, with the first call. Nightly prices that are
 * missing, damaged or out of reach take nothing away: the shipped ones are there, and `note` says which are used.
 */
export function nightlyPrices(store: Pick<PriceStore, 'load'>, clock: Pick<Clock, 'now'>): () => Promise<PriceTable> {
  let table: Promise<PriceTable> | undefined;
  return () => {
    table ??= withNightly(store, clock);
    return table;
  };
}

async function withNightly(store: Pick<PriceStore, 'load'>, clock: Pick<Clock, 'now'>): Promise<PriceTable> {
  let nightly: PriceDocument;
  try {
    const kept = await store.load();
    if (kept === undefined) {
      return { ...(await loadPrices()), note: 'There are no nightly prices yet; the shipped ones are used.' };
    }
    nightly = readPriceDocument(kept);
  } catch (error) {
    const why = (error as Error).message;
    return { ...(await loadPrices()), note: `The nightly prices can't be used (${why}); the shipped ones are.` };
  }
  const { default: shipped } = await import('./prices.json', { with: { type: 'json' } });
  return { ...priceTable(shipped as PriceDocument, nightly), note: ageOf(newestDay(nightly), clock.now()) };
}

function ageOf(date: string, now: number): string {
  const days = daysSince(date, now);
  const age = days === 0 ? 'of today' : days === 1 ? '1 day old' : `${days} days old`;
  const late = days > freshDays ? '; look at the log of mayfly-refresh-prices' : '';
  return `Nightly prices of ${date}, ${age}${late}.`;
}
