import * as z from 'zod';
import type { Held } from './limits.ts';
import type { Plan, PlannedDecision, ScannedShard } from './plan.ts';
import { actionOf, type Reason, reasons } from './reasons.ts';
import { toIso } from './time.ts';

const tags = z.record(z.string(), z.string());
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const decisionSchema = z.object({
  arn: z.string(),
  type: z.string(),
  account: z.string(),
  region: z.string(),
  action: z.enum(['keep', 'hold', 'warn', 'remove', 'copy', 'stop']),
  reason: z.enum(Object.keys(reasons) as [Reason, ...Reason[]]),
  detail: z.string().optional(),
  expiresAt: instant.optional(),
  idleAt: instant.optional(),
  name: z.string().optional(),
  owner: z.string().optional(),
  environment: z.string().optional(),
  monthlyUsd: z.number().optional(),
  stoppedMonthlyUsd: z.number().optional(),
  stack: z.string().optional(),
  managedBy: z.string().optional(),
  copyOf: z.string().optional(),
  changed: z.string().optional(),
  decidedOn: tags.default({}),
});

const planSchema = z.object({
  id: z.string(),
  now: instant,
  mode: z.enum(['dry-run', 'enforce']),
  shards: z.array(
    z.object({
      account: z.string(),
      region: z.string(),
      scanned: z.number(),
      observed: z.literal(true).optional(),
      error: z.string().optional(),
    }),
  ),
  decisions: z.array(decisionSchema),
  held: z.array(
    z.object({
      limit: z.enum(['removalsPerRun', 'removalsPerAccount', 'shareOfTracked', 'monthlyUsd', 'stopsPerRun']),
      allowed: z.number(),
      wanted: z.number(),
      unknown: z.number().optional(),
      account: z.string().optional(),
    }),
  ),
  tracked: z.record(z.string(), z.number()),
  hash: z.string(),
});

/**
 * The JSON form of a plan, as files, the run store and `--json` show it. Keep decisions are left out unless asked for;
 * the run store has them all, because people ask by name for what a sweep saw.
 */
export function planDocument(plan: Plan, { all }: { all: boolean }) {
  const { id, now, mode, shards, decisions, held, tracked, hash } = plan;
  return {
    id,
    now: toIso(now),
    mode,
    shards,
    decisions: decisions.filter(({ action }) => all || action !== 'keep').map(decisionDocument),
    held,
    tracked,
    off: countOff(decisions),
    hash,
  };
}

/**
 * What was found with an expiry tag and left alone, by type: Mayfly does not know it, or the policy does not list it.
 */
function countOff(decisions: readonly PlannedDecision[]): Record<string, number> {
  const off = decisions.filter(({ reason }) => reason === 'type-off');
  return Object.fromEntries([...Map.groupBy(off, ({ type }) => type)].map(([type, some]) => [type, some.length]));
}

function decisionDocument({ expiresAt, idleAt, ...decision }: PlannedDecision) {
  return {
    ...decision,
    ...(expiresAt !== undefined && { expiresAt: toIso(expiresAt) }),
    ...(idleAt !== undefined && { idleAt: toIso(idleAt) }),
  };
}

/** Reads a plan back. Throws a zod error that names the place where the document is not a plan. */
export function readPlanDocument(document: unknown): Plan {
  const plan = planSchema.parse(document);
  for (const { arn, action, reason } of plan.decisions) {
    if (action !== actionOf(reason) && reason !== 'account-observed')
      throw new Error(`${arn}: ${reason} is never ${action}`);
  }
  return {
    ...plan,
    shards: plan.shards as ScannedShard[],
    decisions: plan.decisions as PlannedDecision[],
    held: plan.held as Held[],
  };
}
