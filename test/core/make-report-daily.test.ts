import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keysToAsk, makeReport, type Telling } from '../../lib/core/make-report.ts';
import { outlookOf } from '../../lib/core/outlook.ts';
import { day, hour } from '../../lib/core/time.ts';
import { decisions as someDecisions } from '../fakes/arbitraries.ts';
import { aDecision, aPolicy, at } from '../fakes/builders.ts';
import { afterwards, aPlan, aTelling, ended, now, queue, typo } from '../fakes/tellings.ts';

describe('the heartbeat', () => {
  const sweeps = { since: now - day, sweeps: 24 };

  test('comes with the first sweep after its hour, once a day, with what is due soon', () => {
    const soon = [
      aDecision(1, 'not-due', { expiresAt: now + hour }),
      aDecision(2, 'expiring', { expiresAt: now + hour }),
      aDecision(3, 'warned-recently', { expiresAt: now - hour }),
      aDecision(4, 'not-due', { expiresAt: now + 9 * day }),
      aDecision(5, 'protected', { expiresAt: now + hour }),
      aDecision(6, 'account-observed', { expiresAt: now + hour }),
    ];
    const told = new Map([['heartbeat', at('2026-11-22T09:00Z')]]);
    const hourly = [7, 8, 9, 10, 32].map((hours) =>
      aTelling(soon, { at: at('2026-11-23T00:30Z') + hours * hour, counted: sweeps }),
    );
    const reports = afterwards(hourly, told);
    expect(reports.map((report) => report?.heartbeat)).toEqual([
      undefined,
      { ...sweeps, dueSoon: 3 },
      undefined,
      undefined,
      { ...sweeps, dueSoon: 3 },
    ]);
  });

  test('comes with the first sweep of all', () => {
    const [report] = afterwards([aTelling([], { at: at('2026-11-23T01:00Z'), counted: sweeps })], new Map());
    expect(report?.heartbeat).toBeDefined();
  });

  test.each([
    ['a run that does not count sweeps', {}],
    ['a plan whose outlook is not known', { counted: sweeps, outlook: undefined }],
    ['a policy without Slack', { counted: sweeps, policy: aPolicy() }],
  ])('does not come with %s', (_, change) => {
    const { outlook, ...rest } = { ...aTelling([]), ...change };
    expect(afterwards([{ ...rest, ...(outlook && { outlook }) }], new Map())).toEqual([undefined]);
  });

  test('tells again what stands, each day, in one message', () => {
    const stands = (when: string) =>
      aTelling([typo, queue], { at: at(when), counted: sweeps, outcomes: [ended(queue, 'blocked', 'in use')] });
    const told = new Map([['heartbeat', at('2026-11-23T08:00Z')]]);
    const reports = afterwards(
      ['2026-11-23T15:00Z', '2026-11-23T16:00Z', '2026-11-24T08:00Z', '2026-11-24T15:00Z', '2026-11-25T08:00Z'].map(
        stands,
      ),
      told,
    );
    expect(reports.map((report) => report && [report.unreadable.length, report.blocked.length])).toEqual([
      [1, 1],
      undefined,
      [1, 1],
      undefined,
      [1, 1],
    ]);
  });

  test('leaves for the next day what was told just before', () => {
    const sweep = (when: string) => aTelling([typo], { at: at(when), counted: sweeps });
    const told = new Map([['heartbeat', at('2026-11-22T08:00Z')]]);
    const early = { ...aTelling([typo]), at: at('2026-11-23T07:30Z') };
    const reports = afterwards([early, sweep('2026-11-23T08:30Z'), sweep('2026-11-24T08:30Z')], told);
    expect(reports.map((report) => report?.unreadable.length)).toEqual([1, 0, 1]);
  });

  test('is not needed for what stands to be told once a day', () => {
    const hourly = Array.from({ length: 100 }, (_, hours) => aTelling([typo], { at: now + hours * hour }));
    const hours = afterwards(hourly).flatMap((report, index) => (report === undefined ? [] : [index]));
    expect(hours).toEqual([0, 30, 60, 90]);
  });
});

describe('always', () => {
  const done = ['removed', 'copied', 'stopped'];
  const kinds = [...done, 'gone', 'waiting', 'blocked', 'failed', 'changed', 'skipped'];
  const sweeps = fc
    .tuple(someDecisions, fc.array(fc.constantFrom(...kinds), { minLength: 60, maxLength: 60 }), fc.boolean())
    .map(([decisions, outcomes, isHeld]) => {
      const plan = aPlan(decisions, isHeld ? { held: [{ limit: 'removalsPerRun', allowed: 1, wanted: 9 }] } : {});
      const acting = decisions.filter(({ action }) => action !== 'keep' && action !== 'hold');
      return aTelling([], {
        plan,
        outlook: outlookOf(plan),
        outcomes: acting.map((one, index) => ended(one, outcomes[index] ?? 'skipped', `because ${index % 3}`)),
      });
    });
  const withoutNews = (telling: Telling) => ({
    ...telling,
    outcomes: telling.outcomes.filter(({ outcome }) => !done.includes(outcome)),
  });

  test('a second sweep that finds the same within the day is silent', () => {
    fc.assert(
      fc.property(sweeps, fc.integer({ min: 1, max: 22 }), (telling, hours) => {
        const same = withoutNews(telling);
        const [, second] = afterwards([telling, { ...same, at: now + hours * hour }]);
        expect(second).toBeUndefined();
      }),
    );
  });

  test('whatever was told before, what was removed, copied or stopped is said', () => {
    fc.assert(
      fc.property(sweeps, (telling) => {
        const told = new Map(keysToAsk(telling).map((key) => [key, now]));
        const wanted = telling.outcomes.filter(({ outcome }) => done.includes(outcome)).map(({ arn }) => arn);
        const { removed = [], copied, stopped, stoppedAgain, copiesDeleted } = makeReport(telling, told).report ?? {};
        const said = [removed, copied, stopped, stoppedAgain, copiesDeleted].flatMap((items) => items ?? []);
        expect(said.map(({ arn }) => arn).toSorted()).toEqual(wanted.toSorted());
      }),
    );
  });

  test('whatever stands is told within thirty hours, and its keys are those that are asked for', () => {
    fc.assert(
      fc.property(sweeps, fc.integer({ min: 30, max: 60 }), (telling, hours) => {
        const same = withoutNews(telling);
        const [first, second] = afterwards([same, { ...same, at: now + hours * hour }]);
        for (const list of ['blocked', 'unreadable', 'outlived', 'held', 'largest'] as const) {
          expect(second?.[list] ?? []).toEqual(first?.[list] ?? []);
        }
        const asked = new Set(keysToAsk(telling));
        expect(makeReport(telling, new Map()).keys.filter((key) => !asked.has(key))).toEqual([]);
      }),
    );
  });
});
