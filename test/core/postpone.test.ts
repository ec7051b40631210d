import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idleAtOf } from '../../lib/core/idle.ts';
import { type IdleMemory, rememberIdle } from '../../lib/core/idle-memory.ts';
import { isGoingDown, postpone, whyNotPostponed } from '../../lib/core/postpone.ts';
import type { Server } from '../../lib/core/server.ts';
import { day, hour } from '../../lib/core/time.ts';
import { aPolicy } from '../fakes/builders.ts';
import { idleAt, memory, now } from '../fakes/idle-servers.ts';

const { idle, expiry } = aPolicy({ idle: {} });
if (idle === undefined) throw new Error('the policy has an idle rule');
const policy = { idle, expiry: { maxExtension: expiry.maxExtension } };
const stopped = { stopped: { at: now - day } };

test.each<[string, IdleMemory | undefined, Server['state'], RegExp | undefined]>([
  ['runs', memory(), 'running', undefined],
  ['is not known to the ledger', undefined, 'running', /no sweep has looked at it/],
  ['Mayfly stopped', memory(stopped), 'stopped', /restore brings it back/],
  ['Mayfly stopped and somebody started', memory(stopped), 'running', /who started it/],
  ['a person stopped', memory(), 'stopped', /leaves alone/],
  ['is just changing', memory(), 'changing', /ask again/],
])('whether a server that %s can be postponed', (_, known, state, why) => {
  const said = whyNotPostponed(known, { state });
  if (why === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(why);
});

test.each<[string, Partial<IdleMemory>, Server['state'], number, boolean]>([
  ['in its first warning lead', {}, 'running', idleAt - 3 * day, true],
  ['before that', {}, 'running', idleAt - 3 * day - 1, false],
  ['long after its date', {}, 'running', idleAt + 9 * day, true],
  ['postponed beyond the lead', { postponedTo: idleAt + 9 * day }, 'running', idleAt, false],
  ['stopped by a person', {}, 'stopped', idleAt, false],
  ['stopped by Mayfly', stopped, 'running', idleAt, false],
])('a server %s: on its way down or not', (_, about, state, when, expected) => {
  // CloudTrail was asked when it was seen first, so the date is that of its last change.
  expect(isGoingDown(memory(about), { state }, idle, when)).toBe(expected);
});

describe('the date is moved as an expiry is', () => {
  test.each<[string, object, number, number]>([
    ['from now where it has passed', { by: day }, now, now + day],
    ['from the date where that is to come', { by: day }, idleAt - hour, idleAt + day],
    ['to an instant', { until: now + 2 * day }, now, now + 2 * day],
    ['cut to what an extension may grant', { by: 30 * day }, now, now + 7 * day],
    ['never back', { until: idleAt - day }, idleAt - hour, idleAt],
  ])('%s', (_, wanted, when, to) => {
    const given = postpone(memory(), wanted as Parameters<typeof postpone>[1], policy, when);
    expect(given).toMatchObject({ from: idleAt, to });
    expect(given.cutBy).toBe(to === now + 7 * day ? 'maxExtension' : undefined);
  });

  test('whenever and however often: never earlier, never beyond the cap, and the ledger says the same then', () => {
    const orders = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 * day }), fc.integer({ min: 0, max: 9 * day })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(orders, (all) => {
        let [known, when]: [IdleMemory, number] = [memory(), now];
        for (const [by, passed] of all) {
          const before = idleAtOf(known, idle);
          const { from, to } = postpone(known, { by }, policy, when);
          expect(from).toBe(before);
          expect(to).toBeGreaterThanOrEqual(Math.max(before, when));
          expect(to).toBeLessThanOrEqual(Math.max(before, when + expiry.maxExtension + 999));
          known = rememberIdle(known, when, { kind: 'postponed', to, by: 'ana' }) ?? known;
          expect(idleAtOf(known, idle)).toBe(to);
          when += passed;
        }
      }),
    );
  });
});
