import { expect, test } from 'vitest';
import { loweredMode } from '../../lib/core/account-mode.ts';
import type { Mode } from '../../lib/core/policy.ts';
import { aPolicy } from '../fakes/builders.ts';

const id = '222222222222';
const other = { id: '333333333333' };
const unit = (name: string, mode?: Mode) => ({ ou: `ou-${name}`, ...(mode && { mode }) });

test.each<[string, Mode, Parameters<typeof aPolicy>[0]]>([
  ['enforced by its own entry', 'enforce', { accounts: [{ id, mode: 'enforce' }] }],
  ['enforced by inheritance', 'enforce', { mode: 'enforce', accounts: [{ id }] }],
  ['observed by its own entry', 'observe', { mode: 'enforce', accounts: [{ id, mode: 'observe' }] }],
  ['observed by inheritance', 'observe', { mode: 'observe', accounts: [{ id }] }],
  ['excluded, though named', 'observe', { mode: 'enforce', accounts: [{ id }], exclude: [id] }],
  ['excluded from its unit', 'observe', { mode: 'enforce', accounts: [unit('a')], exclude: [id] }],
  ['named twice, once to observe', 'observe', { mode: 'enforce', accounts: [{ id }, { id, mode: 'observe' }] }],
  ['not named, and no unit is', 'observe', { mode: 'enforce', accounts: [other] }],
  ['not named, one unit enforced', 'enforce', { accounts: [unit('a', 'observe'), unit('b', 'enforce')] }],
  ['not named, units inherit enforce', 'enforce', { mode: 'enforce', accounts: [unit('a')] }],
  ['not named, all units observed', 'observe', { mode: 'enforce', accounts: [other, unit('a', 'observe')] }],
  ['not named, units inherit observe', 'observe', { mode: 'observe', accounts: [unit('a'), unit('b')] }],
  ['named to observe, a unit enforced', 'observe', { accounts: [{ id, mode: 'observe' }, unit('a', 'enforce')] }],
  ['named to enforce, a unit observed', 'enforce', { accounts: [{ id, mode: 'enforce' }, unit('a', 'observe')] }],
])('an enforced account that is now %s is left to %s, and an observed one is never raised', (_, mode, policy) => {
  expect(loweredMode(aPolicy(policy), id, 'enforce')).toBe(mode);
  expect(loweredMode(aPolicy(policy), id, 'observe')).toBe('observe');
});
