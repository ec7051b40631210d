import { expect, test } from 'vitest';
import { nothingGuarded, rememberGuard } from '../../lib/core/guard-memory.ts';
import { type GuardTarget, planFreeze } from '../../lib/core/guard-steps.ts';
import { hour, minute } from '../../lib/core/time.ts';
import { giveGuardOrder } from '../../lib/use-cases/guard-order.ts';
import { aPolicy } from '../fakes/builders.ts';
import { guardRound } from '../fakes/guard-rounds.ts';
import { guardedAccount } from '../fakes/guarded-account.ts';
import { account, aWorld } from '../fakes/world.ts';
import { movedClock } from '../fakes/world-servers.ts';

test('a group that grows while it is frozen is capped at its new size, and given back its own', async () => {
  const clock = movedClock();
  const world = aWorld(clock);
  const { groups } = guardedAccount(world, {
    servers: { 'i-1': { state: 'running', tags: {} } },
    groups: { web: { min: 1, desired: 2, max: 9 } },
  });
  const policy = aPolicy({ mode: 'enforce', guard: { accounts: { [account]: { burnPerHour: 0.05 } } } });
  const order = (kind: 'freeze' | 'release') => giveGuardOrder(world.ports, policy, { kind, account, by: 'U-pia' });
  await guardRound(world.ports, policy);
  clock.pass(minute);
  const { ledger } = world.ports;
  const recordGuard = ledger.recordGuard.bind(ledger);
  ledger.recordGuard = async (id, events, at) => {
    const isAnnounced = events.some((event) => event.kind === 'guard-changing' && event.parts[0]?.kind === 'group');
    if (isAnnounced) Object.assign(groups['web'] ?? {}, { desired: 5 });
    return recordGuard(id, events, at);
  };
  expect((await order('freeze')).did).toMatchObject({
    isFinished: false,
    refused: [{ why: expect.stringContaining('grown to 5') }],
  });
  expect(groups['web']).toEqual({ min: 1, desired: 5, max: 9 });
  clock.pass(hour);
  expect((await guardRound(world.ports, policy)).messages).toMatchObject([{ did: { isFinished: true, refused: [] } }]);
  expect(groups['web']).toEqual({ min: 1, desired: 5, max: 5 });
  clock.pass(minute);
  expect((await order('release')).did).toMatchObject({ isFinished: true, differs: [] });
  expect(groups['web']).toEqual({ min: 1, desired: 5, max: 9 });
});

test('a freeze of the account empties no group that the stop of an environment was about to', () => {
  const sizes = { min: 1, desired: 2, max: 9 };
  const arn = `arn:aws:autoscaling:eu-west-1:${account}:autoScalingGroup:0a1b:autoScalingGroupName/web`;
  const part = { kind: 'group', arn, region: 'eu-west-1', before: sizes, zero: true, stage: 'stop' } as const;
  const memory = rememberGuard(nothingGuarded, 0, { kind: 'guard-changing', parts: [part] });
  const target: GuardTarget = {
    arn,
    type: 'autoscaling:autoScalingGroup',
    region: 'eu-west-1',
    what: { kind: 'group', sizes },
  };
  const { parts, left } = planFreeze(memory, { account }, [target], { policy: 'p', state: 'not-allowed' });
  expect([parts, left]).toEqual([[], [{ arn, because: 'done-already' }]]);
});
