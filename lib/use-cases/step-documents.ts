import * as z from 'zod';
import type { PlannedDecision } from '../core/plan.ts';
import { type Action, actionOf, type Reason, reasons } from '../core/reasons.ts';
import type { Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import type { Outcome, OutcomeKind } from './outcome.ts';
import type { Ports } from './ports.ts';
import type { ShardScan } from './scan-shard.ts';

/** What one shard has to remove, and where the reaping of it stands. */
export interface ShardWork {
  plannedAt: Instant;
  removals: PlannedDecision[];
  /** Steps of idle servers; each is done once. */
  servers: PlannedDecision[];
  /** ARNs that this run found gone before it removed anything. */
  settled: string[];
  outcomes: Outcome[];
}

type Store = Pick<Ports, 'runStore'>;

const actions: readonly Action[] = ['keep', 'hold', 'warn', 'remove', 'copy', 'stop'];
const text = z.string().optional();

const decision = z
  .looseObject({
    arn: z.string(),
    type: z.string(),
    account: z.string(),
    region: z.string(),
    action: z.enum(actions),
    reason: z.enum(Object.keys(reasons) as [Reason, ...Reason[]]),
    expiresAt: z.number().optional(),
    idleAt: z.number().optional(),
    detail: text,
    name: text,
    owner: text,
    environment: text,
    stack: text,
    managedBy: text,
    copyOf: text,
    changed: text,
    monthlyUsd: z.number().optional(),
    stoppedMonthlyUsd: z.number().optional(),
    decidedOn: z.record(z.string(), z.string()),
  })
  .refine(({ action, reason }) => action === actionOf(reason), 'its reason never has this action');

const outcomes = z.array(
  z.looseObject({
    arn: z.string(),
    type: z.string(),
    action: z.enum(actions),
    outcome: z.enum([
      'removed',
      'gone',
      'warned',
      'copied',
      'stopped',
      'waiting',
      'blocked',
      'changed',
      'failed',
      'skipped',
    ] satisfies OutcomeKind[]),
    detail: text,
    replaced: z.literal(true).optional(),
    unfinished: z.literal(true).optional(),
    unrecorded: z.literal(true).optional(),
    expiresAt: z.number().optional(),
    startedAgain: z.literal(true).optional(),
    monthlyUsd: z.number().optional(),
    stoppedMonthlyUsd: z.number().optional(),
  }),
);

const scan = z.looseObject({
  shard: z.looseObject({ account: z.string(), region: z.string(), scanned: z.number(), error: text }),
  decisions: z.array(decision),
});

const work = z.looseObject({
  plannedAt: z.number(),
  removals: z.array(decision),
  servers: z.array(decision).default([]),
  settled: z.array(z.string()),
  outcomes,
});

/** The name under which a step keeps what it knows of one shard. */
export function shardName(step: 'scans' | 'reap', { account, region }: Shard): string {
  return `${step}/${account}-${region}`;
}

/** What the scan of a shard found; `undefined` where it left nothing behind. Throws for what is no scan of it. */
export async function loadScan(store: Store, run: string, shard: Shard): Promise<ShardScan | undefined> {
  const name = shardName('scans', shard);
  const found = await load(store, run, name, scan);
  if (found === undefined) return undefined;
  const { account, region } = found.shard;
  if (account !== shard.account || region !== shard.region) {
    throw new Error(`${name} of the run ${run} is of ${account} in ${region}`);
  }
  return { ...found, sightings: [] } as ShardScan;
}

/** The work of a shard. Throws where it is missing or is no work. */
export async function loadWork(store: Store, run: string, shard: Shard): Promise<ShardWork> {
  const name = shardName('reap', shard);
  const found = await load(store, run, name, work);
  if (found === undefined) throw new Error(`the run store has no work ${name} of the run ${run}`);
  return found as ShardWork;
}

/** The outcomes of a whole run; none where none are saved. Throws for what is no list. */
export async function loadOutcomes(store: Store, run: string): Promise<Outcome[]> {
  return ((await load(store, run, 'outcomes/all', outcomes)) ?? []) as Outcome[];
}

/** What a step that is not cut into shards did. `lost` says, in words, that a part of it can't be read. */
export interface EarlyOutcomes {
  outcomes: Outcome[];
  lost?: string;
}

/** A list alone, where nothing is known to be lost. */
const early = z.preprocess(
  (document) => (Array.isArray(document) ? { outcomes: document } : document),
  z.looseObject({ outcomes, lost: text }),
);

/** What the step left; nothing where it saved none. A list that can't be read costs no more than that list. */
export async function loadEarly(store: Store, run: string, step: 'settled' | 'warned'): Promise<EarlyOutcomes> {
  try {
    return ((await load(store, run, `outcomes/${step}`, early)) ?? { outcomes: [] }) as EarlyOutcomes;
  } catch (error) {
    const did = step === 'settled' ? 'what the run found of earlier removals' : 'whom the run warned';
    return { outcomes: [], lost: `${did} can't be read, the ledger has it: ${(error as Error).message}` };
  }
}

/** Saves what the step did; what is known to be lost of it stays said. */
export async function saveEarly(
  { runStore }: Store,
  run: string,
  step: 'settled' | 'warned',
  { outcomes: did, lost }: EarlyOutcomes,
): Promise<void> {
  await runStore.save(run, `outcomes/${step}`, lost === undefined ? did : { outcomes: did, lost });
}

const planMade = z.looseObject({ plan: z.string() });

/** The id of the plan of a run; `undefined` where it has none. */
export async function loadPlanId(store: Store, run: string): Promise<string | undefined> {
  return (await load(store, run, 'plan', planMade))?.plan;
}

async function load<T>({ runStore }: Store, run: string, name: string, shape: z.ZodType<T>): Promise<T | undefined> {
  const document = await runStore.load(run, name);
  if (document === undefined) return undefined;
  const parsed = shape.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') || 'as a whole';
  throw new Error(`${name} of the run ${run} has not the shape of its step: ${place}: ${issue?.message}`);
}
