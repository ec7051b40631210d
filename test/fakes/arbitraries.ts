import fc from 'fast-check';
import type { Rules } from '../../lib/core/decide.ts';
import type { PlannedDecision } from '../../lib/core/plan.ts';
import { type Reason, reasons } from '../../lib/core/reasons.ts';
import type { Memory, Resource } from '../../lib/core/resource.ts';
import { day, hour, minute, toIso } from '../../lib/core/time.ts';
import { aDecision, aMemory, aPolicy, aResource, at } from './builders.ts';

/** Everything happens around this instant. */
export const now = at('2026-11-23T12:00Z');

const near = fc.integer({ min: -60 * 24, max: 60 * 24 }).map((minutes) => now + minutes * minute);

/** Few values, so that memories often fit the tags. */
const expiryInstant = fc.constantFrom(-40, -2, -1, 0, 1, 2, 40).map((days) => now + days * day);

const readable = fc.oneof(
  expiryInstant.map(toIso),
  near.map(toIso),
  fc.constantFrom('4h', '3d', '30min', '2w', '2026-11-20', '2026-11-22', '1795348800', 'never', 'P1D', ' 3D '),
);

const unreadable = fc.constantFrom('', 'soon', '1m', '0', '1y', 'P1M', '12/11/2026', '1795348800000', '2026-02-30');

const value = fc.oneof({ weight: 6, arbitrary: readable }, { weight: 1, arbitrary: unreadable }, fc.string());

const protection = fc.oneof(fc.constantFrom('true', 'false', 'yes', '', '2026-11-20', '2026-12-20'), near.map(toIso));

export const tags = fc.record(
  {
    ttl: value,
    TTL: value,
    'expires-at': value,
    'Expires-At': value,
    'mayfly:protect': protection,
    'Mayfly:protect': protection,
    owner: fc.constant('ana'),
  },
  { requiredKeys: [] },
);

/** Tags with one readable expiry and nothing that obstructs. */
export const datedTags = fc.oneof(
  readable.map((ttl) => ({ ttl })),
  readable.map((ttl) => ({ 'expires-at': ttl })),
);

const identity = fc.constantFrom('q-1', 'q-2');

function memoryOf(carried: Readonly<Record<string, string>>): fc.Arbitrary<Memory> {
  const fitting = Object.entries(carried).map(([key, text]) => `${key.toLowerCase()}=${text.trim()}`);
  const values = fc.constantFrom(fitting.filter((text) => /^(ttl|expires-at)=/.test(text)).join('\n'), 'ttl=5h');
  const receipt = fc.record(
    { expiresAt: fc.oneof(expiryInstant, near), at: near, identity },
    { requiredKeys: ['expiresAt', 'at'] },
  );
  const sighting = fc.record(
    { values, firstSeenAt: near, expiresAt: expiryInstant, needsFullLead: fc.boolean() },
    { requiredKeys: ['values', 'firstSeenAt', 'needsFullLead'] },
  );
  return fc.record(
    {
      identity,
      firstSeenAt: near,
      sighting,
      receipts: fc.array(receipt, { maxLength: 4 }),
      letGo: fc.record({ at: near, by: fc.constant('ana'), values }),
      extendedTo: near,
      refusals: fc.nat(5),
      quarantinedUntil: near,
    },
    { requiredKeys: ['receipts', 'refusals'] },
  );
}

export function resourceWith(
  carried: fc.Arbitrary<Readonly<Record<string, string | undefined>>>,
): fc.Arbitrary<Resource> {
  return carried.chain((some) => {
    const present = JSON.parse(JSON.stringify(some)) as Record<string, string>;
    return fc.record(
      {
        arn: fc.constant('arn:aws:sqs:eu-west-1:222222222222:orders'),
        type: fc.constantFrom('sqs:queue', 'ec2:volume'),
        account: fc.constant('222222222222'),
        region: fc.constant('eu-west-1'),
        tags: fc.constant(present),
        createdAt: near,
        changedAt: near,
        identity,
        memory: memoryOf(present),
      },
      { requiredKeys: ['arn', 'type', 'account', 'region', 'tags', 'memory'] },
    );
  });
}

/** Expired, and with a memory that mostly fits: what a removal looks like, and what only resembles one. */
export const expiredResource: fc.Arbitrary<Resource> = fc.constantFrom(0, 1, 2, 10).chain((days) => {
  const expiresAt = now - days * day;
  const long = now - 50 * day;
  const past = fc.integer({ min: 0, max: 24 * 12 }).map((hours) => now - hours * hour);
  const receipt = fc.record({ expiresAt: fc.constantFrom(expiresAt, expiresAt, expiresAt + day), at: past });
  const sighting = fc.record({
    values: fc.constantFrom(`ttl=${toIso(expiresAt)}`, `ttl=${toIso(expiresAt)}`, 'ttl=5h'),
    firstSeenAt: past,
    needsFullLead: fc.boolean(),
  });
  return fc.record({ receipts: fc.array(receipt, { maxLength: 3 }), sighting }).map(({ receipts, sighting: seen }) =>
    aResource({
      tags: { ttl: toIso(expiresAt) },
      createdAt: long,
      memory: aMemory({ firstSeenAt: long, sighting: seen, receipts }),
    }),
  );
});

const policy = fc
  .record({
    types: fc.constantFrom<unknown>('all', 'all', ['sqs:queue']),
    zone: fc.constantFrom('Europe/Berlin', 'UTC', 'America/Santiago'),
    warnings: fc.constantFrom([], ['1h'], ['24h', '1h'], ['1h', '3d']),
    requireWarning: fc.boolean(),
    maxLifetime: fc.constantFrom({}, { maxLifetime: '7d' }),
    window: fc.constantFrom({}, { window: { days: ['mon'], from: '08:00', to: '18:00' } }),
  })
  .map(({ types, zone, warnings, requireWarning, maxLifetime, window }) =>
    aPolicy({ types, expiry: { timeZone: zone, warnings, requireWarning, ...maxLifetime }, removal: window }),
  );

export const rules: fc.Arbitrary<Rules> = fc.record({
  policy,
  accountMode: fc.constantFrom('observe', 'enforce'),
  dryRun: fc.boolean(),
  paused: fc.constantFrom(false, false, false, true),
});

const accounts = ['222222222222', '333333333333', '444444444444'];

export const decisions: fc.Arbitrary<PlannedDecision[]> = fc.array(
  fc
    .record({
      number: fc.nat(60),
      reason: fc.oneof(
        fc.constantFrom<Reason>('expired', 'let-go'),
        fc.constantFrom(...(Object.keys(reasons) as Reason[])),
      ),
      account: fc.constantFrom(...accounts),
      region: fc.constantFrom('eu-west-1', 'us-east-1'),
      money: fc.option(fc.nat(500)),
    })
    .map(({ number, reason, account, region, money }) =>
      aDecision(number, reason, { account, region, ...(money !== null && { monthlyUsd: money }) }),
    ),
  { maxLength: 60 },
);

export const limits = fc
  .record({
    removalsPerRun: fc.nat(30),
    removalsPerAccount: fc.nat(15),
    shareOfTracked: fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
    shareFrom: fc.nat(20),
    monthlyUsd: fc.nat(5000),
  })
  .map((some) => aPolicy({ limits: some }).limits);

export const duration = fc.integer({ min: 1, max: 400 }).map((hours) => hours * hour);
