import pLimit from 'p-limit';

/** Cuts a list into pieces of at most `size`. */
export function batchesOf<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let start = 0; start < items.length; start += size) batches.push(items.slice(start, start + size));
  return batches;
}

/**
 * Runs `work` over the items, at most `atOnce` at a time; the results keep the order of the items. Where one throws, no
 * other is begun, and it is thrown once those under way have ended: nothing goes on behind the back of the caller.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const failures: unknown[] = [];
  const results = await pLimit(atOnce).map(items, async (item): Promise<R[]> => {
    if (failures.length > 0) return [];
    try {
      return [await work(item)];
    } catch (error) {
      failures.push(error);
      return [];
    }
  });
  if (failures.length > 0) throw failures[0];
  return results.flat() as R[];
}
