import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide, expiryOf } from '../../lib/core/decide.ts';
import { collidingKeys, readExpiryTags, readExpiryValue, readProtection } from '../../lib/core/expiry.ts';
import { extend } from '../../lib/core/extend.ts';
import { trackedIn } from '../../lib/core/limits.ts';
import { type Ordered, wavesOf } from '../../lib/core/order.ts';
import { hashOf, makePlan, removalsOf } from '../../lib/core/plan.ts';
import { day, readDuration, readInstant } from '../../lib/core/time.ts';
import {
  datedTags,
  decisions,
  duration,
  expiredResource,
  limits,
  now,
  resourceWith,
  rules,
  tags,
} from '../fakes/arbitraries.ts';
import { aPolicy } from '../fakes/builders.ts';

const keys = ['expires-at', 'ttl'];
const protectKey = 'mayfly:protect';
const zones = fc.constantFrom('Europe/Berlin', 'UTC', 'America/Santiago', 'Africa/Cairo');

/** Checks a property often, and fails unless its interesting case really occurred. */
function always<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => boolean | undefined): void {
  let interesting = 0;
  const check = (value: T) => {
    if (holds(value) === true) interesting += 1;
  };
  fc.assert(fc.property(arbitrary, check), { numRuns: 2000 });
  expect(interesting).toBeGreaterThan(20);
}

test('nothing unreadable, ambiguous or protected is ever removed', () => {
  always(fc.tuple(resourceWith(tags), rules), ([resource, theRules]) => {
    const { timeZone } = theRules.policy.expiry;
    const expiries = readExpiryTags(resource.tags, keys, timeZone);
    const protection = readProtection(resource.tags, protectKey, timeZone);
    const kept =
      expiries.length === 0 ||
      expiries.some(({ reading }) => reading.kind === 'unreadable') ||
      collidingKeys(resource.tags, [...keys, protectKey]).length > 0 ||
      protection.kind === 'always' ||
      protection.kind === 'unreadable' ||
      (protection.kind === 'until' && now < protection.until);
    if (kept) expect(['remove', 'warn']).not.toContain(decide(resource, theRules, now).action);
    return kept;
  });
});

test('nothing is removed before its expiry, unless a person let it go', () => {
  always(fc.tuple(resourceWith(datedTags), rules), ([resource, theRules]) => {
    const { action, reason } = decide(resource, theRules, now);
    if (action !== 'remove' || reason === 'let-go') return false;
    const expiry = expiryOf(resource, theRules.policy, now);
    expect(expiry).toMatchObject({ kind: 'at' });
    if (expiry.kind === 'at') expect(expiry.at).toBeLessThanOrEqual(now);
    return true;
  });
});

test('with required warnings nothing is removed without a receipt for its very expiry, unless it was let go', () => {
  always(fc.tuple(expiredResource, rules), ([resource, theRules]) => {
    const { action, reason, expiresAt } = decide(resource, theRules, now);
    const { requireWarning, warnings } = theRules.policy.expiry;
    if (!requireWarning || action !== 'remove' || reason === 'let-go') return false;
    const lead = warnings.length === 0 ? 0 : Math.min(...warnings);
    const proofs = resource.memory.receipts.filter((one) => one.expiresAt === expiresAt && one.at + lead <= now);
    expect(proofs).not.toEqual([]);
    return true;
  });
});

test('an observed or paused account removes nothing', () => {
  always(fc.tuple(resourceWith(datedTags), rules), ([resource, theRules]) => {
    const idle = theRules.paused || (theRules.accountMode === 'observe' && !theRules.dryRun);
    if (idle) expect(decide(resource, theRules, now).action).not.toBe('remove');
    return idle && decide(resource, { ...theRules, paused: false, dryRun: true }, now).action === 'remove';
  });
});

test('a dry run decides what an enforced run decides', () => {
  always(fc.tuple(fc.oneof(resourceWith(tags), expiredResource), rules), ([resource, theRules]) => {
    const enforced = decide(resource, { ...theRules, dryRun: false, accountMode: 'enforce' }, now);
    expect(decide(resource, { ...theRules, dryRun: true }, now)).toEqual(enforced);
    return enforced.action === 'remove';
  });
});

test('the removals of a plan are removals that were decided, and inside every limit', () => {
  always(fc.tuple(decisions, limits), ([some, theLimits]) => {
    const plan = makePlan({ id: 'p-1', now, mode: 'enforce', shards: [], decisions: some }, theLimits);
    const removals = removalsOf(plan);
    const tracked = trackedIn(plan.decisions);
    for (const removal of removals) expect(some).toContainEqual({ ...removal, action: 'remove' });
    expect(new Set(removals.map(({ arn }) => arn)).size).toBe(removals.length);
    expect(removals.length).toBeLessThanOrEqual(theLimits.removalsPerRun);
    const usd = removals.reduce((sum, { monthlyUsd }) => sum + (monthlyUsd ?? 0), 0);
    expect(usd).toBeLessThanOrEqual(theLimits.monthlyUsd);
    for (const [account, own] of Map.groupBy(removals, (one) => one.account)) {
      expect(own.length).toBeLessThanOrEqual(theLimits.removalsPerAccount);
      const all = tracked.get(account) ?? 0;
      if (all >= theLimits.shareFrom) expect(own.length).toBeLessThanOrEqual(all * theLimits.shareOfTracked);
    }
    return removals.length > 0;
  });
});

