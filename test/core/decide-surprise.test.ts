import { describe, expect, test } from 'vitest';
import { decide, needsFullLead } from '../../lib/core/decide.ts';
import type { Memory, Resource, Sighting } from '../../lib/core/resource.ts';
import { day, hour, minute } from '../../lib/core/time.ts';
import { aMemory, aPolicy, aReceipt, aResource, at, someRules } from '../fakes/builders.ts';

const created = at('2026-11-20T10:00Z');
const expiry = '2026-11-23T12:00Z';
const expiresAt = at(expiry);

function sighting(overrides: Partial<Sighting> = {}): Sighting {
  return { values: `ttl=${expiry}`, firstSeenAt: created, expiresAt, needsFullLead: false, ...overrides };
}

const known = (overrides: Partial<Memory> = {}) =>
  aMemory({ identity: 'q-1', firstSeenAt: created, sighting: sighting(), ...overrides });

function reasonAt(now: number, resource: Partial<Resource>, expiryOfPolicy: Record<string, unknown> = {}) {
  const whole = aResource({ tags: { ttl: expiry }, createdAt: created, identity: 'q-1', ...resource });
  return decide(whole, someRules({ policy: aPolicy({ expiry: expiryOfPolicy }) }), now).reason;
}

describe('the boundaries of warning and removal', () => {
  const firstLead = aReceipt(expiry, '2026-11-22T12:00Z', 'q-1');
  const lastLead = aReceipt(expiry, '2026-11-23T11:00Z', 'q-1');

  test.each([
    ['a moment before the first lead', expiresAt - day - 1, [], 'not-due'],
    ['at the first lead', expiresAt - day, [], 'expiring'],
    ['at the first lead, warned', expiresAt - day, [firstLead], 'not-due'],
    ['a moment before the last lead, warned at the first', expiresAt - hour - 1, [firstLead], 'not-due'],
    ['at the last lead, warned at the first', expiresAt - hour, [firstLead], 'expiring'],
    ['at the last lead, warned at both', expiresAt - hour, [firstLead, lastLead], 'not-due'],
    ['a moment before the expiry', expiresAt - 1, [firstLead, lastLead], 'not-due'],
    ['at the expiry', expiresAt, [firstLead, lastLead], 'expired'],
    ['at the expiry, warned only at the first lead', expiresAt, [firstLead], 'expired'],
    ['at the expiry, warned exactly the shortest lead ago', expiresAt, [lastLead], 'expired'],
    ['at the expiry, never warned', expiresAt, [], 'expired-unwarned'],
    ['years after the expiry, never warned', expiresAt + 1000 * day, [], 'expired-unwarned'],
  ])('%s', (_, now, receipts, reason) => {
    expect(reasonAt(now, { memory: known({ receipts }) })).toBe(reason);
  });

  test('a late receipt must be as old as the shortest lead', () => {
    const memory = known({ receipts: [aReceipt(expiry, '2026-11-23T15:00Z', 'q-1')] });
    expect(reasonAt(at('2026-11-23T16:00Z') - 1, { memory })).toBe('warned-recently');
    expect(reasonAt(at('2026-11-23T16:00Z'), { memory })).toBe('expired');
  });

  test('without leads a required warning still has to arrive', () => {
    expect(reasonAt(expiresAt, { memory: known() }, { warnings: [] })).toBe('expired-unwarned');
    expect(reasonAt(expiresAt, { memory: known({ receipts: [lastLead] }) }, { warnings: [] })).toBe('expired');
  });

  test('without required warnings a known resource goes at its expiry', () => {
    expect(reasonAt(expiresAt - 1, { memory: known() }, { requireWarning: false })).toBe('expiring');
    expect(reasonAt(expiresAt, { memory: known() }, { requireWarning: false })).toBe('expired');
  });

  test('a resource that outlived the policy is warned about its expiry all the same', () => {
    const old = { createdAt: at('2026-01-01T00:00Z'), memory: known({ firstSeenAt: at('2026-01-01T00:30Z') }) };
    expect(reasonAt(expiresAt - 2 * day, old, { maxLifetime: '30d' })).toBe('beyond-max-lifetime');
    expect(reasonAt(expiresAt - hour, old, { maxLifetime: '30d' })).toBe('expiring');
  });
});

describe('a receipt counts only for what it was given', () => {
  test.each([
    ['of another expiry', aReceipt('2026-11-23T12:01Z', '2026-11-21T12:00Z', 'q-1')],
    ['of another identity', aReceipt(expiry, '2026-11-21T12:00Z', 'q-0')],
  ])('one %s proves nothing', (_, receipt) => {
    expect(reasonAt(expiresAt + day, { memory: known({ receipts: [receipt] }) })).toBe('expired-unwarned');
  });

  test('the oldest fitting one counts', () => {
    const receipts = [aReceipt(expiry, '2026-11-23T11:59Z', 'q-1'), aReceipt(expiry, '2026-11-22T12:00Z', 'q-1')];
    expect(reasonAt(expiresAt, { memory: known({ receipts }) })).toBe('expired');
  });

  test('one without identity fits where the service shows none', () => {
    const receipts = [aReceipt(expiry, '2026-11-22T12:00Z')];
    expect(reasonAt(expiresAt, { memory: known({ receipts }) })).toBe('expired');
  });
});

