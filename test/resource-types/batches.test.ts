import { expect, test } from 'vitest';
import { inParallel } from '../../lib/resource-types/batches.ts';

const later = () => new Promise<void>((resolve) => setImmediate(resolve));

test('results keep the order of the items, lists among them', async () => {
  expect(await inParallel([3, 1, 2], 2, async (n) => (n === 1 ? later().then(() => [n]) : [n, n]))).toEqual([
    [3, 3],
    [1],
    [2, 2],
  ]);
});

test('where one throws, those under way end first and no other begins', async () => {
  const seen: string[] = [];
  const work = async (item: string) => {
    seen.push(`${item} begins`);
    if (item === 'bad') throw new Error('bad');
    await later();
    await later();
    seen.push(`${item} ends`);
  };
  await expect(inParallel(['slow', 'bad', 'never', 'never'], 2, work)).rejects.toThrow('bad');
  expect(seen).toEqual(['slow begins', 'bad begins', 'slow ends']);
});
