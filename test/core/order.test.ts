import { expect, test } from 'vitest';
import { type Ordered, wavesOf } from '../../lib/core/order.ts';

const type = (id: string, ...after: string[]): Ordered => ({ id, after: after.map((one) => ({ type: one })) });
const ids = (waves: Ordered[][]) => waves.map((wave) => wave.map(({ id }) => id));

test('what waits for nothing goes together, in the given order', () => {
  expect(ids(wavesOf([type('b'), type('a')]))).toEqual([['b', 'a']]);
  expect(wavesOf([])).toEqual([]);
});

test('what waits stands in a later wave, as early as it can', () => {
  const types = [type('vpc', 'subnet'), type('subnet', 'instance'), type('volume', 'instance'), type('instance')];
  expect(ids(wavesOf(types))).toEqual([['instance'], ['subnet', 'volume'], ['vpc']]);
});

test('nobody waits for a type that is not there', () => {
  expect(ids(wavesOf([type('volume', 'instance')]))).toEqual([['volume']]);
});

test('a cycle is an error that names who waits, and only them', () => {
  const types = [type('free'), type('a', 'b'), type('b', 'c'), type('c', 'a')];
  expect(() => wavesOf(types)).toThrow('These types wait for each other: a, b, c');
  expect(() => wavesOf([type('a', 'a')])).toThrow('wait for each other: a');
});
