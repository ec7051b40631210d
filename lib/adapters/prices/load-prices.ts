import type { PriceTable } from '../../core/cost.ts';
import { type PriceDocument, priceTable } from '../../core/price-table.ts';

/**
 * The list prices that Mayfly ships with, in USD, without a network. They are loaded only when somebody asks, so a
 * function that shows no money does not carry them.
 */
export async function loadPrices(): Promise<PriceTable> {
  const { default: shipped } = await import('./prices.json', { with: { type: 'json' } });
  table ??= priceTable(shipped as PriceDocument);
  return table;
}

/** A scan of a hundred shards asks a hundred times. */
let table: PriceTable | undefined;
