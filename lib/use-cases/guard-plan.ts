import type { GuardMemory } from '../core/guard-memory.ts';
import { type FreezePolicy, planFreeze, planStop, type StagePlan } from '../core/guard-steps.ts';
import type { Shard } from '../core/resource.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { GuardPolicy } from './guard-look.ts';
import { readTargets } from './guard-targets.ts';
import type { Ports } from './ports.ts';

const shardsAtOnce = 6;

interface Planning {
  account: string;
  environment?: string;
  stage: 'freeze' | 'stop';
  shards: readonly Shard[];
  /** It is only told what would be done: not even the service control policy is made. */
  isOffer?: true;
}

/** What a stage would change as things stand now. Reads only; what can't be read is named. */
export async function planStage(
  ports: Pick<Ports, 'clock' | 'cloud' | 'controlPolicies'>,
  policy: GuardPolicy,
  planning: Planning,
  memory: GuardMemory,
): Promise<{ plan: StagePlan; problems: string[]; isRead: boolean }> {
  const { account, environment, stage, shards } = planning;
  const of = environment === undefined ? {} : { environment };
  const only = stage === 'freeze' ? 'groups' : undefined;
  const read = await inParallel(shards, shardsAtOnce, (shard) => readTargets(ports, shard, policy, only));
  const targets = read.flatMap((one) => one.targets);
  const problems = read.flatMap((one) => one.problems);
  const isRead = targets.length > 0 || read.some((one) => one.problems.length === 0);
  if (stage === 'stop') return { plan: planStop(memory, of, targets), problems, isRead };
  const { why, ...scp } = await freezePolicy(ports, policy, planning);
  const plan = planFreeze(memory, { account, ...of }, targets, scp);
  return { plan, problems: [...problems, ...(why === undefined ? [] : [why])], isRead };
}

/** An environment has none, and nobody is asked about it. */
async function freezePolicy(
  { controlPolicies }: Pick<Ports, 'controlPolicies'>,
  { guard }: GuardPolicy,
  { account, environment, isOffer }: Planning,
): Promise<FreezePolicy & { why?: string }> {
  if (environment !== undefined) return { policy: guard.scp, state: 'detached' };
  return controlPolicies.look(guard.scp, account, { makes: !isOffer });
}
