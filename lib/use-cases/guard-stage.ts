import { copiesThatStay } from '../core/guard-copy.ts';
import { type GuardEvent, type GuardMemory, scopeIn } from '../core/guard-memory.ts';
import type { GuardDeed } from '../core/guard-message.ts';
import { keyOfPart, type Part, partsTogether } from '../core/guard-parts.ts';
import type { GuardLack } from '../core/guard-reasons.ts';
import { mayGoOn, type StagePlan } from '../core/guard-steps.ts';
import type { Shard } from '../core/resource.ts';
import { batchesOf } from '../resource-types/batches.ts';
import { changeParts, type PartResult } from './guard-changes.ts';
import type { Copying } from './guard-copies.ts';
import type { GuardPolicy } from './guard-look.ts';
import { planStage } from './guard-plan.ts';
import type { Ports } from './ports.ts';

/** A freeze or a stop of an account, or of one environment of it. */
export interface StageOrder {
  account: string;
  environment?: string;
  stage: 'freeze' | 'stop';
  /** The look that decided it. */
  run: string;
  shards: readonly Shard[];
  /** Asked before each batch of calls: why nothing may be changed any more, in words. */
  obstacle: () => Promise<string | undefined>;
}

export interface StageDone {
  deed: GuardDeed;
  problems: string[];
}

/** So many parts stand in one record of the ledger, and go between two looks at who has said otherwise. */
const partsAtOnce = 100;

/**
 * Carries a stage out. Each change is in the ledger before it is asked for, so that a release finds it wherever this is
 * cut off. What a release or a pause overtakes is left as it is. Throws where the ledger fails.
 */
export async function carryOut(ports: Ports, policy: GuardPolicy, order: StageOrder): Promise<StageDone> {
  const { stage, environment, run } = order;
  const memory = await write(ports, order, [{ kind: 'guard-begun', stage, sweep: run, ...of(environment) }]);
  const progress: Progress = { done: [], copies: [], refused: [], unfinished: [], elsewhere: [], isOpen: false };
  const ended = (plan: StagePlan, problems: readonly string[]) => {
    const stay = copiesThatStay(progress.copies, policy);
    return stageDone(stage, progress, plan, stay === undefined ? problems : [...problems, stay]);
  };
  if (!mayGoOn(memory, environment, stage)) {
    leave(progress, order, memory);
    return ended(nothingPlanned, []);
  }
  const { plan, problems, isRead } = await planStage(ports, policy, order, memory);
  // What denies creations needs none of it.
  if (!isRead) progress.unfinished.push('nothing that stands there could be read: the next sweep tries again');
  const begunBy = scopeIn(memory, environment).begun?.sweep ?? run;
  await changeAll({ ports, policy, order, progress, begunBy }, plan.parts);
  const lacks = [...plan.lacks, ...(problems.length > 0 ? (['partly-unread'] satisfies GuardLack[]) : [])];
  const isWhole = progress.unfinished.length === 0 && !progress.isOpen;
  if (isWhole) await write(ports, order, [{ kind: 'guard-ended', stage, lacks, ...of(environment) }]);
  return ended({ ...plan, lacks }, problems);
}

/** How far a stage has come. */
interface Progress {
  done: Part[];
  copies: { arn: string; type: string; copy: string }[];
  refused: { part: string; why: string }[];
  /** Why the rest was left, in words. */
  unfinished: string[];
  /** The same, where another run has done it. */
  elsewhere: string[];
  /** It is not known what became of a change: the next sweep asks again. */
  isOpen: boolean;
}

const nothingPlanned: StagePlan = { parts: [], left: [], lacks: [], losses: [] };

function of(environment: string | undefined): { environment?: string } {
  return environment === undefined ? {} : { environment };
}

function write(ports: Ports, { account }: StageOrder, events: readonly GuardEvent[]): Promise<GuardMemory> {
  return ports.ledger.recordGuard(account, events, ports.clock.now());
}

/** First what denies creations, so that nothing new comes meanwhile; groups before what runs in none. */
const sequence: Readonly<Record<Part['kind'], number>> = { scp: 0, group: 1, server: 2, database: 3 };

interface Work {
  ports: Ports;
  policy: GuardPolicy;
  order: StageOrder;
  progress: Progress;
  /** By which look the stage was begun, now or before an interruption. */
  begunBy: string;
}

async function changeAll(work: Work, parts: readonly Part[]): Promise<void> {
  const groups = partsTogether(parts.toSorted((a, b) => sequence[a.kind] - sequence[b.kind]));
  for (const batch of groups.flatMap((some) => batchesOf(some, partsAtOnce))) {
    const { ports, order, progress } = work;
    const obstacle = await order.obstacle();
    if (obstacle !== undefined) {
      progress.unfinished.push(obstacle);
      return;
    }
    const parts = await announced(ports, order, batch);
    if (!Array.isArray(parts)) {
      leave(progress, order, parts);
      return;
    }
    await changeBatch(work, parts);
  }
}

