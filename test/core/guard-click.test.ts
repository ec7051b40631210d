import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GuardClick, guardClickValue, readGuardClick } from '../../lib/core/guard-click.ts';
import { hostileText } from '../adapters/slack/hostile.ts';

const account = fc.stringMatching(/^\d{12}$/);
const at = fc.integer({ min: 0, max: 4_000_000_000_000 });

const click = fc.oneof(
  fc.record({ account, at }),
  fc.record({ account, at, environment: fc.oneof(hostileText, fc.string({ unit: 'binary', maxLength: 256 })) }),
) satisfies fc.Arbitrary<GuardClick>;

describe('the value of a button', () => {
  test('is read back as it was written, and holds nothing that Slack would write in another way', () => {
    fc.assert(
      fc.property(click, (about) => {
        const value = guardClickValue(about);
        if (value === undefined) return;
        expect(value.length).toBeLessThanOrEqual(2_000);
        expect(value).not.toMatch(/[&<>]/);
        expect(readGuardClick(value)).toEqual(about);
      }),
    );
  });

  test.each(['x'.repeat(256), '&'.repeat(256), '🦋'.repeat(256), '"'.repeat(256)])(
    'holds every name that a tag may have: %.10s',
    (environment) => {
      const about = { account: '222222222222', at: 1, environment };
      expect(readGuardClick(guardClickValue(about) ?? '')).toEqual(about);
    },
  );

  test('there is none of what is longer', () => {
    expect(guardClickValue({ account: '222222222222', at: 1, environment: 'x'.repeat(3_000) })).toBeUndefined();
  });

  test.each([
    ['', 'null', '[]', '{}', 'notice-1', '{"account":"222222222222"}'],
    ['{"account":"2","at":1}', '{"account":"222222222222","at":"1"}', '{"account":"222222222222","at":1.5}'],
    ['{"account":"222222222222","at":1,"environment":null}', '{"account":"222222222222","at":1,"kind":"stop"}'],
  ])('is nothing else', (...values) => {
    for (const value of values) expect(readGuardClick(value)).toBeUndefined();
  });
});
