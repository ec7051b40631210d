import type { Facts } from '../core/cost.ts';

/** A number that a description shows; absent where it shows none. */
export function numberIn(facts: Facts, name: string): number | undefined {
  const fact = facts[name];
  return typeof fact === 'number' ? fact : undefined;
}

/** A word that a description shows, for people too: `unknown` where it shows none. */
export function wordIn(facts: Facts, name: string): string {
  const fact = facts[name];
  return typeof fact === 'string' ? fact : 'unknown';
}

/** AWS counts storage in powers of two. */
export function gigabytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 2 ** 30;
}

/** What is to be paid of something of which a part is included. */
export function above(quantity: number | undefined, included: number): number | undefined {
  return quantity === undefined ? undefined : Math.max(0, quantity - included);
}