/**
 * What is about to be changed is written first; what came between is heard with the same record. Gives the parts as the
 * ledger has them, which knows what was asked for before; or its memory, where the stage does not go on.
 */
async function announced(ports: Ports, order: StageOrder, batch: readonly Part[]): Promise<Part[] | GuardMemory> {
  const { account, environment, stage } = order;
  const before = await ports.ledger.guardMemory(account);
  if (!mayGoOn(before, environment, stage)) return before;
  const memory = await write(ports, order, [{ kind: 'guard-changing', parts: batch }]);
  if (!mayGoOn(memory, environment, stage)) return memory;
  return batch.map((part) => memory.parts[keyOfPart(part)] ?? part);
}

const overtaken = 'a release came between: the rest was left as it is';
const endedElsewhere = 'another run went on with it meanwhile, and has ended it';

/** A sweep and an order may be at the same stage at once; whoever is first with all of it ends it. */
function leave({ unfinished, elsewhere }: Progress, { environment, stage }: StageOrder, memory: GuardMemory): void {
  const isEnded = memory.releasing === undefined && scopeIn(memory, environment).stage === stage;
  if (isEnded) elsewhere.push(endedElsewhere);
  else unfinished.push(overtaken);
}

async function whatCame({ ports, order }: Work): Promise<string | undefined> {
  const { account, environment, stage } = order;
  const obstacle = await order.obstacle();
  if (obstacle !== undefined) return obstacle;
  return mayGoOn(await ports.ledger.guardMemory(account), environment, stage) ? undefined : overtaken;
}

async function changeBatch(work: Work, batch: readonly Part[]): Promise<void> {
  const results = await ask(work, batch);
  const byKey = new Map(results.map((result) => [result.key, result]));
  const events = batch.flatMap((part) => told(work.progress, part, byKey.get(keyOfPart(part))));
  if (events.length > 0) await write(work.ports, work.order, events);
}

async function ask(work: Work, batch: readonly Part[]): Promise<PartResult[]> {
  const { ports, policy, order } = work;
  const [first] = batch;
  if (first === undefined || first.kind === 'scp') {
    return Promise.all(batch.flatMap((part) => (part.kind === 'scp' ? [attach(ports, part)] : [])));
  }
  const shard = { account: order.account, region: first.region };
  return changeParts(ports, shard, policy, batch, copyingOf(work)).catch(({ message }: Error) =>
    batch.map((part) => ({ key: keyOfPart(part), kind: 'transient', why: message })),
  );
}

function copyingOf(work: Work): Copying | undefined {
  const { ports, policy, order, begunBy } = work;
  if (!policy.guard.copy || order.stage !== 'stop') return undefined;
  return { ledger: ports.ledger, run: order.run, stop: begunBy, obstacle: () => whatCame(work) };
}

async function attach({ controlPolicies }: Ports, part: Part & { kind: 'scp' }): Promise<PartResult> {
  const key = keyOfPart(part);
  try {
    await controlPolicies.attach(part.policy, part.account);
    return { key, kind: 'changed' };
  } catch (error) {
    // What AWS did not do for certain may have come about: then it is asked again, and a release finds it.
    const stands = await controlPolicies.attachment(part.policy, part.account).catch(() => undefined);
    if (stands === 'attached') return { key, kind: 'changed' };
    return { key, kind: stands === undefined ? 'transient' : 'refused', why: (error as Error).message };
  }
}

/**
 * What the services answered, for the ledger. What may or may not have come about is written once more: a release that
 * came between has found it as it was, and forgotten it.
 */
function told(progress: Progress, part: Part, result: PartResult | undefined): GuardEvent[] {
  const key = keyOfPart(part);
  if (result?.copy !== undefined && 'type' in part) {
    progress.copies.push({ arn: part.arn, type: part.type, copy: result.copy });
  }
  if (result?.kind === 'changed') {
    progress.done.push(part);
    return [{ kind: 'guard-changed', part }];
  }
  const why = result?.why ?? 'the service gave no answer about it';
  progress.refused.push({ part: key, why });
  if (result?.kind === 'refused' || result?.kind === 'gone') return [{ kind: 'guard-unchanged', part: key, why }];
  progress.isOpen = true;
  return [{ kind: 'guard-changing', parts: [part] }];
}

function stageDone(
  kind: StageOrder['stage'],
  { done, copies, refused, unfinished, elsewhere, isOpen }: Progress,
  { left, lacks, losses }: StagePlan,
  problems: readonly string[],
): StageDone {
  const changed = new Set(done.map(keyOfPart));
  const deed: GuardDeed = {
    kind,
    isFinished: !isOpen && unfinished.length === 0,
    parts: done,
    ...(copies.length > 0 && { copies: copies.map(({ arn, copy }) => ({ arn, copy })) }),
    refused,
    left,
    lacks,
    losses: losses.filter(({ arn }) => changed.has(arn)),
    differs: [],
  };
  return { deed, problems: [...unfinished, ...elsewhere, ...problems] };
}
