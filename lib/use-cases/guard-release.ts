import type { GuardEvent, GuardMemory } from '../core/guard-memory.ts';
import type { GuardDeed } from '../core/guard-message.ts';
import { keyOfPart, type Part, partsTogether } from '../core/guard-parts.ts';
import { type Present, releasePlan, type Undo, undo } from '../core/guard-release.ts';
import { type Duration, minute } from '../core/time.ts';
import { type PartResult, presentParts, takeBack } from './guard-changes.ts';
import type { GuardPolicy } from './guard-look.ts';
import type { StageDone } from './guard-stage.ts';
import type { Ports } from './ports.ts';

export interface ReleaseOrder {
  account: string;
  /** Who wants it. Absent: an earlier release goes on. */
  by?: string;
  /** It has left the organization: nothing there can be reached. */
  isGone?: true;
  /** How long it waits for servers that are still stopping. What is left then the next sweep takes back. */
  patience?: Duration;
}

const patienceAtOnce: Duration = 2 * minute;
const pause: Duration = 10_000;

/**
 * Takes back all that the guard did in an account, in order; what was interrupted goes on. Each part by itself, so that
 * one that can't be taken back holds up no other. Throws where the ledger fails.
 */
export async function releaseAccount(ports: Ports, policy: GuardPolicy, order: ReleaseOrder): Promise<StageDone> {
  const { ledger, clock } = ports;
  const { account, by } = order;
  let memory =
    by === undefined
      ? await ledger.guardMemory(account)
      : await ledger.recordGuard(account, [{ kind: 'guard-release-begun', by }], clock.now());
  const until = clock.now() + (order.patience ?? patienceAtOnce);
  const taken: Taken = { back: new Map(), differs: [], failed: new Map() };
  while (Object.keys(memory.parts).length > 0) {
    memory = await round(ports, policy, order, memory, taken);
    if (Object.keys(memory.parts).length === 0 || !taken.waits || clock.now() >= until) break;
    await clock.sleep(pause);
  }
  return { deed: deedOf(memory, taken), problems: [] };
}

/** What a release has come to. */
interface Taken {
  back: Map<string, Part>;
  differs: { part: string; says: string }[];
  failed: Map<string, string>;
  /** Something may be ready to be taken back within minutes. */
  waits?: boolean;
}

function deedOf({ parts }: GuardMemory, { back, differs, failed }: Taken): GuardDeed {
  const open = Object.keys(parts);
  return {
    kind: 'release',
    isFinished: open.length === 0,
    parts: [...back.values()],
    refused: open.map((part) => ({ part, why: failed.get(part) ?? 'it came while the release was under way' })),
    left: [],
    lacks: [],
    losses: [],
    differs,
  };
}

/** Every part is tried once, kind by kind in the order of the plan. */
async function round(
  ports: Ports,
  policy: GuardPolicy,
  order: ReleaseOrder,
  memory: GuardMemory,
  taken: Taken,
): Promise<GuardMemory> {
  taken.waits = false;
  let after = memory;
  for (const parts of partsTogether(releasePlan(memory).map(({ part }) => part))) {
    const events = await takeBackTogether(ports, policy, order, parts, taken);
    if (events.length > 0) after = await ports.ledger.recordGuard(order.account, events, ports.clock.now());
  }
  return after;
}

/** Parts of one kind and region. */
async function takeBackTogether(
  ports: Ports,
  policy: GuardPolicy,
  order: ReleaseOrder,
  parts: readonly Part[],
  taken: Taken,
): Promise<GuardEvent[]> {
  const present = await standingNow(ports, order, parts);
  const undone = parts.map((part) => {
    const key = keyOfPart(part);
    return { key, part, undo: undo(part, present.get(key) ?? unanswered) };
  });
  const results = await carryOut(ports, policy, order, undone);
  return undone.flatMap((one) => eventsOf(one, results.get(one.key), taken));
}

const unanswered: Present = { kind: 'unreadable', why: 'nothing was answered about it' };
const left: Present = {
  kind: 'gone',
  says: 'its account has left the organization, or is suspended: nothing there can be reached',
};

async function standingNow(
  ports: Ports,
  { account, isGone }: ReleaseOrder,
  parts: readonly Part[],
): Promise<ReadonlyMap<string, Present>> {
  const [first] = parts;
  if (first === undefined) return new Map();
  // An account that is only suspended may come back: what is attached to it is known to the organization.
  if (first.kind === 'scp') {
    const all = parts.map(async (part) => [keyOfPart(part), await attachment(ports, part)] as const);
    return new Map(await Promise.all(all));
  }
  if (isGone) return new Map(parts.map((part) => [keyOfPart(part), left]));
  return presentParts(ports, { account, region: first.region }, parts).catch(
    ({ message }: Error) => new Map(parts.map((part) => [keyOfPart(part), { kind: 'unreadable', why: message }])),
  );
}

async function attachment({ controlPolicies }: Ports, part: Part): Promise<Present> {
  if (part.kind !== 'scp') return unanswered;
  try {
    const found = await controlPolicies.attachment(part.policy, part.account);
    if (found === 'gone') return left;
    return { kind: 'scp', attached: found === 'attached' };
  } catch (error) {
    return { kind: 'unreadable', why: (error as Error).message };
  }
}

interface Undone {
  key: string;
  part: Part;
  undo: Undo;
}

async function carryOut(
  ports: Ports,
  policy: GuardPolicy,
  { account }: ReleaseOrder,
  undone: readonly Undone[],
): Promise<Map<string, PartResult>> {
  const work = undone.filter((one) => one.undo.kind === 'start' || one.undo.kind === 'resize');
  const detached = undone.flatMap((one) => (one.undo.kind === 'detach' ? [detach(ports, one.key, one.undo)] : []));
  const [first] = work;
  const region = first?.part.kind === 'scp' ? undefined : first?.part.region;
  const failed = ({ message }: Error): PartResult[] =>
    work.map(({ key }) => ({ key, kind: 'transient', why: message }));
  const results = region === undefined ? [] : await takeBack(ports, { account, region }, policy, work).catch(failed);
  return new Map([...results, ...(await Promise.all(detached))].map((result) => [result.key, result]));
}

async function detach(
  { controlPolicies }: Ports,
  key: string,
  { policy, account }: Undo & { kind: 'detach' },
): Promise<PartResult> {
  try {
    await controlPolicies.detach(policy, account);
    return { key, kind: 'changed' };
  } catch (error) {
    return { key, kind: 'refused', why: (error as Error).message };
  }
}

function eventsOf({ key, part, undo: { kind, ...about } }: Undone, result: PartResult | undefined, taken: Taken) {
  const released = (differs?: string): GuardEvent[] => {
    taken.failed.delete(key);
    if (differs === undefined) taken.back.set(key, part);
    else taken.differs.push({ part: key, says: differs });
    return [{ kind: 'guard-released', part: key, ...(differs !== undefined && { differs }) }];
  };
  const failed = (why: string, waits: boolean): GuardEvent[] => {
    taken.waits ||= waits;
    const isKnown = part.failure === why;
    taken.failed.set(key, why);
    return isKnown ? [] : [{ kind: 'guard-release-failed', part: key, why }];
  };
  if (kind === 'nothing') return released();
  if ('says' in about) return released(about.says);
  if ('why' in about) return failed(about.why, true);
  if (result?.kind === 'changed') return released();
  if (result?.kind === 'gone') return released(result.why);
  return failed(result?.why ?? 'the service gave no answer about it', result?.kind !== 'refused');
}
