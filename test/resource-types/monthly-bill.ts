import type { Facts } from '../../lib/core/cost.ts';

/** A monthly bill that was worked out by hand from the sources, not from the price table. */
export interface Bill {
  type: string;
  what: string;
  region: string;
  facts: Facts;
  /** To the cent; or what the reason of an unknown amount says. */
  usd: number | RegExp;
  /** The arithmetic: products of numbers, added up. A month has 730 hours. */
  sum?: string;
  /** Where the unit prices were read, and of which day they are. */
  source: string;
}
