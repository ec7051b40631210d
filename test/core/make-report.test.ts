import { describe, expect, test } from 'vitest';
import type { Telling } from '../../lib/core/make-report.ts';
import { day, hour } from '../../lib/core/time.ts';
import { aDecision } from '../fakes/builders.ts';
import { afterwards, aPlan, aTelling, dev, ended, now, queue, typo } from '../fakes/tellings.ts';

const denied = (error: string) => ({
  plan: aPlan([], { shards: [{ account: dev, region: 'eu-west-1', scanned: 0, error }] }),
});
const removals = (count: number, expiresAt = now - day) =>
  Array.from({ length: count }, (_, number) => aDecision(number, 'expired', { expiresAt: expiresAt - number }));
const heldPlan = (wanted: number, allowed = 10, id = 'plan-1') =>
  aPlan(removals(wanted), { id, held: [{ limit: 'removalsPerRun', allowed, wanted }] });

test('a sweep with nothing to say is silent', () => {
  const quiet = aTelling([aDecision(1, 'not-due', { expiresAt: now + 9 * day }), aDecision(2, 'protected')], {
    outcomes: [ended(queue, 'gone'), ended(queue, 'changed'), ended(queue, 'warned'), ended(queue, 'skipped')],
    counted: { since: now - hour, sweeps: 1 },
  });
  expect(afterwards([quiet])).toEqual([undefined]);
});

describe('each matter has its list', () => {
  test.each<[string, Telling, object]>([
    [
      'removed',
      aTelling([queue], { outcomes: [ended(queue, 'removed', 'with its copy')] }),
      { removed: [{ arn: queue.arn, expiresAt: now - day, detail: 'with its copy' }], tracked: 1 },
    ],
    ['waiting', aTelling([queue], { outcomes: [ended(queue, 'waiting')] }), { waiting: [{ arn: queue.arn }] }],
    [
      'blocked',
      aTelling([queue], { outcomes: [ended(queue, 'blocked', 'in use by i-1')] }),
      { blocked: [{ arn: queue.arn, detail: 'in use by i-1' }] },
    ],
    [
      'failed',
      aTelling([queue], { outcomes: [ended(queue, 'failed', 'AccessDenied')] }),
      { blocked: [{ arn: queue.arn, detail: 'AccessDenied' }] },
    ],
    [
      'put aside',
      aTelling([aDecision(1, 'quarantined', { detail: 'until 2026-11-24T00:00:00Z' })]),
      {
        blocked: [
          { detail: 'Its removal was refused several times; it is tried again later: until 2026-11-24T00:00:00Z' },
        ],
      },
    ],
    [
      'not warned of',
      aTelling([], { outcomes: [ended(aDecision(1, 'expiring'), 'failed', 'channel_not_found')] }),
      { blocked: [{ detail: 'its owner was not warned: channel_not_found' }] },
    ],
    [
      'unreadable',
      aTelling([
        typo,
        aDecision(3, 'protect-unreadable', { detail: 'mayfly:protect=no' }),
        aDecision(4, 'keys-collide'),
      ]),
      {
        unreadable: [
          { detail: 'Its expiry tag cannot be read: ttl=soon: none of the accepted forms' },
          { detail: 'Its protect tag is neither true, false nor a date, so it protects: mayfly:protect=no' },
          { detail: 'Two of its keys differ only in case.' },
        ],
      },
    ],
    ['too old', aTelling([aDecision(5, 'beyond-max-lifetime')]), { outlived: [{ arn: aDecision(5, 'never').arn }] }],
    [
      'due where it is only observed',
      aTelling([
        aDecision(6, 'account-observed', { expiresAt: now - 1 }),
        aDecision(7, 'account-observed', { expiresAt: now + hour }),
      ]),
      { observed: [{ arn: aDecision(6, 'never').arn, expiresAt: now - 1 }] },
    ],
    [
      'unread',
      aTelling([], denied('AccessDenied')),
      { unread: [{ account: dev, region: 'eu-west-1', error: 'AccessDenied' }] },
    ],
    [
      'held',
      aTelling([], { plan: heldPlan(12) }),
      { plan: 'plan-1', held: [{ limit: 'removalsPerRun', wanted: 12 }], largest: Array(10).fill({}) },
    ],
    ['failure', aTelling([], { failure: 'MakePlan failed' }), { failure: 'MakePlan failed' }],
    ['lost reports', aTelling([], { lost: 2 }), { lost: 2 }],
  ])('%s', (_, telling, expected) => {
    const [report] = afterwards([telling]);
    const {
      run,
      at: when,
      tracked,
      removed,
      waiting,
      blocked,
      unreadable,
      observed,
      unread,
      held,
      largest,
      ...rest
    } = report ?? {};
    expect({ run, at: when }).toEqual({ run: 'run-1', at: now });
    const lists = { removed, waiting, blocked, unreadable, observed, unread, held, largest };
    const filled = Object.fromEntries(
      Object.entries(lists).filter(([, list]) => list === undefined || list.length > 0),
    );
    expect({ ...filled, ...rest, ...('tracked' in expected && { tracked }) }).toMatchObject(expected);
    expect(Object.keys({ ...filled, ...rest }).toSorted()).toEqual(
      Object.keys(expected)
        .filter((key) => key !== 'tracked')
        .toSorted(),
    );
  });

  test('what was settled for an earlier run is told by its ARN', () => {
    const [report] = afterwards([aTelling([], { outcomes: [ended(queue, 'removed', 'an earlier run asked for it')] })]);
    expect(report?.removed).toEqual([
      { arn: queue.arn, type: 'sqs:queue', account: dev, region: 'eu-west-1', detail: 'an earlier run asked for it' },
    ]);
  });
});

