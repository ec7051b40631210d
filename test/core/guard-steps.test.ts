import { describe, expect, test } from 'vitest';
import { type GuardMemory, nothingGuarded, rememberGuard } from '../../lib/core/guard-memory.ts';
import type { Part, Sizes } from '../../lib/core/guard-parts.ts';
import { guardExceptions, guardLacks, guardReasons } from '../../lib/core/guard-reasons.ts';
import { type Present, releasePlan, type Undo, undo } from '../../lib/core/guard-release.ts';
import { type FreezePolicy, type GuardTarget, planFreeze, planStop } from '../../lib/core/guard-steps.ts';

const account = '222222222222';
const region = 'eu-west-1';
const scp: FreezePolicy = { policy: 'p-1', state: 'detached' };

const server = (rest: Partial<GuardTarget> = {}): GuardTarget => ({
  arn: 'i-1',
  type: 'ec2:instance',
  region,
  what: { kind: 'server', state: 'running' },
  ...rest,
});
const group = (min: number, desired: number, max: number, rest: Partial<GuardTarget> = {}): GuardTarget => ({
  arn: 'group-1',
  type: 'autoscaling:group',
  region,
  what: { kind: 'group', sizes: { min, desired, max } },
  ...rest,
});
const having = (parts: readonly Part[]): GuardMemory =>
  parts.reduce((memory, part) => rememberGuard(memory, 0, { kind: 'guard-changed', part }), nothingGuarded);

const sizes = (min: number, desired: number, max: number): Sizes => ({ min, desired, max });
const capped: Part = { kind: 'group', arn: 'group-1', region, before: sizes(1, 3, 9), cap: 3, stage: 'freeze' };
const zeroed: Part = { ...capped, before: sizes(1, 2, 9), zero: true, stage: 'stop' };
const stopped: Part = { kind: 'server', arn: 'i-1', type: 'ec2:instance', region, stage: 'stop' };
const denial: Part = { kind: 'scp', account, policy: 'p-1', stage: 'freeze' };

describe('a freeze', () => {
  test('denies creations, and keeps groups at their size', () => {
    const plan = planFreeze(nothingGuarded, { account }, [server(), group(1, 3, 9)], scp);
    expect(plan).toEqual({ parts: [denial, capped], left: [], lacks: [], losses: [] });
  });

  test.each<[string, GuardTarget, GuardMemory, string]>([
    ['a group at its most', group(1, 3, 3), nothingGuarded, 'at-its-size'],
    ['a protected group', group(1, 3, 9, { protectedBy: 'its tag says true' }), nothingGuarded, 'protected'],
    ['a group that it froze before', group(1, 3, 3), having([capped]), 'done-already'],
  ])('leaves %s', (_, target, memory, because) => {
    const plan = planFreeze(memory, { account }, [target], scp);
    expect(plan.left).toMatchObject([{ arn: 'group-1', because }]);
  });

  test.each<[string, FreezePolicy['state'], string[]]>([
    ['the hub may not', 'not-allowed', ['scp-not-allowed']],
    ['the quota is reached', 'quota', ['scp-quota']],
    ['somebody attached it', 'attached', ['scp-attached-before']],
  ])('says what it lacks: %s', (_, state, lacks) => {
    const plan = planFreeze(nothingGuarded, { account }, [group(1, 3, 9)], { ...scp, state });
    expect(plan).toMatchObject({ parts: [capped], lacks });
  });

  test('of an environment binds its groups alone', () => {
    const targets = [group(1, 3, 9, { environment: 'load' }), group(1, 3, 9, { arn: 'group-2' })];
    const plan = planFreeze(nothingGuarded, { account, environment: 'load' }, targets, scp);
    expect(plan).toMatchObject({
      parts: [capped],
      left: [{ arn: 'group-2', because: 'not-of-environment' }],
      lacks: ['scp-of-account-only'],
    });
  });

  test('that was interrupted remembers the sizes of before', () => {
    const memory = rememberGuard(nothingGuarded, 0, { kind: 'guard-changing', parts: [denial, capped] });
    const plan = planFreeze(memory, { account }, [group(1, 3, 3)], { ...scp, state: 'attached' });
    expect(plan).toMatchObject({ parts: [capped], lacks: [] });
  });
});