describe('an earlier resource of the same name', () => {
  const receipts = [aReceipt(expiry, '2026-11-21T12:00Z')];
  const letGo = { at: created, by: 'ana', values: `ttl=${expiry}` };

  test.each([
    ['with another identity', { identity: 'q-2' }, known({ receipts, letGo })],
    ['seen before this one was created', {}, aMemory({ firstSeenAt: created - 6 * minute, receipts, letGo })],
  ])('%s says nothing about this one', (_, resource, memory) => {
    expect(reasonAt(expiresAt, { ...resource, memory })).toBe('expired-unwarned');
    expect(reasonAt(expiresAt - 2 * day, { ...resource, memory })).toBe('not-due');
  });

  test('is not assumed where only the clocks differ', () => {
    const memory = known({ firstSeenAt: created - 5 * minute, receipts });
    expect(reasonAt(expiresAt, { memory })).toBe('expired');
  });
});

describe('letting go', () => {
  const order = { at: created, by: 'ana', values: `ttl=${expiry}` };

  test('holds while the expiry values are the same, in any spelling of the key', () => {
    const memory = known({ letGo: order });
    expect(reasonAt(created + hour, { memory })).toBe('let-go');
    expect(reasonAt(created + hour, { memory, tags: { TTL: ` ${expiry}` } })).toBe('let-go');
    expect(reasonAt(expiresAt + day, { memory })).toBe('let-go');
  });

  test.each([
    ['its value was changed', { ttl: '2026-12-24' }, 'not-due'],
    ['another key was added', { ttl: expiry, 'expires-at': '2026-12-24' }, 'not-due'],
    ['it can not be read any more', { ttl: 'soon' }, 'expiry-unreadable'],
    ['it is protected', { ttl: expiry, 'mayfly:protect': 'true' }, 'protected'],
    ['it belongs to a stack', { ttl: expiry, 'aws:cloudformation:stack-id': 'arn:stack' }, 'owned-by-stack'],
  ])('does not hold once %s', (_, tags: Record<string, string>, reason) => {
    expect(reasonAt(created + hour, { memory: known({ letGo: order }), tags })).toBe(reason);
  });

  test('removes what its tag or the longest lifetime would keep for ever', () => {
    const memory = aMemory({ letGo: { ...order, values: 'ttl=never' } });
    const old = { tags: { ttl: 'never' }, createdAt: at('2026-01-01T00:00Z'), memory };
    expect(reasonAt(expiresAt, old)).toBe('let-go');
    expect(reasonAt(expiresAt, old, { maxLifetime: '30d' })).toBe('let-go');
    const dated = { createdAt: at('2026-01-01T00:00Z'), memory: aMemory({ letGo: order }) };
    expect(reasonAt(expiresAt - 2 * day, dated, { maxLifetime: '30d' })).toBe('let-go');
  });
});