describe('an hour later', () => {
  const blocked = (why: string) => aTelling([queue], { outcomes: [ended(queue, 'blocked', why)] });
  test.each<[string, Telling, Telling, 'silent' | 'told']>([
    ['the same reason', blocked('in use by i-1'), blocked('in use by i-1'), 'silent'],
    ['another request id', blocked('no (Request ID: 1a)'), blocked('no (Request ID: 2b)'), 'silent'],
    ['another reason', blocked('in use by i-1'), blocked('in use by i-2'), 'told'],
    ['the same value', aTelling([typo]), aTelling([typo]), 'silent'],
    ['another value', aTelling([typo]), aTelling([{ ...typo, detail: 'ttl=later: none' }]), 'told'],
    [
      'the same denial',
      aTelling([], denied('denied at 12:00:01')),
      aTelling([], denied('denied at 13:00:02')),
      'silent',
    ],
    ['another denial', aTelling([], denied('denied')), aTelling([], denied('throttled')), 'told'],
    [
      'still deleting',
      aTelling([queue], { outcomes: [ended(queue, 'waiting')] }),
      aTelling([queue], { outcomes: [ended(queue, 'waiting')] }),
      'silent',
    ],
    [
      'gone at last',
      aTelling([queue], { outcomes: [ended(queue, 'waiting')] }),
      aTelling([queue], { outcomes: [ended(queue, 'removed')] }),
      'told',
    ],
    [
      'removed once more',
      aTelling([queue], { outcomes: [ended(queue, 'removed')] }),
      aTelling([queue], { outcomes: [ended(queue, 'removed')] }),
      'told',
    ],
    [
      'held with some more',
      aTelling([], { plan: heldPlan(12) }),
      aTelling([], { plan: heldPlan(14, 10, 'plan-2') }),
      'silent',
    ],
    ['held with twice as many', aTelling([], { plan: heldPlan(12) }), aTelling([], { plan: heldPlan(24) }), 'told'],
    [
      'held though more is approved',
      aTelling([], { plan: heldPlan(12) }),
      aTelling([], { plan: heldPlan(14, 12) }),
      'told',
    ],
    [
      'put aside for longer',
      aTelling([aDecision(1, 'quarantined', { detail: 'until 2026-11-24T00:00:00Z' })]),
      aTelling([aDecision(1, 'quarantined', { detail: 'until 2026-11-25T12:00:00Z' })]),
      'silent',
    ],
    ['failed again', aTelling([], { failure: 'no' }), aTelling([], { failure: 'no' }), 'told'],
  ])('%s', (_, first, second, expected) => {
    const [before, after] = afterwards([first, { ...second, at: now + hour }]);
    expect(before).toBeDefined();
    expect(after === undefined ? 'silent' : 'told').toBe(expected);
  });

  test('what joins a matter that stands is told without it', () => {
    const other = aDecision(9, 'keys-collide');
    const [, second] = afterwards([aTelling([typo]), aTelling([typo, other], { at: now + hour })]);
    expect(second?.unreadable.map(({ arn }) => arn)).toEqual([other.arn]);
  });

  test('an account that joins those that are held shows them all: the approval is for the whole plan', () => {
    const limit = (account: string) => ({ limit: 'removalsPerAccount', allowed: 1, wanted: 2, account }) as const;
    const plan = (id: string, ...accounts: string[]) => ({ plan: aPlan([], { id, held: accounts.map(limit) }) });
    const [, second] = afterwards([
      aTelling([], plan('plan-1', dev)),
      aTelling([], { ...plan('plan-2', dev, '333333333333'), at: now + hour }),
    ]);
    expect(second).toMatchObject({ plan: 'plan-2', held: [{ account: dev }, { account: '333333333333' }] });
  });
});

test('money saved is the sum of what is known, and absent where nothing is', () => {
  const of = (...prices: (number | undefined)[]) => {
    const some = prices.map((monthlyUsd, number) =>
      aDecision(number, 'expired', monthlyUsd === undefined ? {} : { monthlyUsd }),
    );
    return afterwards([aTelling(some, { outcomes: some.map((one) => ended(one, 'removed')) })])[0]?.savedMonthlyUsd;
  };
  expect(of(10, undefined, 2.5)).toBe(12.5);
  expect(of(0)).toBe(0);
  expect(of(undefined)).toBeUndefined();
});

test('of what is held the dearest are shown first, then the oldest', () => {
  const some = [
    aDecision(1, 'expired', { expiresAt: now - 5 }),
    aDecision(2, 'expired', { expiresAt: now - 9 }),
    aDecision(3, 'expired', { expiresAt: now - 1, monthlyUsd: 0 }),
    aDecision(4, 'expired', { expiresAt: now - 1, monthlyUsd: 300 }),
    aDecision(5, 'let-go'),
    aDecision(6, 'expired', { account: '333333333333', monthlyUsd: 999 }),
    aDecision(7, 'expiring', { monthlyUsd: 999 }),
  ];
  const plan = aPlan(some, { held: [{ limit: 'removalsPerAccount', allowed: 2, wanted: 5, account: dev }] });
  const [report] = afterwards([aTelling([], { plan })]);
  expect(report?.largest.map(({ arn }) => arn.at(-1))).toEqual(['4', '3', '2', '1', '5']);
});
