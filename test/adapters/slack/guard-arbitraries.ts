import fc from 'fast-check';
import type { GuardDeed, GuardMessage, GuardOffer } from '../../../lib/core/guard-message.ts';
import type { Part } from '../../../lib/core/guard-parts.ts';
import {
  type GuardException,
  type GuardLack,
  type GuardReason,
  guardExceptions,
  guardLacks,
  guardReasons,
  guardStages,
} from '../../../lib/core/guard-reasons.ts';
import { aCause, aDeed, aGuardMessage, scpPart, serverPart } from '../../fakes/guard-messages.ts';
import { hostileText } from './hostile.ts';
import { times } from './notices.ts';

const reasons = Object.keys(guardReasons) as GuardReason[];
const exceptions = Object.keys(guardExceptions) as GuardException[];
const lacks = Object.keys(guardLacks) as GuardLack[];

/** A message in which everything stands so many times, by names that are given. */
export function fullOf(name: (index: number) => string, amount: number): GuardMessage {
  const parts = times(amount, (index): Part => ({ ...serverPart(''), arn: name(index) }) as Part);
  const left = parts.map((_, index) => ({
    arn: name(index),
    because: exceptions[index % exceptions.length] ?? 'protected',
  }));
  const losses = parts.map((_, index) => ({ arn: name(index), what: `${index} ${name(index)}` }));
  const causes = times(10, (index) =>
    aCause({ type: name(index), environment: name(index), owner: name(index), largest: name(index), count: 1 }),
  );
  return aGuardMessage({
    accountName: name(0),
    environment: name(0).slice(0, 256),
    by: name(0),
    burn: { account: '222222222222', usdPerHour: 1e9, known: 1, unknown: 5, causes },
    alarm: { source: 'anomaly', says: name(0) },
    passed: [
      { trigger: 'budget', value: 1e6, limit: 1 },
      { trigger: 'burnPerHour', value: 1e6, limit: 1 },
      { trigger: 'jump', value: 1e6, limit: 1 },
    ],
    did: aDeed('stop', {
      ...{ isFinished: false, parts: parts.slice(0, amount), left: [], losses },
      refused: losses.map(({ arn, what }) => ({ part: arn, why: what })),
      differs: losses.map(({ arn, what }) => ({ part: arn, says: what })),
    }),
    offers: { stage: 'stop', because: 'approval-awaited', ahead: { parts, left, lacks: [], losses } },
    mayRelease: true,
    problems: losses.map(({ what }) => what),
  });
}

const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 15 });
const of = <T extends string>(all: readonly T[]) => fc.constantFrom(...all);

const part: fc.Arbitrary<Part> = hostileText.chain((text) =>
  fc.constantFrom<Part>(
    { ...scpPart, policy: text } as Part,
    { kind: 'group', arn: text, region: text, before: { min: 0, desired: 1, max: 2 }, stage: 'freeze' },
    { ...serverPart('i-1'), arn: text } as Part,
  ),
);

const besides = {
  parts: few(part),
  left: few(fc.record({ arn: hostileText, because: of(exceptions) })),
  lacks: fc.uniqueArray(of(lacks)),
  losses: few(fc.record({ arn: hostileText, what: hostileText })),
};

const deed: fc.Arbitrary<GuardDeed> = fc.record({
  ...besides,
  kind: of(['freeze', 'stop', 'release']),
  isFinished: fc.boolean(),
  refused: few(fc.record({ part: hostileText, why: hostileText })),
  differs: few(fc.record({ part: hostileText, says: hostileText })),
});

const offer: fc.Arbitrary<GuardOffer> = fc.record(
  { stage: of(['freeze', 'stop']), because: of(reasons), ahead: fc.record(besides) },
  { requiredKeys: ['stage', 'because'] },
);

const usd = fc.oneof(fc.double({ min: 0, max: 1e7, noNaN: true }), fc.constantFrom(0, 0.001, 1e12));

const cause = fc.record(
  {
    ...{ type: hostileText, region: hostileText, environment: hostileText, owner: hostileText, largest: hostileText },
    ...{ count: fc.integer({ min: 1, max: 1e6 }), usdPerHour: usd, largestUsdPerHour: usd },
  },
  { requiredKeys: ['type', 'region', 'count', 'usdPerHour', 'largest', 'largestUsdPerHour'] },
);

/** Everything that the guard could say, of things with whatever names. */
export const anyGuardMessage: fc.Arbitrary<GuardMessage> = fc.record(
  {
    account: fc.constant('222222222222'),
    accountName: hostileText,
    environment: hostileText,
    at: fc.constant(aGuardMessage().at),
    stage: of(guardStages),
    reason: of(reasons),
    burn: fc.record({
      account: fc.constant('222222222222'),
      ...{ usdPerHour: usd, known: fc.nat(99), unknown: fc.nat(99) },
      causes: fc.array(cause, { maxLength: 10 }),
    }),
    usual: fc.record({ least: usd, most: usd }),
    projection: fc.record({
      ...{ usd, measuredUsd: usd, spentUsd: usd, measuredHours: usd, unmeasuredHours: usd },
      from: of(['hours', 'day', 'week']),
    }),
    passed: fc.array(fc.record({ trigger: of(['budget', 'burnPerHour', 'jump']), value: usd, limit: usd }), {
      maxLength: 3,
    }),
    alarm: fc.record({ source: of(['budget', 'anomaly']), says: hostileText }),
    did: deed,
    offers: offer,
    mayRelease: fc.boolean(),
    by: fc.oneof(fc.constant('U0ADA000001'), hostileText),
    problems: few(hostileText),
  },
  { requiredKeys: ['account', 'at', 'stage', 'reason', 'passed', 'mayRelease', 'problems'] },
);
