import { describe, expect, test } from 'vitest';
import type { Sizes } from '../../lib/core/guard-parts.ts';
import { type Recheck, recheckPart, type ShardPart } from '../../lib/core/guard-recheck.ts';
import type { GuardTarget } from '../../lib/core/guard-steps.ts';

const region = 'eu-west-1';
const sizes = (min: number, desired: number, max: number): Sizes => ({ min, desired, max });
const target = (what: GuardTarget['what'], rest: Partial<GuardTarget> = {}): GuardTarget => ({
  arn: 'a',
  type: 't',
  region,
  what,
  ...rest,
});
const server = (state: 'running' | 'stopped' | 'changing', rest: Partial<GuardTarget> = {}) =>
  target({ kind: 'server', state }, rest);
const group = (min: number, desired: number, max: number, rest: Partial<GuardTarget> = {}) =>
  target({ kind: 'group', sizes: sizes(min, desired, max) }, rest);

const stop: ShardPart = { kind: 'server', arn: 'a', type: 't', region, stage: 'stop' };
const cap: ShardPart = { kind: 'group', arn: 'a', region, before: sizes(1, 3, 9), cap: 3, stage: 'freeze' };
const zero: ShardPart = { kind: 'group', arn: 'a', region, before: sizes(1, 3, 9), zero: true, stage: 'stop' };
const again = (part: ShardPart): ShardPart => ({ ...part, isAgain: true });

const go: Recheck = { kind: 'go' };
const done: Recheck = { kind: 'done' };
const refused = (why: string) => ({ kind: 'refused', why: expect.stringContaining(why) });

describe('what is looked at once more just before', () => {
  const protectedBy = 'its tag protects it';
  const unstoppable = 'it is a Spot instance';
  test.each<[string, ShardPart, GuardTarget, object]>([
    ['a server that runs', stop, server('running'), go],
    ['that is protected by now', stop, server('running', { protectedBy }), refused(protectedBy)],
    ['that must not be stopped', stop, server('running', { unstoppable }), refused(unstoppable)],
    ['that a group has taken', stop, target({ kind: 'server', state: 'running', group: 'g' }), refused('Auto Scaling')],
    ['that is on its way', stop, server('changing'), refused('changing')],
    [
      'that is on its way since an earlier try',
      again(stop),
      server('changing'),
      { kind: 'wait', why: expect.any(String) },
    ],
    ['that is on its way, and protected', again(stop), server('changing', { protectedBy }), refused(protectedBy)],
    ['that somebody stopped', stop, server('stopped'), refused('does not run any more')],
    ['that an earlier try stopped', again(stop), server('stopped'), done],
    ['that an earlier try stopped, and is protected', again(stop), server('stopped', { protectedBy }), refused('tag')],
    ['that was read as a group', stop, group(1, 3, 9), refused('something else')],
    ['a group to be capped', cap, group(1, 3, 9), go],
    ['that is protected by now', cap, group(1, 3, 9, { protectedBy }), refused(protectedBy)],
    ['that must not be emptied, which keeps its size', cap, group(1, 3, 9, { unstoppable }), go],
    ['that has become smaller', cap, group(0, 1, 9), go],
    [
      'that has grown, and would be shrunk',
      cap,
      group(1, 4, 9),
      { kind: 'wait', why: expect.stringContaining('grown to 4') },
    ],
    ['with another maximum', cap, group(1, 3, 12), refused('1, 3, 12')],
    ['that somebody capped', cap, group(1, 3, 3), refused('meanwhile')],
    ['that an earlier try capped', again(cap), group(1, 3, 3), done],
    ['a group to be emptied', zero, group(1, 3, 9), go],
    ['that moves by itself', zero, group(1, 7, 9), go],
    ['that was frozen before', { ...zero, cap: 3 } as ShardPart, group(1, 3, 3), go],
    ['with a protected member', zero, group(1, 3, 9, { unstoppable: 'its member' }), refused('its member')],
    ['with another least', zero, group(2, 3, 9), refused('2, 3, 9')],
    ['with another most', zero, group(1, 3, 8), refused('1, 3, 8')],
    ['that has become empty', zero, group(1, 0, 9), refused('no instances')],
    ['that somebody emptied', zero, group(0, 0, 0), refused('meanwhile')],
    ['that an earlier try emptied', again(zero), group(0, 0, 0), done],
    ['that was read as a server', zero, server('running'), refused('something else')],
  ])('%s', (_, part, found, expected) => {
    expect(recheckPart(part, found)).toEqual(expected);
  });
});
