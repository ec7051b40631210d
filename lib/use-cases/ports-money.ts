import type { Billed } from '../core/billed.ts';
import type { PriceDocument } from '../core/price-table.ts';

/** What AWS billed. */
export interface Bill {
  /**
   * Of each account; and, where somebody opted in to that, of single resources of these types. Each request to AWS
   * costs a cent. Never throws: what can't be had is unknown, with the reason.
   */
  read(types: readonly string[]): Promise<Billed>;
}

/** The list prices that AWS gives today. */
export interface PriceList {
  /** Of one region. Throws where it can't be asked at all. */
  pricesIn(region: string): Promise<RegionPriceList>;
}

export interface RegionPriceList {
  /** By unit and name; see `price-table.ts`. */
  groups: readonly Omit<PriceGroup, 'source' | 'region'>[];
  /** Products that AWS showed, and how many of them were in no known shape. */
  products: number;
  odd: number;
  requests: number;
  /** What could not be asked for, in words: nothing of it is in `groups`. */
  problems: readonly string[];
}

type PriceGroup = PriceDocument['groups'][number];

/** Keeps the prices that were asked for last. Throws where its place can't be reached. */
export interface PriceStore {
  save(document: PriceDocument): Promise<void>;
  /** As it was kept, unchecked; `undefined` where nothing was. */
  load(): Promise<unknown>;
}
