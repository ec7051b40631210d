import type { GuardTarget } from '../core/guard-steps.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import type { Ports } from './ports.ts';

export interface ReadTargets {
  targets: GuardTarget[];
  /** What could not be read, in words: there may be more that runs. */
  problems: string[];
}

/**
 * All that a freeze or a stop may change in one shard, as its services show it now; `groups`: Auto Scaling groups
 * alone, which is all that a freeze needs. Throws where the account can't be read at all.
 */
export async function readTargets(
  _ports: Pick<Ports, 'cloud' | 'clock'>,
  _shard: Shard,
  _policy: Policy,
  _only?: 'groups',
): Promise<ReadTargets> {
  throw new Error('not yet');
}
