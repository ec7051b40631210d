import { expect, test } from 'vitest';
import { decide, type Rules } from '../../lib/core/decide.ts';
import { idleReasons } from '../../lib/core/idle-reasons.ts';
import { actionOf, type Reason, reasons } from '../../lib/core/reasons.ts';
import type { Memory, Resource } from '../../lib/core/resource.ts';
import { aMemory, aPolicy, aReceipt, aResource, at, someRules } from '../fakes/builders.ts';

const now = at('2026-11-23T12:00Z');
const yesterday = '2026-11-22T12:00Z';
const tomorrow = '2026-11-25T12:00Z';

/** A Monday to Thursday, eight to six in Berlin; `now` is a Monday, 13:00 there. */
const window = { days: ['mon', 'tue', 'wed', 'thu'], from: '08:00', to: '18:00' };

/** Expired yesterday, known for long, its owner warned a day before. */
const warned: Memory = aMemory({
  firstSeenAt: at('2026-11-20T12:00Z'),
  sighting: {
    values: `ttl=${yesterday}`,
    firstSeenAt: at('2026-11-20T12:00Z'),
    expiresAt: at(yesterday),
    needsFullLead: false,
  },
  receipts: [aReceipt(yesterday, '2026-11-21T12:00Z')],
});
const expired: Partial<Resource> = { tags: { ttl: yesterday }, createdAt: at('2026-11-20T11:00Z'), memory: warned };
const letGo = (values: string) => aMemory({ letGo: { at: now, by: 'ana', values } });
const stack = { 'aws:cloudformation:stack-id': 'arn:aws:cloudformation:eu-west-1:222222222222:stack/web/1' };

interface Row {
  reason: Reason;
  because: string;
  resource: Partial<Resource>;
  rules?: Partial<Rules>;
}

const table: Row[] = [
  { reason: 'no-expiry', because: 'it carries no key of the policy', resource: { tags: { owner: 'ana' } } },
  { reason: 'not-due', because: 'its expiry is two days away', resource: { tags: { ttl: tomorrow } } },
  {
    reason: 'expiring',
    because: 'its first lead has begun, the owner has no receipt',
    resource: { tags: { ttl: '2026-11-24T11:00Z' } },
  },
  { reason: 'never', because: 'its tag says so', resource: { tags: { ttl: 'never' } } },
  { reason: 'expired', because: 'its owner was warned long enough ago', resource: expired },
  { reason: 'expired-unwarned', because: 'no receipt exists', resource: { ...expired, memory: aMemory() } },
  {
    reason: 'warned-recently',
    because: 'the receipt is younger than the shortest lead',
    resource: { ...expired, memory: { ...warned, receipts: [aReceipt(yesterday, '2026-11-23T11:30Z')] } },
  },
  {
    reason: 'let-go',
    because: 'its owner said so, long before its expiry',
    resource: { tags: { ttl: tomorrow }, memory: letGo(`ttl=${tomorrow}`) },
  },
  {
    reason: 'outside-window',
    because: 'it is due on a day without removals',
    resource: expired,
    rules: { policy: aPolicy({ removal: { window: { ...window, days: ['sat'] } } }) },
  },
  {
    reason: 'account-observed',
    because: 'the account is observed',
    resource: expired,
    rules: { accountMode: 'observe' },
  },
  {
    reason: 'type-off',
    because: 'the policy lists another type',
    resource: expired,
    rules: { policy: only('ec2:volume') },
  },
  { reason: 'type-off', because: 'no type is on by default', resource: expired, rules: { policy: only() } },
  { reason: 'protected', because: 'its tag says true', resource: protect('true') },
  { reason: 'protected-until', because: 'its tag names tomorrow', resource: protect(tomorrow) },
  { reason: 'protect-unreadable', because: 'its tag says yes', resource: protect('yes') },
  { reason: 'expired', because: 'its protection has ended', resource: protect('2026-11-22') },
  { reason: 'expired', because: 'its protect tag says false', resource: protect('false') },
  { reason: 'expiry-unreadable', because: 'its tag says soon', resource: { ...expired, tags: { ttl: 'soon' } } },
  {
    reason: 'expiry-unreadable',
    because: 'one of its tags says soon',
    resource: { ...expired, tags: { ttl: yesterday, 'expires-at': 'soon' } },
  },
  {
    reason: 'keys-collide',
    because: 'an expiry key stands twice',
    resource: { ...expired, tags: { ttl: yesterday, TTL: yesterday } },
  },
  {
    reason: 'keys-collide',
    because: 'the protect key stands twice',
    resource: { ...expired, tags: { ttl: yesterday, 'mayfly:protect': 'false', 'Mayfly:Protect': 'false' } },
  },
  {
    reason: 'owned-by-stack',
    because: 'its tags name a stack',
    resource: { ...expired, tags: { ttl: yesterday, ...stack } },
  },
  {
    reason: 'owned-by-controller',
    because: 'its describe names a group',
    resource: { ...expired, owner: { kind: 'controller', name: 'workers' } },
  },
  {
    reason: 'beyond-max-lifetime',
    because: 'its tag says never, and it is forty days old',
    resource: { tags: { ttl: 'never' }, createdAt: at('2026-10-14T12:00Z') },
    rules: { policy: aPolicy({ expiry: { maxLifetime: '30d' } }) },
  },
  {
    reason: 'beyond-max-lifetime',
    because: 'its expiry is far, and it was first seen forty days ago',
    resource: { tags: { ttl: '2027-06-01' }, memory: aMemory({ firstSeenAt: at('2026-10-14T12:00Z') }) },
    rules: { policy: aPolicy({ expiry: { maxLifetime: '30d' } }) },
  },
  { reason: 'paused', because: 'Mayfly is paused', resource: expired, rules: { paused: true } },
  {
    reason: 'quarantined',
    because: 'its removal was refused too often',
    resource: { ...expired, memory: { ...warned, quarantinedUntil: at('2026-11-23T12:01Z') } },
  },
  {
    reason: 'expired',
    because: 'its quarantine has just ended',
    resource: { ...expired, memory: { ...warned, quarantinedUntil: now } },
  },
];

