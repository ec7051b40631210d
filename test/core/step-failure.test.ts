import { expect, test } from 'vitest';
import { causeOf } from '../../lib/core/step-failure.ts';

test.each([
  [{ Error: 'Error', Cause: '{"errorType":"Error","errorMessage":"no table","trace":["at a"]}' }, 'Error: no table'],
  [{ Error: 'States.Timeout' }, 'States.Timeout'],
  [{ Error: 'Error', Cause: '{"errorMessage":7}' }, 'Error: {"errorMessage":7}'],
  [{ Cause: 'half a {' }, 'half a {'],
  [{ Cause: 'null' }, 'null'],
  [{}, 'no cause was given'],
])('%j is told as: %s', (failure, told) => {
  expect(causeOf(failure, 100)).toBe(told);
});

test('a page of it is cut', () => {
  expect(causeOf({ Cause: 'x'.repeat(5000) }, 300)).toHaveLength(300);
});
