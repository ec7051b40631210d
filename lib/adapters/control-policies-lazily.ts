import type { ControlPolicies } from '../use-cases/ports-guard.ts';

/** Made with the first question: two functions of all freeze, and the others would carry what a freeze is made of. */
export function lazyControlPolicies(make: () => Promise<ControlPolicies>): ControlPolicies {
  let made: Promise<ControlPolicies> | undefined;
  const policies = () => {
    made ??= make();
    return made;
  };
  return {
    look: async (name, account, about) => (await policies()).look(name, account, about),
    attach: async (policy, account) => (await policies()).attach(policy, account),
    detach: async (policy, account) => (await policies()).detach(policy, account),
    attachment: async (policy, account) => (await policies()).attachment(policy, account),
    mayFreeze: async (name) => (await policies()).mayFreeze(name),
  };
}