describe('a stop', () => {
  const member = (rest: Partial<GuardTarget>) =>
    server({ what: { kind: 'server', state: 'running', group: 'group-1' }, ...rest });

  test.each<[string, GuardTarget[], Record<string, string>]>([
    ['protected', [server({ protectedBy: 'its tag says true' })], { 'i-1': 'protected' }],
    ['Spot', [server({ unstoppable: 'it is a Spot instance' })], { 'i-1': 'unstoppable' }],
    ['stopped', [server({ what: { kind: 'database', state: 'stopped' } })], { 'i-1': 'not-running' }],
    ['on its way', [server({ what: { kind: 'server', state: 'changing' } })], { 'i-1': 'state-changing' }],
    ['a protected group', [group(1, 2, 3, { protectedBy: 'a date' })], { 'group-1': 'protected' }],
    ['an empty group', [group(0, 0, 3)], { 'group-1': 'at-zero' }],
    [
      'a group with a protected member',
      [group(1, 2, 3), member({ protectedBy: 'its tag says true' })],
      { 'group-1': 'carries-unstoppable', 'i-1': 'protected' },
    ],
    [
      'a group whose members are not known',
      [group(1, 2, 3, { what: { kind: 'group', sizes: sizes(1, 2, 3), unread: true } })],
      { 'group-1': 'carries-unstoppable' },
    ],
  ])('leaves what is %s', (_, targets, left) => {
    const plan = planStop(nothingGuarded, {}, targets);
    expect(Object.fromEntries(plan.left.map(({ arn, because }) => [arn, because]))).toEqual(left);
    expect(plan.parts).toEqual([]);
  });

  test('stops a group as a whole, and says first what is lost', () => {
    const targets = [
      group(1, 2, 3),
      member({ loses: ['192.0.2.1'] }),
      server({ arn: 'i-2', loses: ['its public address 192.0.2.2'] }),
    ];
    const plan = planStop(nothingGuarded, {}, targets);
    expect(plan.parts.map((part) => 'arn' in part && part.arn)).toEqual(['group-1', 'i-2']);
    expect(plan.left).toEqual([{ arn: 'i-1', because: 'in-group' }]);
    expect(plan.losses).toEqual([
      { arn: 'group-1', what: 'its instances are terminated, and new ones are made by a release' },
      { arn: 'i-2', what: 'its public address 192.0.2.2' },
    ]);
  });

  test('after a freeze remembers the maximum of before the freeze', () => {
    expect(planStop(having([capped]), {}, [group(1, 2, 3)]).parts).toEqual([zeroed]);
  });

  test('never stops again what somebody started', () => {
    const plan = planStop(having([stopped]), {}, [server()]);
    expect(plan).toMatchObject({ parts: [], left: [{ arn: 'i-1', because: 'done-already' }] });
  });

  test.each<[string, Part | undefined, object]>([
    ['that nobody began with', undefined, { parts: [], left: [{ arn: 'i-1', because: 'state-changing' }] }],
    ['that the guard was about to stop', stopped, { parts: [{ ...stopped, isAgain: true }], left: [] }],
  ])('of what is on its way, %s', (_, part, plan) => {
    const parts = part === undefined ? [] : [part];
    const memory = rememberGuard(nothingGuarded, 0, { kind: 'guard-changing', parts });
    const changing = server({ what: { kind: 'server', state: 'changing' } });
    expect(planStop(memory, {}, [changing])).toMatchObject(plan);
    // What it has stopped is on its way to be that.
    expect(planStop(having([stopped]), {}, [changing]).parts).toEqual([]);
  });

  test('of an environment stops nothing else', () => {
    const targets = [server({ environment: 'load' }), server({ arn: 'i-2' }), group(1, 2, 3, { environment: 'other' })];
    expect(planStop(nothingGuarded, { environment: 'load' }, targets).parts).toEqual([stopped]);
  });
});

