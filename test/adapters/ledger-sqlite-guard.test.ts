import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import { type GuardEvent, nothingGuarded, rememberGuard } from '../../lib/core/guard-memory.ts';
import type { Part } from '../../lib/core/guard-parts.ts';
import { heldClock } from '../fakes/clocks.ts';

const text = fc.oneof(fc.constantFrom('', '__proto__', 'staging', 'a/b'), fc.string({ unit: 'binary', maxLength: 8 }));
const at = fc.integer({ min: 0, max: 4e12 });
const usd = fc.double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true });
const stage = fc.constantFrom('freeze' as const, 'stop' as const);
const sweep = fc.constantFrom('run-1', 'run-2', 'run-3');
const arn = fc.constantFrom('arn:aws:ec2:eu-west-1:222222222222:instance/i-1', 'arn:of-a-group', 'scp p-1 2');
const sizes = fc.record({ min: fc.nat(3), desired: fc.nat(3), max: fc.nat(3) });
const isTrue = fc.constant(true);

/** A record of which some fields may be absent. */
function record<T>(fields: Record<string, fc.Arbitrary<unknown>>, optional: readonly string[]): fc.Arbitrary<T> {
  const requiredKeys = Object.keys(fields).filter((key) => !optional.includes(key));
  return fc.record(fields, { requiredKeys }) as fc.Arbitrary<unknown> as fc.Arbitrary<T>;
}

const kind = (text: string) => fc.constant(text);
const state = { stage, isDone: isTrue, isAgain: isTrue, failure: text };
const absent = ['isDone', 'isAgain', 'failure', 'cap', 'zero', 'identity'];

const part = fc.oneof(
  record<Part>({ kind: kind('scp'), account: text, policy: text, ...state }, absent),
  record<Part>(
    { kind: kind('group'), arn, region: text, before: sizes, cap: fc.nat(3), zero: isTrue, ...state },
    absent,
  ),
  record<Part>({ kind: kind('server'), arn, type: text, region: text, identity: text, ...state }, absent),
);

function event(name: GuardEvent['kind'], fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<GuardEvent> {
  return record<GuardEvent>({ kind: kind(name), ...fields }, ['environment', 'differs']);
}

const of = { environment: text };
const triggers = fc.subarray(['budget', 'burnPerHour', 'jump']);
const lacks = fc.subarray(['scp-quota', 'scp-not-allowed']);

const anEvent: fc.Arbitrary<GuardEvent> = fc.oneof(
  event('guard-over', { sweep, usdPerHour: usd, passed: triggers, counts: fc.boolean(), ...of }),
  event('guard-within', { sweep, ...of }),
  event('guard-told', of),
  event('guard-heard', { id: text, source: fc.constantFrom('budget', 'anomaly') }),
  event('guard-approved', { stage, by: text, ...of }),
  event('guard-begun', { stage, sweep, ...of }),
  event('guard-ended', { stage, lacks, ...of }),
  event('guard-changing', { parts: fc.array(part, { maxLength: 4 }) }),
  event('guard-changed', { part }),
  event('guard-unchanged', { part: arn, why: text }),
  event('guard-released', { part: arn, differs: text }),
  event('guard-release-failed', { part: arn, why: text }),
  event('guard-release-begun', { by: text }),
);

const calls = fc.array(
  fc.record({ account: fc.constantFrom('1', '2'), at, events: fc.array(anEvent, { maxLength: 5 }) }),
  { maxLength: 12 },
);

test('whatever is recorded, in whatever portions: the memory is what the history makes of nothing', async () => {
  await fc.assert(
    fc.asyncProperty(calls, async (all) => {
      const ledger = sqliteLedger(':memory:', heldClock());
      for (const { account, events, at: when } of all) {
        const before = await ledger.guardMemory(account);
        const after = await ledger.recordGuard(account, events, when);
        expect(after).toEqual(events.reduce((memory, one) => rememberGuard(memory, when, one), before));
      }
      for (const account of ['1', '2']) {
        const own = all.filter((one) => one.account === account);
        const written = own.flatMap(({ at: when, events }) => events.map((one) => ({ at: when, event: one })));
        const history = await ledger.guardHistory(account);
        expect(history).toEqual(written);
        const folded = history.reduce((memory, one) => rememberGuard(memory, one.at, one.event), nothingGuarded);
        expect(await ledger.guardMemory(account)).toStrictEqual(folded);
      }
      const touched = new Set(all.filter(({ events }) => events.length > 0).map(({ account }) => account));
      expect(await ledger.guardedAccounts()).toEqual([...touched].toSorted());
      ledger.close();
    }),
    { numRuns: 300 },
  );
});
