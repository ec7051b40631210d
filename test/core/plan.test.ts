import { describe, expect, test } from 'vitest';
import { countActions, hashOf, makePlan, type Plan, type PlannedDecision, removalsOf } from '../../lib/core/plan.ts';
import { aDecision, aPolicy, at } from '../fakes/builders.ts';

const now = at('2026-11-23T12:00Z');
const { limits } = aPolicy({ limits: { removalsPerAccount: 2, removalsPerRun: 3 } });
const plan = (...decisions: PlannedDecision[]) =>
  makePlan({ id: 'p-1', now, mode: 'enforce', shards: [], decisions }, limits);

describe('what a plan removes', () => {
  test('is every removal while no limit is passed', () => {
    const made = plan(aDecision(1, 'expired'), aDecision(2, 'not-due'), aDecision(3, 'let-go'));
    expect(made.held).toEqual([]);
    expect(removalsOf(made).map(({ reason }) => reason)).toEqual(['expired', 'let-go']);
  });

  test('is nothing of an account that is held, and all of the others', () => {
    const account = '333333333333';
    const many = [1, 2, 3].map((number) => aDecision(number, 'expired'));
    const made = plan(...many, aDecision(4, 'expired', { account }));
    expect(removalsOf(made).map((removal) => removal.account)).toEqual([account]);
    expect(made.decisions).toHaveLength(4);
  });

  test('is nothing at all when a limit of the run is passed', () => {
    const accounts = ['222222222222', '333333333333', '444444444444', '555555555555'];
    const made = plan(...accounts.map((account, number) => aDecision(number, 'expired', { account })));
    expect(made.held).toEqual([{ limit: 'removalsPerRun', allowed: 3, wanted: 4 }]);
    expect(removalsOf(made)).toEqual([]);
  });
});

test('what several shards list is decided once, by the first shard in order', () => {
  const arn = 'arn:aws:s3:::logs';
  const made = plan(
    aDecision(1, 'expired', { arn, region: 'us-east-1' }),
    aDecision(1, 'protected', { arn, region: 'eu-west-1' }),
    aDecision(2, 'expired'),
  );
  expect(made.decisions.map((one) => [one.arn, one.region, one.reason])).toEqual([
    [arn, 'eu-west-1', 'protected'],
    ['arn:aws:sqs:eu-west-1:222222222222:queue-2', 'eu-west-1', 'expired'],
  ]);
});

test('the order in which shards are scanned makes no difference', () => {
  const some = [aDecision(1, 'expired'), aDecision(2, 'not-due', { region: 'us-east-1' }), aDecision(3, 'expired')];
  expect(plan(...some.toReversed())).toEqual(plan(...some));
});

describe('the member of a stack or group', () => {
  const stack = 'arn:aws:cloudformation:eu-west-1:222222222222:stack/web/1';
  const group = 'arn:aws:autoscaling:eu-west-1:222222222222:autoScalingGroup:1-2:autoScalingGroupName/workers';
  const ofStack = aDecision(1, 'owned-by-stack', { detail: stack });
  const ofGroup = aDecision(2, 'owned-by-controller', { detail: 'workers' });
  const reasonsIn = (...decisions: PlannedDecision[]) => plan(...decisions).decisions.map(({ reason }) => reason);

  test('follows an owner that goes in this very plan', () => {
    const [, follower] = plan(aDecision(0, 'expired', { arn: stack }), ofStack).decisions;
    expect(follower).toMatchObject({ action: 'keep', reason: 'goes-with-owner' });
    expect(reasonsIn(aDecision(0, 'let-go', { arn: group }), ofGroup)).toEqual(['let-go', 'goes-with-owner']);
  });

  test('is obstructed by an owner that stays', () => {
    expect(reasonsIn(aDecision(0, 'not-due', { arn: stack }), ofStack)).toEqual(['not-due', 'owned-by-stack']);
    expect(reasonsIn(ofGroup)).toEqual(['owned-by-controller']);
  });

  test('does not follow a group of the same name in another account or region', () => {
    for (const elsewhere of [{ account: '111111111111' }, { region: 'af-south-1' }]) {
      const other = aDecision(0, 'expired', { arn: group, ...elsewhere });
      expect(reasonsIn(other, ofGroup)).toEqual(['expired', 'owned-by-controller']);
    }
  });
});

describe('the hash of a plan', () => {
  const removal = aDecision(1, 'expired', { expiresAt: now, decidedOn: { ttl: '4h' } });
  const made = plan(removal, aDecision(2, 'not-due'));

  test('is the same after it was stored and read', () => {
    const read = JSON.parse(JSON.stringify(made)) as Plan;
    expect(hashOf(read)).toBe(made.hash);
  });

  test.each<[string, Partial<PlannedDecision>]>([
    ['another ARN', { arn: 'arn:aws:sqs:eu-west-1:222222222222:prod' }],
    ['another type', { type: 's3:bucket' }],
    ['another account', { account: '333333333333' }],
    ['another region', { region: 'us-east-1' }],
    ['another reason', { reason: 'let-go' }],
    ['another expiry', { expiresAt: now + 1 }],
    ['other tags', { decidedOn: { ttl: '5h' } }],
    ['another action', { action: 'keep' }],
  ])('changes with %s', (_, change) => {
    expect(hashOf({ ...made, decisions: [{ ...removal, ...change }] })).not.toBe(made.hash);
  });

  test.each<[string, Partial<PlannedDecision>]>([
    ['another server', { arn: 'arn:aws:ec2:eu-west-1:222222222222:instance/i-2' }],
    ['a stop instead of a copy', { action: 'stop', reason: 'idle-copied' }],
    ['nothing instead of a copy', { action: 'hold', reason: 'copy-failing' }],
  ])('changes with %s', (_, change) => {
    const copied = aDecision(4, 'idle', { arn: 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1' });
    const of = (one: PlannedDecision) => hashOf({ ...made, decisions: [removal, one] });
    expect(of({ ...copied, ...change })).not.toBe(of(copied));
  });

  test('changes with what a copy that goes is a copy of', () => {
    const expired = aDecision(5, 'copy-expired', { copyOf: 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1' });
    const of = (one: PlannedDecision) => hashOf({ ...made, decisions: [one] });
    expect(of({ ...expired, copyOf: 'arn:aws:ec2:eu-west-1:222222222222:instance/i-2' })).not.toBe(of(expired));
  });

  test('changes with its id, its time, what it holds, and one more or less removal', () => {
    const others: Omit<Plan, 'hash'>[] = [
      { ...made, id: 'p-2' },
      { ...made, now: now + 1000 },
      { ...made, held: [{ limit: 'removalsPerRun', allowed: 0, wanted: 1 }] },
      { ...made, decisions: [] },
      { ...made, decisions: [...made.decisions, aDecision(3, 'expired')] },
    ];
    for (const other of others) expect(hashOf(other)).not.toBe(made.hash);
  });
});

test('actions are counted, those that do not occur as zero', () => {
  const counts = countActions([aDecision(1, 'expired'), aDecision(2, 'let-go'), aDecision(3, 'expiring')]);
  expect(counts).toEqual({ keep: 0, hold: 0, warn: 1, remove: 2, copy: 0, stop: 0 });
});