function only(...types: string[]) {
  return aPolicy({ types });
}

function protect(value: string): Partial<Resource> {
  return { ...expired, tags: { ttl: yesterday, 'mayfly:protect': value } };
}

test.each(table)('$reason: $because', ({ reason, resource, rules }) => {
  expect(decide(aResource(resource), someRules(rules), now)).toMatchObject({ reason, action: actionOf(reason) });
});

test('the table has a row for every reason that decide can give', () => {
  const givenLater: Reason[] = ['goes-with-owner', 'deletion-protected', 'carries-protected', 'carries-live', 'in-use'];
  const covered = [...new Set(table.map(({ reason }) => reason))];
  const own = Object.keys(reasons).filter((reason) => !(reason in idleReasons));
  expect([...covered, ...givenLater].toSorted()).toEqual(own.toSorted());
});

test('every reason has a sentence for people', () => {
  for (const { sentence } of Object.values(reasons)) expect(sentence).toMatch(/^[A-Z].+\.$/);
});

test('what makes removal wrong is asked before anything else', () => {
  const worst = {
    tags: { ttl: 'soon', 'mayfly:protect': 'true', ...stack },
    memory: { ...warned, quarantinedUntil: at('2027-01-01T00:00Z') },
  };
  const rules = someRules({ paused: true, accountMode: 'observe' });
  const reasonOf = (tags: Record<string, string>) => decide(aResource({ ...worst, tags }), rules, now).reason;
  expect(reasonOf({ ...worst.tags, TTL: 'x' })).toBe('keys-collide');
  expect(reasonOf(worst.tags)).toBe('protected');
  expect(reasonOf({ ...worst.tags, 'mayfly:protect': 'false' })).toBe('expiry-unreadable');
  expect(reasonOf({ ttl: yesterday, ...stack })).toBe('owned-by-stack');
  expect(reasonOf({ ttl: yesterday })).toBe('paused');
});

test('a decision names what it saw', () => {
  const seen = (resource: Partial<Resource>) => decide(aResource(resource), someRules(), now);
  expect(seen({ tags: { TTL: 'soon' } }).detail).toBe('TTL=soon: it is none of the accepted forms');
  expect(seen({ tags: { ttl: '4h', TTL: '4h' } }).detail).toBe('ttl, TTL');
  expect(seen(protect('yes')).detail).toBe('mayfly:protect=yes');
  expect(seen(protect(tomorrow)).detail).toBe('2026-11-25T12:00:00Z');
  expect(seen({ ...expired, tags: { ttl: yesterday, ...stack } }).detail).toBe(stack['aws:cloudformation:stack-id']);
  expect(seen({ tags: { ttl: '2026-12-24', 'expires-at': '2026-12-25' } }).detail).toContain('disagree');
  expect(seen({ tags: { ttl: '2026-12-24', 'expires-at': 'never' } }).detail).toContain('disagree');
});

test('protection ends at the very instant that its tag names', () => {
  const reasonAt = (instant: number) => decide(aResource(protect('2026-11-23T12:00Z')), someRules(), instant).reason;
  expect(reasonAt(now - 1)).toBe('protected-until');
  expect(reasonAt(now)).toBe('expired');
});

test('observe mode warns nobody, a dry run shows what would happen in both modes', () => {
  for (const [resource, reason] of [
    [expired, 'expired'],
    [{ tags: { ttl: '2026-11-24T11:00Z' } }, 'expiring'],
  ] as const) {
    const reasonIn = (rules: Partial<Rules>) => decide(aResource(resource), someRules(rules), now).reason;
    expect(reasonIn({ accountMode: 'observe' })).toBe('account-observed');
    expect(reasonIn({ accountMode: 'observe', dryRun: true })).toBe(reason);
    expect(reasonIn({ accountMode: 'enforce', dryRun: true })).toBe(reason);
  }
  const unreadable = aResource({ tags: { ttl: 'soon' } });
  expect(decide(unreadable, someRules({ accountMode: 'observe' }), now).reason).toBe('expiry-unreadable');
});

test.each([
  ['2026-11-23T06:59:59Z', 'outside-window', 'a second before eight in winter'],
  ['2026-11-23T07:00:00Z', 'expired', 'at eight'],
  ['2026-11-23T16:59:59Z', 'expired', 'a second before six'],
  ['2026-11-23T17:00:00Z', 'outside-window', 'at six'],
  ['2026-11-27T12:00:00Z', 'outside-window', 'on a Friday'],
  ['2027-06-28T06:00:00Z', 'expired', 'at eight in summer'],
  ['2027-06-28T05:59:59Z', 'outside-window', 'a second before eight in summer'],
])('at %s removals in the window of Berlin are %s (%s)', (instant, reason) => {
  const rules = someRules({ policy: aPolicy({ removal: { window } }) });
  expect(decide(aResource(expired), rules, at(instant)).reason).toBe(reason);
});

test('the window is that of the zone of the policy', () => {
  const policy = aPolicy({ removal: { window }, expiry: { timeZone: 'America/New_York' } });
  expect(decide(aResource(expired), someRules({ policy }), at('2026-11-23T12:59Z')).reason).toBe('outside-window');
  expect(decide(aResource(expired), someRules({ policy }), at('2026-11-23T13:00Z')).reason).toBe('expired');
});