test('the hash of a plan changes when one of its removals changes or is left out', () => {
  always(fc.tuple(decisions, fc.nat()), ([some, pick]) => {
    const plan = makePlan({ id: 'p-1', now, mode: 'enforce', shards: [], decisions: some }, aPolicy().limits);
    const removals = plan.decisions.filter(({ action }) => action === 'remove');
    const one = removals[pick % removals.length];
    if (one === undefined) return false;
    const changed = plan.decisions.map((each) => (each === one ? { ...one, arn: `${one.arn}x` } : each));
    expect(hashOf({ ...plan, decisions: changed })).not.toBe(plan.hash);
    expect(hashOf({ ...plan, decisions: plan.decisions.filter((each) => each !== one) })).not.toBe(plan.hash);
    expect(hashOf(structuredClone(plan))).toBe(plan.hash);
    return true;
  });
});

test('extending never shortens, and never passes a cap unless the expiry was beyond it already', () => {
  const some = fc.record({
    present: fc.option(
      fc.integer({ min: -60, max: 60 }).map((days) => now + days * day),
      { nil: undefined },
    ),
    created: fc.option(
      fc.integer({ min: -60, max: 0 }).map((days) => now + days * day),
      { nil: undefined },
    ),
    by: duration,
    maxExtension: duration,
    maxLifetime: fc.option(duration, { nil: undefined }),
  });
  always(some, ({ present, created, by, maxExtension, maxLifetime }) => {
    const caps = { maxExtension, ...(maxLifetime !== undefined && { maxLifetime }) };
    const { to, cutBy } = extend(present, by, caps, created, now);
    const floor = present ?? now;
    expect(to).toBeGreaterThanOrEqual(floor);
    expect(to).toBeLessThanOrEqual(Math.max(now + maxExtension, floor));
    if (maxLifetime !== undefined && created !== undefined) {
      expect(to).toBeLessThanOrEqual(Math.max(created + maxLifetime, floor));
    }
    expect(cutBy !== undefined).toBe(to < Math.max(now, floor) + by);
    return cutBy === undefined;
  });
});

/** Types of which each waits only for earlier ones, then shuffled: always free of cycles. */
const acyclic = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map((all) =>
    all.map(
      (picks, index): Ordered => ({
        id: `t${index}`,
        after: index === 0 ? [] : picks.map((pick) => ({ type: `t${pick % index}` })),
      }),
    ),
  )
  .chain((types) => fc.shuffledSubarray(types, { minLength: types.length }));

test('each type stands in a later wave than all that it waits for', () => {
  always(acyclic, (types) => {
    const waves = wavesOf(types);
    const waveOf = new Map(waves.flatMap((wave, index) => wave.map(({ id }) => [id, index] as const)));
    expect(waves.flat().toSorted(byId)).toEqual(types.toSorted(byId));
    for (const { id, after } of types) {
      for (const { type } of after) expect(waveOf.get(type)).toBeLessThan(waveOf.get(id) ?? -1);
    }
    return waves.length > 1;
  });
});

function byId(a: Ordered, b: Ordered): number {
  return a.id < b.id ? -1 : 1;
}

test('a cycle among the types is always an error', () => {
  always(fc.tuple(acyclic, fc.integer({ min: 1, max: 5 })), ([types, length]) => {
    const ring = Array.from({ length }, (_, one) => ({ id: `r${one}`, after: [{ type: `r${(one + 1) % length}` }] }));
    expect(() => wavesOf([...types, ...ring])).toThrow('wait for each other');
    return true;
  });
});

/** The forms of DESIGN.md, written independently of the code: what does not look like one of them is unreadable. */
const looksReadable = [
  /^(never|forever)$/,
  /^\d{10}$/,
  /^(\d+w)?(\d+d)?(\d+h)?(\d+min)?$/,
  /^p(\d+w)?(\d+d)?(t(\d+h)?(\d+m)?(\d+s)?)?$/,
  /^\d{4}-\d\d-\d\d(t\d\d:\d\d(:\d\d(\.\d+)?)?(z|[+-]\d\d(:?\d\d)?)?)?$/,
];

const garbage = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[0-9wdhminpty:+.TZ -]{0,12}$/),
  fc.stringMatching(/^(P|p)?(\d{1,3}[wdhWDHMY]|T|\d+min){0,4}$/),
  fc.stringMatching(/^\d{4}-[0-3]\d-[0-3]\d(T[0-2]\d:[0-6]\d(:[0-6]\d)?(Z|[+-][0-2]\d:[0-6]\d)?)?$/),
  fc.stringMatching(/^\d{8,14}$/),
);

test('a value that looks like none of the accepted forms is unreadable, and nothing is read as long past', () => {
  always(fc.tuple(garbage, zones), ([value, zone]) => {
    const reading = readExpiryValue(value, zone);
    const text = value.trim().toLowerCase();
    if (text === '' || !looksReadable.some((form) => form.test(text))) expect(reading.kind).toBe('unreadable');
    if (reading.kind === 'at') expect(reading.at).toBeGreaterThanOrEqual(Date.UTC(2015, 0, 1));
    if (reading.kind === 'after') expect(reading.duration).toBeGreaterThan(0);
    return reading.kind !== 'unreadable';
  });
});

test('an expiry that can be read is read the same with space around it and in any case', () => {
  always(fc.tuple(garbage, zones), ([value, zone]) => {
    const reading = readExpiryValue(value, zone);
    if (reading.kind === 'unreadable') return false;
    expect(readExpiryValue(` ${value.toUpperCase()}\t`, zone)).toEqual(reading);
    return true;
  });
});

test('reading a time never throws, whatever the text', () => {
  always(fc.tuple(garbage, zones), ([text, zone]) => {
    const [length, instant] = [readDuration(text), readInstant(text, zone)];
    for (const read of [length, instant]) expect(read === undefined || Number.isSafeInteger(read)).toBe(true);
    return instant !== undefined;
  });
});