describe('a release', () => {
  test('takes back databases, servers, groups, and last what denies creations', () => {
    const database: Part = { kind: 'database', arn: 'db-1', type: 'rds:db', region, stage: 'stop' };
    const plan = releasePlan(having([denial, capped, stopped, database]));
    expect(plan.map(({ key }) => key)).toEqual(['db-1', 'i-1', 'group-1', `scp p-1 ${account}`]);
  });

  const named = { identity: 'db-AAA' };
  const differs = expect.stringContaining('somebody changed its sizes');
  test.each<[string, Part, Present, Undo]>([
    ['attached', denial, { kind: 'scp', attached: true }, { kind: 'detach', account, policy: 'p-1' }],
    ['detached by a person', denial, { kind: 'scp', attached: false }, { kind: 'nothing' }],
    ['stopped', stopped, { kind: 'server', state: 'stopped' }, { kind: 'start', arn: 'i-1' }],
    ['started by a person', stopped, { kind: 'server', state: 'running' }, { kind: 'nothing' }],
    ['still stopping', stopped, { kind: 'server', state: 'changing' }, { kind: 'wait', why: 'its state is changing' }],
    ['terminated', stopped, { kind: 'gone', says: 'it was deleted' }, { kind: 'differs', says: 'it was deleted' }],
    ['unreadable', stopped, { kind: 'unreadable', why: 'denied' }, { kind: 'wait', why: 'denied' }],
    [
      'another of its name',
      { ...stopped, ...named },
      { kind: 'server', state: 'stopped', identity: 'db-BBB' },
      { kind: 'differs', says: 'it was deleted, and another one has its name' },
    ],
    ['capped', capped, { kind: 'group', sizes: sizes(1, 2, 3) }, { kind: 'resize', arn: 'group-1', sizes: { max: 9 } }],
    ['never capped', capped, { kind: 'group', sizes: sizes(1, 5, 9) }, { kind: 'nothing' }],
    ['of a person’s size', capped, { kind: 'group', sizes: sizes(1, 5, 20) }, { kind: 'differs', says: differs }],
    [
      'zero',
      zeroed,
      { kind: 'group', sizes: sizes(0, 0, 0) },
      { kind: 'resize', arn: 'group-1', sizes: sizes(1, 2, 9) },
    ],
    [
      'capped, and never zero',
      zeroed,
      { kind: 'group', sizes: sizes(1, 2, 3) },
      { kind: 'resize', arn: 'group-1', sizes: { max: 9 } },
    ],
    [
      'zero, then of a person’s size',
      zeroed,
      { kind: 'group', sizes: sizes(0, 1, 1) },
      { kind: 'differs', says: differs },
    ],
  ])('%s', (_, part, present, expected) => {
    expect(undo(part, present)).toEqual(expected);
  });

  test('names what differs, tries again what failed, and begins anew with the last part', () => {
    let memory = having([stopped, capped]);
    const note = (event: Parameters<typeof rememberGuard>[2]) => {
      memory = rememberGuard(memory, 1, event);
    };
    note({ kind: 'guard-release-begun', by: 'ann' });
    note({ kind: 'guard-release-failed', part: 'i-1', why: 'no capacity' });
    note({ kind: 'guard-released', part: 'group-1', differs: 'it was deleted' });
    expect(releasePlan(memory)).toEqual([{ key: 'i-1', part: { ...stopped, isDone: true, failure: 'no capacity' } }]);
    expect(memory.releasing).toEqual({ by: 'ann', at: 1 });
    note({ kind: 'guard-released', part: 'i-1' });
    expect(memory).toMatchObject({ released: { by: 'ann', at: 1 }, parts: {}, scopes: {} });
    expect(memory.differs).toEqual([{ part: 'group-1', says: 'it was deleted' }]);
    expect(memory.releasing).toBeUndefined();
  });
});

test('every code has a sentence of its own', () => {
  const sentences = [
    ...Object.values(guardReasons).map(({ sentence }) => sentence),
    ...Object.values(guardExceptions),
    ...Object.values(guardLacks),
  ];
  expect(new Set(sentences).size).toBe(sentences.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
