import type { ControlPolicies } from '../../lib/use-cases/ports-guard.ts';

/** Service control policies in memory. */
export interface ControlledOrganization {
  management: string;
  /** The accounts that have the freeze's policy, and those that have left. */
  frozen: Set<string>;
  left: Set<string>;
  /** Accounts with as many policies as AWS allows. */
  full: Set<string>;
  /** What AWS says to everything. */
  refusal: string | undefined;
}

export function anOrganization(management = '999999999999'): ControlledOrganization {
  return { management, frozen: new Set(), left: new Set(), full: new Set(), refusal: undefined };
}

/** Its policy has the id `p-` and the name. */
export function controlPoliciesOf(organization: ControlledOrganization): ControlPolicies {
  const { frozen, left, full } = organization;
  const ask = () => {
    if (organization.refusal !== undefined) throw new Error(organization.refusal);
  };
  return {
    async look(name, account) {
      const gone = left.has(account) ? `${account} has left` : undefined;
      const why = organization.refusal ?? gone;
      if (why !== undefined) return { policy: name, state: 'not-allowed', why };
      const policy = `p-${name}`;
      if (frozen.has(account)) return { policy, state: 'attached' };
      return full.has(account) ? { policy, state: 'quota', why: 'no more' } : { policy, state: 'detached' };
    },
    async attach(_, account) {
      ask();
      if (left.has(account)) throw new Error(`${account} has left`);
      if (full.has(account)) throw new Error(`${account} has no room for a policy`);
      frozen.add(account);
    },
    async detach(_, account) {
      ask();
      frozen.delete(account);
    },
    async attachment(_, account) {
      ask();
      if (left.has(account)) return 'gone';
      return frozen.has(account) ? 'attached' : 'detached';
    },
    async mayFreeze() {
      ask();
      return { management: organization.management, policy: 'current' };
    },
  };
}
