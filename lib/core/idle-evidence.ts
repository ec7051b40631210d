import type { Words } from './answer.ts';
import type { Event } from './history.ts';
import { idleAtOf, type SeenServer, standsSince } from './idle.ts';
import type { IdleMemory, RememberedCopy } from './idle-memory.ts';
import type { Policy } from './policy.ts';
import type { CopyState, MetricName } from './server.ts';
import { metricsLookBack } from './server.ts';
import { day, type Instant } from './time.ts';

type IdlePolicy = NonNullable<Policy['idle']>;

/**
 * CloudTrail is asked before anything is done about a server that seems idle. Until then its time is counted from what
 * its service shows, which is the earliest that anything can happen.
 */
export function clockOf({ memory, unasked }: SeenServer, { cloudTrail }: Pick<IdlePolicy, 'cloudTrail'>): IdleMemory {
  const isToCome = memory.trail === undefined && unasked === undefined && cloudTrail !== 'off';
  return isToCome ? { ...memory, trail: { at: memory.sightedAt } } : memory;
}

/** The last change of a server that is known of; without an instant where only the words are known. */
function lastChangeOf({ lastChange, changedAt, since, from, sightedAt }: IdleMemory): {
  words: string;
  at?: Instant;
} {
  if (lastChange !== undefined) return { words: lastChange, ...(changedAt !== undefined && { at: changedAt }) };
  // Where the service shows no instant at all, the clock began when it was seen first: that is no change.
  return since === sightedAt ? { words: 'none seen' } : { words: from, at: since };
}

/** The same as words: when, and what. */
export function lastChangeInWords(memory: IdleMemory): Words {
  const { words, at } = lastChangeOf(memory);
  return at === undefined ? [words] : [{ at }, `: ${words}`];
}

/** What was read besides for one server. */
export interface MoreEvidence {
  /** It tells who postponed it. */
  history?: readonly Event[] | undefined;
  /** How far its copies are by their service's word of just now, by their ids. */
  copyStates?: ReadonlyMap<string, CopyState> | undefined;
}

/** All that speaks for a server being idle or not, a line each. */
export function idleEvidence(seen: SeenServer, idle: IdlePolicy, more: MoreEvidence = {}): Words[] {
  const { memory } = seen;
  const { history = [], copyStates } = more;
  return [
    unchanged(clockOf(seen, idle)),
    trailInWords(memory, idle),
    ...metricsInWords(seen.metrics, idle),
    ...memory.copies.map((copy) => copyInWords(copy, copyStates?.get(copy.id))),
    ...failuresInWords(memory),
    ...warningsInWords(memory, idle),
    ...postponementInWords(memory, history),
    ...stopInWords(memory),
  ];
}

function unchanged(memory: IdleMemory): Words {
  const at = standsSince(memory);
  if (at === memory.since) return ['configuration unchanged since ', { at }, ` (${memory.from})`];
  const shown: Words = [', when Mayfly saw it first; its service shows nothing later than ', { at: memory.since }];
  return ['configuration unchanged since ', { at }, ...shown, ` (${memory.from})`];
}

function trailInWords({ trail }: IdleMemory, { cloudTrail }: IdlePolicy): Words {
  if (trail?.unreadable !== undefined) {
    return ['CloudTrail could not be asked ', { at: trail.at }, `: ${trail.unreadable}`];
  }
  if (trail !== undefined) return ['CloudTrail was asked ', { at: trail.at }, ' and knows of no later change'];
  if (cloudTrail === 'off') return ['CloudTrail is off in the policy'];
  return ['CloudTrail was not asked yet: it is when nothing else speaks for the server'];
}

/** What metrics are called, and their units. */
const metricWords: Readonly<Record<MetricName, { name: string; unit: string }>> = {
  cpuPeak: { name: 'CPU peak', unit: '%' },
  networkMbPerDay: { name: 'network', unit: ' MB a day' },
  connections: { name: 'connections', unit: '' },
};

function metricsInWords(metrics: SeenServer['metrics'], idle: IdlePolicy): Words[] {
  if (metrics === undefined) return [['its metrics were not asked for yet']];
  const wanted = idle.requireMetrics ? '' : '; the policy does without them';
  if (typeof metrics === 'string') return [[`its metrics are missing: ${metrics}${wanted}`]];
  const [known, missing] = 'missing' in metrics ? [metrics.known, metrics.missing] : [metrics, undefined];
  const peaks = (Object.keys(metricWords) as MetricName[]).flatMap((metric) => {
    const value = known[metric];
    const { name, unit } = metricWords[metric];
    if (value === undefined) return [];
    return [`${name} ${Math.round(value * 10) / 10}${unit} (idle up to ${idle[metric]}${unit})`];
  });
  const days = metricsLookBack / day;
  return [
    ...(peaks.length === 0 ? [] : [[`the highest of ${days} days: ${peaks.join(', ')}`]]),
    ...(missing === undefined ? [] : [[`metrics that are missing: ${missing}${wanted}`]]),
  ];
}

/** One copy and how far it is: by its service's word of just now where that was asked, else by the ledger. */
export function copyInWords({ id, requestedAt, verifiedAt }: RememberedCopy, state?: CopyState): Words {
  const begun: Words = [`copy ${id} begun `, { at: requestedAt }];
  if (state?.kind === 'gone') return [...begun, ': it is not there any more'];
  if (state?.kind === 'incomplete') return [...begun, `: ${state.why}`];
  if (state?.kind === 'unreadable') return [...begun, `: it can't be read: ${state.why}`];
  if (verifiedAt !== undefined) return [...begun, ', found complete ', { at: verifiedAt }];
  return [...begun, state?.kind === 'complete' ? ', complete' : ', not complete yet'];
}

function failuresInWords({ failures, lastFailure }: IdleMemory): Words[] {
  if (failures === 0 || lastFailure === undefined) return [];
  const times = failures === 1 ? 'its copy failed' : `its copies failed ${failures} times in a row, the last`;
  return [[`${times} `, { at: lastFailure.at }, `: ${lastFailure.why}`]];
}

function warningsInWords(memory: IdleMemory, idle: IdlePolicy): Words[] {
  const idleAt = idleAtOf(memory, idle);
  const about = memory.receipts.filter((receipt) => receipt.idleAt === idleAt);
  return about.map(({ at }): Words => ['its owner was warned ', { at }, ' that it is idle on ', { at: idleAt }]);
}

function postponementInWords({ postponedTo }: IdleMemory, history: readonly Event[]): Words[] {
  if (postponedTo === undefined) return [];
  const order = history.findLast((event) => event.kind === 'postponed');
  if (order?.kind !== 'postponed') return [['postponed: not idle before ', { at: postponedTo }]];
  const why = order.reason === undefined ? '' : `: ${order.reason}`;
  return [['postponed by ', order.by, ' ', { at: order.at }, ': not idle before ', { at: postponedTo }, why]];
}

function stopInWords({ stopped }: IdleMemory): Words[] {
  if (stopped === undefined) return [];
  const { at, wakesAt, expiresAt, keepsOwnDate } = stopped;
  const wakes: Words = wakesAt === undefined ? [] : ['; its service starts it again ', { at: wakesAt }];
  const given: Words = expiresAt === undefined ? [] : ['; its expiry was set to ', { at: expiresAt }];
  const dated: Words = keepsOwnDate ? ['; it keeps a later expiry of its own'] : given;
  return [['stopped by Mayfly ', { at }, ...wakes, ...dated]];
}
