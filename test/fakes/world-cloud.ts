import type { Shard } from '../../lib/core/resource.ts';
import type { Ports, Session } from '../../lib/use-cases/ports.ts';
import type { World } from './world.ts';

/** The organization of a world, and the sessions that its accounts give. */
export function cloudOf(world: World, sessionIn: (shard: Shard) => Promise<Session>): Ports['cloud'] {
  return {
    checkCredentials: async () => {},
    callerAccount: async () => world.caller,
    hubsOf: async (id) => world.hubs.get(id) ?? { hubs: [], unread: [] },
    accountsOf: async (unit) => {
      const members = world.units.get(unit);
      if (members === undefined) throw new Error(`listing the accounts of ${unit} failed`);
      return members;
    },
    enabledRegions: async (id) => {
      const regions = world.regionsOf.get(id);
      if (regions === undefined) throw new Error(`no way into ${id}`);
      return regions;
    },
    reader: sessionIn,
    remover: (shard, scope) => {
      world.scopes.push(scope);
      return sessionIn(shard);
    },
    guard: (shard, scope) => {
      world.scopes.push(scope);
      return sessionIn(shard);
    },
    fits: (scope) => world.fits(scope),
    tagger: sessionIn,
    idler: sessionIn,
    stackRoleArn: (id) => `arn:aws:iam::${id}:role/mayfly-stack`,
  };
}
