import { expect } from 'vitest';
import { day, minute, week } from '../../lib/core/time.ts';
import type { Case } from './ledger-conformance.ts';
import { both, hostile } from './ledger-conformance-telling.ts';

/** What a person asked for is done once. */
export const taskCases: Readonly<Record<string, Case>> = {
  'who asks first does it, and the others learn whether it has ended': both(async (ledger, other) => {
    expect([await ledger.beginTask('a'), await other.beginTask('a'), await ledger.beginTask('a')]).toEqual([
      'first',
      'begun',
      'begun',
    ]);
    expect(await other.beginTask('b')).toBe('first');
    await ledger.endTask('a');
    expect([await other.beginTask('a'), await ledger.beginTask('a'), await ledger.beginTask('b')]).toEqual([
      'ended',
      'ended',
      'begun',
    ]);
  }),

  'of many that ask at once exactly one does it': both(async (ledger, other) => {
    for (let round = 0; round < 5; round++) {
      const asked = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? ledger : other));
      const answers = await Promise.all(asked.map((one) => one.beginTask(`task-${round}`)));
      expect(answers.toSorted()).toEqual([...Array.from({ length: 19 }, () => 'begun'), 'first']);
    }
  }),

  'after a day it is a new task, to one of those that ask': both(async (ledger, other, clock) => {
    await ledger.beginTask('begun');
    await ledger.beginTask('ended');
    clock.pass(minute);
    await ledger.endTask('ended');
    clock.pass(day - minute);
    expect([await ledger.beginTask('begun'), await ledger.beginTask('ended')]).toEqual(['begun', 'ended']);
    clock.pass(1);
    const answers = await Promise.all([ledger, other, ledger, other].map((one) => one.beginTask('begun')));
    expect(answers.toSorted()).toEqual(['begun', 'begun', 'begun', 'first']);
    expect(await ledger.beginTask('ended')).toBe('ended');
    clock.pass(minute);
    expect([await ledger.beginTask('ended'), await ledger.beginTask('ended')]).toEqual(['first', 'begun']);
  }),

  'any text is a task of its own': async (ledger) => {
    for (const key of hostile) expect([key, await ledger.beginTask(key)]).toEqual([key, 'first']);
    for (const key of hostile) expect([key, await ledger.beginTask(key)]).toEqual([key, 'begun']);
  },
};

/** Who is who, so that Slack is not asked each time. */
export const peopleCases: Readonly<Record<string, Case>> = {
  'a person, and that there is none, are known for a week': both(async (ledger, other, clock) => {
    const at = clock.now();
    const people = { 'ana@example.com': { id: 'U1', at }, 'nobody@example.com': { at } };
    await ledger.keepPeople(new Map(Object.entries(people)));
    const emails = [...Object.keys(people), 'ben@example.com', 'ana@example.com'];
    clock.pass(week);
    expect(await other.knownPeople(emails)).toEqual(new Map(Object.entries(people)));
    await other.keepPeople(new Map([['nobody@example.com', { id: 'U2', at: at + week }]]));
    clock.pass(1);
    const known = await ledger.knownPeople(emails);
    expect(known).toEqual(new Map([['nobody@example.com', { id: 'U2', at: at + week }]]));
    await ledger.keepPeople(new Map([['nobody@example.com', { at: clock.now() }]]));
    expect((await other.knownPeople(emails)).get('nobody@example.com')).toEqual({ at: clock.now() });
  }),

  'thousands are kept, whatever stands in their owner tags': async (ledger, clock) => {
    const emails = [...hostile, ...Array.from({ length: 1_000 }, (_, index) => `person-${index}@example.com`)];
    const people = new Map(emails.map((email, index) => [email, { id: `U${index}`, at: clock.now() }]));
    await ledger.keepPeople(people);
    expect(await ledger.knownPeople(emails)).toEqual(people);
  },

  'one text means different things to each part of the ledger': async (ledger, clock) => {
    await ledger.markTold(['a'], clock.now());
    await ledger.postpone('a', clock.now());
    expect([await ledger.beginTask('a'), await ledger.notice('a'), await ledger.knownPeople(['a'])]).toEqual([
      'first',
      undefined,
      new Map(),
    ]);
  },
};
