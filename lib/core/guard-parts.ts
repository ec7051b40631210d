import type { ChangingStage, GuardMemory } from './guard-memory.ts';
import type { Instant } from './time.ts';

/** Of an Auto Scaling group. */
export interface Sizes {
  min: number;
  desired: number;
  max: number;
}

/** One thing that the guard changes, with what it was before. */
export type Part = PartState &
  (
    | { kind: 'scp'; account: string; policy: string }
    | GroupPart
    /** It ran before. `identity` tells it from a later one of its name. */
    | { kind: 'server' | 'database'; arn: string; type: string; region: string; identity?: string }
  );

interface GroupPart {
  kind: 'group';
  arn: string;
  region: string;
  before: Sizes;
  /** The maximum that a freeze gave it. */
  cap?: number;
  /** A stop made all its sizes zero. */
  zero?: true;
}

interface PartState {
  stage: ChangingStage;
  /** The service confirmed it; absent: it was about to be asked for, and what came of that is not known. */
  isDone?: true;
  /** It was asked for more than once, so that a refusal says nothing of the times before. */
  isAgain?: true;
  /** Why it could not be taken back, last time. */
  failure?: string;
}

/** What happens to a part. */
export type PartChange =
  /** Written before the calls, so that what a run that is killed in between has changed is known. */
  | { kind: 'guard-changing'; parts: readonly Part[] }
  /** As a whole: where a release overtook the call, it is to be taken back once more. */
  | { kind: 'guard-changed'; part: Part }
  /** The service refused it: it is as it was before it was asked. */
  | { kind: 'guard-unchanged'; part: string; why: string }
  /** `differs`: in what it is not as it was before, in words. */
  | { kind: 'guard-released'; part: string; differs?: string }
  /** It is tried again. */
  | { kind: 'guard-release-failed'; part: string; why: string };

/** Tells parts from each other; the same for the same thing. */
export function keyOfPart(part: Part): string {
  return part.kind === 'scp' ? `scp ${part.policy} ${part.account}` : part.arn;
}

/** Parts in groups that one service in one region is asked about: of one kind and region, in their order. */
export function partsTogether(parts: readonly Part[]): Part[][] {
  const groups = Map.groupBy(parts, (part) => JSON.stringify([part.kind, part.kind === 'scp' ? '' : part.region]));
  return [...groups.values()];
}

/** The memory after a part was changed, or taken back. */
export function rememberPart(memory: GuardMemory, event: PartChange): GuardMemory {
  switch (event.kind) {
    case 'guard-changing': {
      const known = { ...memory.parts };
      for (const part of event.parts) {
        const key = keyOfPart(part);
        known[key] = joined(known[key], part);
      }
      return { ...memory, parts: known };
    }
    case 'guard-changed':
      return { ...memory, parts: { ...memory.parts, [keyOfPart(event.part)]: { ...event.part, isDone: true } } };
    case 'guard-unchanged':
      return changePart(memory, event.part, unchanged);
    case 'guard-release-failed':
      return changePart(memory, event.part, (part) => ({ ...part, failure: event.why }));
    case 'guard-released': {
      const { [event.part]: part, ...parts } = memory.parts;
      if (part === undefined) return memory;
      const { differs } = event;
      return {
        ...memory,
        parts,
        ...(differs !== undefined && { differs: [...memory.differs, { part: event.part, says: differs }] }),
      };
    }
    default:
      return event satisfies never;
  }
}

/**
 * What is asked for once more keeps what it was before the first time. A group that is stopped after it was frozen
 * keeps the cap, by which it is known if the stop never came about.
 */
function joined(known: Part | undefined, part: Part): Part {
  if (known === undefined) return part;
  if (known.kind !== 'group' || part.kind !== 'group' || known.zero) return { ...known, isAgain: true };
  if (!part.zero) return { ...known, ...(part.cap !== undefined && largerCap(known, part.cap)), isAgain: true };
  return known.cap === undefined ? part : { cap: known.cap, ...part };
}

/** What was not done before may have grown out of it. */
function largerCap({ cap = 0, isDone }: GroupPart & PartState, asked: number): { cap?: number } {
  return isDone || asked <= cap ? {} : { cap: asked };
}

/** A refused stop of a frozen group leaves it frozen. */
function unchanged(part: Part): Part | undefined {
  if (part.isAgain || part.isDone) return part;
  if (part.kind !== 'group' || part.zero === undefined || part.cap === undefined) return undefined;
  const { zero: _, ...rest } = part;
  return { ...rest, stage: 'freeze', isDone: true };
}

function changePart(memory: GuardMemory, key: string, to: (part: Part) => Part | undefined): GuardMemory {
  const { [key]: part, ...others } = memory.parts;
  if (part === undefined) return memory;
  const next = to(part);
  return { ...memory, parts: next === undefined ? others : { ...others, [key]: next } };
}

/**
 * A release ends with its last part. The stages begin anew, and what stood there before is no news for a while. A part
 * that a run changed after that is an unfinished release again.
 */
export function finishRelease(memory: GuardMemory, at: Instant): GuardMemory {
  const { releasing, ...rest } = memory;
  if (releasing === undefined || Object.keys(memory.parts).length > 0) return memory;
  const scopes = Object.entries(memory.scopes).map(([key, { usdPerHour, accepted }]) => {
    const known = usdPerHour === undefined ? accepted : { at, usdPerHour };
    return [key, { stage: 'none' as const, passed: [], ...(known && { accepted: known }) }] as const;
  });
  return { ...rest, scopes: Object.fromEntries(scopes), released: { by: releasing.by, at } };
}
