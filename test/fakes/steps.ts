import type { Policy } from '../../lib/core/policy.ts';
import { minute } from '../../lib/core/time.ts';
import { concludeStep } from '../../lib/use-cases/conclude-steps.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import type { Clock } from '../../lib/use-cases/ports.ts';
import { reapStep } from '../../lib/use-cases/reap-steps.ts';
import {
  beginRun,
  loadShards,
  planStep,
  type RunMessage,
  scanStep,
  settleStep,
  warnStep,
} from '../../lib/use-cases/sweep-steps.ts';
import { aPolicy, at } from './builders.ts';
import type { World } from './world.ts';

/** An enforced account and an observed one. */
export const one = '222222222222';
export const two = '333333333333';
export const due = { ttl: '2026-11-20' };
export const policy = aPolicy({
  mode: 'enforce',
  accounts: [{ id: one }, { id: two, mode: 'observe' }],
  regions: ['eu-west-1', 'us-east-1'],
  expiry: { requireWarning: false },
});

/** Waits for AWS are over at once; the patience of a scan never ends. */
export function patientClock(): Clock {
  let now = at('2026-11-23T12:00Z');
  return {
    now: () => now,
    sleep: (duration) => {
      if (duration >= minute) return new Promise(() => {});
      now += duration;
      return Promise.resolve();
    },
  };
}

export async function begun({ ports }: Pick<World, 'ports'>, run = 'run-1', under = policy): Promise<RunMessage> {
  const answer = await beginRun(ports, under, run);
  if (!answer.started) throw new Error(answer.why);
  return answer.message;
}

/** A step of this region is lost, a policy is deployed before the removals, something happens after them. */
interface Twist {
  run?: string;
  under?: Policy;
  scans?: string;
  reaps?: string;
  warnPolicy?: Policy;
  reapPolicy?: Policy;
  beforeEnd?: (message: RunMessage) => Promise<void>;
}

/** All steps but the last, in the order of the state machine. */
export async function stepsToEnd(
  { ports, clock }: World,
  { run, under = policy, scans = 'all', reaps = 'all', warnPolicy = under, reapPolicy = under, beforeEnd }: Twist = {},
) {
  const message = await begun({ ports }, run, under);
  for (const item of await loadShards(ports, message.run)) {
    if (scans === 'all' || item.region !== scans) await scanStep(ports, under, message, item, 4 * minute);
  }
  await settleStep(ports, under, message);
  const { plan } = await planStep(ports, under, message);
  await warnStep(ports, warnPolicy, message, plan);
  for (const item of await loadShards(ports, message.run, 'work')) {
    if (reaps !== 'all' && item.region === reaps) continue;
    for (let pending = 1; pending > 0; ) {
      ({ pending } = await reapStep(ports, reapPolicy, message, item, clock.now() + 13 * minute));
    }
  }
  await beforeEnd?.(message);
  return { message, plan };
}

export async function allSteps(world: World, twist: Twist = {}) {
  const { message, plan } = await stepsToEnd(world, twist);
  const { summary, problems } = await concludeStep(world.ports, twist.under ?? policy, message, plan);
  const outcomes = (await world.ports.runStore.load(message.run, 'outcomes/all')) as Outcome[];
  return { message, summary, problems, outcomes, plan: world.plans.get(plan) };
}

export function populate(world: World): void {
  world.queue('orders', due);
  world.queue('live', { ttl: '2027-01-01' });
  world.queue('typo', { ttl: 'soon' });
  world.queue('watched', due, { account: two });
  world.volume('vol-1a', due, { attachedTo: 'i-1a', region: 'us-east-1' });
  world.instance('i-1a', due, { region: 'us-east-1' });
  world.volume('vol-2b', due, { attachedTo: 'i-2b' });
  world.instance('i-2b', { ttl: '2027-01-01' });
}

/** The end of each ARN, with its outcome. */
export const ends = (outcomes: readonly { arn: string; outcome: string }[]) =>
  outcomes.map(({ arn, outcome }) => `${arn.split(/[:/]/).at(-1)} ${outcome}`).toSorted();

export async function plannedIn({ ports }: World, message: RunMessage): Promise<string> {
  await settleStep(ports, policy, message);
  return (await planStep(ports, policy, message)).plan;
}