describe('tags as a weapon', () => {
  const evil = at('2026-11-23T12:30Z');
  const off = { requireWarning: false };

  test('a key that appears more than a day after the creation needs the full first lead', () => {
    const late = (seen: number) => known({ firstSeenAt: seen, sighting: sighting({ firstSeenAt: seen }) });
    const needs = (memory: Memory) =>
      needsFullLead(aResource({ tags: { ttl: expiry }, createdAt: created, memory }), aPolicy(), expiresAt);
    expect(needs(late(created + day))).toBe(false);
    expect(needs(late(created + day + 1))).toBe(true);
    const justNow = late(evil);
    expect(reasonAt(evil + day - 1, { memory: justNow }, off)).toBe('warned-recently');
    expect(reasonAt(evil + day, { memory: justNow }, off)).toBe('expired');
    expect(reasonAt(evil + day, { memory: aMemory() }, off)).toBe('warned-recently');
  });

  test('the first sight, not the last lead, counts where warnings are required too', () => {
    const receipts = [aReceipt(expiry, '2026-11-23T13:00Z', 'q-1')];
    const memory = known({ firstSeenAt: evil, sighting: sighting({ firstSeenAt: evil }), receipts });
    expect(reasonAt(at('2026-11-24T13:00Z') - 1, { memory })).toBe('warned-recently');
    expect(reasonAt(at('2026-11-24T13:00Z'), { memory })).toBe('expired');
  });

  test('values that were gone in between are new ones, with all that is known of them', () => {
    const receipts = [aReceipt(expiry, '2026-11-22T12:00Z', 'q-1')];
    const gone = sighting({ goneAt: at('2026-11-21T12:00Z'), byMayfly: true });
    const memory = known({ sighting: gone, receipts });
    expect(reasonAt(evil, { memory: known({ receipts }) })).toBe('expired');
    expect(reasonAt(evil, { memory })).toBe('expired-unwarned');
    expect(reasonAt(evil, { memory }, off)).toBe('warned-recently');
    expect(reasonAt(evil, { memory, tags: { ttl: '2026-11-23T11:00Z' } }, off)).toBe('warned-recently');
  });

  test('a relative value that was gone in between starts anew', () => {
    const memory = known({ sighting: sighting({ values: 'ttl=4h', goneAt: created + hour }) });
    const again = aResource({ tags: { ttl: '4h' }, memory });
    expect(decide(again, someRules(), evil).expiresAt).toBe(evil + 4 * hour);
  });

  test('a date later than the one that was gone is as suspicious: without a tag it never expired', () => {
    const before = sighting({ values: 'ttl=2026-11-21', expiresAt: at('2026-11-21T23:00Z'), goneAt: created });
    expect(reasonAt(expiresAt, { memory: known({ sighting: before }) }, off)).toBe('warned-recently');
  });

  test('an expiry that Mayfly wrote itself needs no full lead, however late it was first seen', () => {
    const late = { firstSeenAt: created + 9 * day, sighting: sighting({ firstSeenAt: created + 9 * day }) };
    const written = { ...late, sighting: { ...late.sighting, byMayfly: true } };
    const needsIt = (memory: Partial<Memory>) =>
      needsFullLead(
        aResource({ tags: { ttl: expiry }, createdAt: created, memory: aMemory(memory) }),
        aPolicy(),
        created + 9 * day,
      );
    expect(needsIt(late)).toBe(true);
    expect(needsIt(written)).toBe(false);
  });

  test('what shows no creation is judged by its last change', () => {
    const resource = aResource({ tags: { ttl: expiry }, changedAt: created });
    expect(needsFullLead(resource, aPolicy(), created + day)).toBe(false);
    expect(needsFullLead(resource, aPolicy(), created + day + 1)).toBe(true);
  });

  test.each([
    ['a date', sighting({ values: 'ttl=2026-12-24', expiresAt: at('2026-12-24T23:00Z') })],
    ['never', { values: 'ttl=never', firstSeenAt: created, needsFullLead: false }],
  ])('an expiry moved earlier than %s needs the full first lead from its first sight', (_, before) => {
    const unseen = known({ sighting: before });
    expect(reasonAt(evil, { memory: unseen }, off)).toBe('warned-recently');
    const seen = known({ sighting: sighting({ firstSeenAt: evil, needsFullLead: true }) });
    expect(reasonAt(evil + day - 1, { memory: seen }, off)).toBe('warned-recently');
    expect(reasonAt(evil + day, { memory: seen }, off)).toBe('expired');
  });

  test('a suspicion stays when the value changes again, even to a later one', () => {
    const before = sighting({ values: 'ttl=2026-11-21', expiresAt: at('2026-11-21T23:00Z'), needsFullLead: true });
    expect(reasonAt(expiresAt, { memory: known({ sighting: before }) }, off)).toBe('warned-recently');
  });

  test('an expiry moved later does not', () => {
    const before = sighting({ values: 'ttl=2026-11-21', expiresAt: at('2026-11-21T23:00Z') });
    expect(reasonAt(expiresAt, { memory: known({ sighting: before }) }, off)).toBe('expired');
  });

  test('an expiry moved back to one that was warned about before is warned about again', () => {
    const extended = sighting({ values: 'ttl=2026-12-24', expiresAt: at('2026-12-24T23:00Z'), firstSeenAt: evil });
    const receipts = [aReceipt(expiry, '2026-11-22T12:00Z', 'q-1')];
    const movedBack = at('2026-11-26T12:00Z');
    expect(reasonAt(movedBack, { memory: known({ sighting: extended, receipts }) })).toBe('expired-unwarned');
    const seen = sighting({ firstSeenAt: movedBack, needsFullLead: true });
    expect(reasonAt(movedBack + 3 * day, { memory: known({ sighting: seen, receipts }) })).toBe('expired-unwarned');
    const again = [...receipts, { expiresAt, at: movedBack + minute, identity: 'q-1' }];
    const memory = known({ sighting: seen, receipts: again });
    expect(reasonAt(movedBack + day, { memory })).toBe('warned-recently');
    expect(reasonAt(movedBack + day + minute, { memory })).toBe('expired');
  });
});

describe('a relative expiry', () => {
  test('starts at the first sight of its value where the creation is long ago or unknown', () => {
    const seen = created + 10 * day;
    const memory = aMemory({ sighting: { values: 'ttl=4h', firstSeenAt: seen, needsFullLead: false } });
    for (const creation of [{}, { createdAt: created }]) {
      const whole = aResource({ tags: { ttl: '4h' }, memory: { ...memory, firstSeenAt: seen }, ...creation });
      expect(decide(whole, someRules(), seen + hour).expiresAt).toBe(seen + 4 * hour);
    }
  });

  test('starts anew when its value changes, and now when it was never seen', () => {
    const memory = aMemory({ sighting: { values: 'ttl=5h', firstSeenAt: created, needsFullLead: false } });
    const now = created + 10 * day;
    expect(decide(aResource({ tags: { ttl: '4h' }, memory }), someRules(), now).expiresAt).toBe(now + 4 * hour);
    expect(decide(aResource({ tags: { ttl: '4h' } }), someRules(), now).expiresAt).toBe(now + 4 * hour);
  });
});
