import type { Mode, Policy } from './policy.ts';

/**
 * The mode of an account under the policy as it is now, for a run that began under an earlier one: lowered where the
 * policy shows it without asking Organizations who is in a unit, never raised.
 */
export function loweredMode(policy: Policy, account: string, mode: Mode): Mode {
  if (mode === 'observe' || policy.exclude.includes(account)) return 'observe';
  const isEnforced = (entry: Policy['accounts'][number]) => (entry.mode ?? policy.mode) === 'enforce';
  const named = policy.accounts.filter((entry) => 'id' in entry && entry.id === account);
  const units = policy.accounts.filter((entry) => 'ou' in entry);
  // Any unit that is enforced may hold an account that is not named by id.
  const mayAct = named.length > 0 ? named.every(isEnforced) : units.some(isEnforced);
  return mayAct ? 'enforce' : 'observe';
}
