import pLimit from 'p-limit';

/** Cuts a list into pieces of at most `size`. */
export function batchesOf<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let start = 0; start < items.length; start += size) batches.push(items.slice(start, start + size));
  return batches;
}

/** Runs `work` over the items, at most `atOnce` at a time; the results keep the order of the items. */
export function inParallel<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  return pLimit(atOnce).map(items, work);
}
