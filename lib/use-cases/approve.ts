import type { Approval } from '../core/limits.ts';
import type { Policy } from '../core/policy.ts';
import { minute } from '../core/time.ts';
import { BadRequest } from './find-targets.ts';
import { CouldNotStart } from './lease.ts';
import type { Ports } from './ports.ts';

/**
 * Approves what a held plan wanted: the next runs may go up to its counts, until one has used the approval or the plan
 * age has passed once more. Throws `BadRequest` for a plan that nobody knows or nothing held, `CouldNotStart` for one
 * that is too old.
 */
export async function approve(ports: Ports, policy: Policy, planId: string, by: string): Promise<Approval> {
  const plan = await ports.runStore.loadPlan(planId);
  if (plan === undefined)
    throw new BadRequest(`no plan ${planId} in the run store; mayfly plan prints the id of a new one`);
  if (plan.held.length === 0) throw new BadRequest(`no limit holds the plan ${planId}: it needs no approval`);
  const now = ports.clock.now();
  const { planAge } = policy.limits;
  if (now - plan.now > planAge) {
    throw new CouldNotStart(
      `the plan ${planId} is ${Math.round((now - plan.now) / minute)} minutes old and limits.planAge is ` +
        `${planAge / minute} minutes: approve a newer one`,
    );
  }
  const approval: Approval = { planId, held: plan.held, by, at: now, lasts: planAge };
  await ports.ledger.approve(approval);
  return approval;
}
