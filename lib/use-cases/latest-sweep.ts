import * as z from 'zod';
import { heartbeatKey } from '../core/sweep-report.ts';
import type { Instant } from '../core/time.ts';
import type { Ports } from './ports.ts';

const latestSweep = z.object({
  run: z.string(),
  /** The id of its plan. */
  plan: z.string(),
  at: z.number(),
  /** Sweeps that ended since the last heartbeat. */
  since: z.number(),
  sweeps: z.number(),
});

/** The newest sweep of all accounts and regions that has ended. */
export type LatestSweep = z.infer<typeof latestSweep>;

/** `undefined` before the first one. Throws where it can't be read. */
export async function loadLatest({ runStore }: Pick<Ports, 'runStore'>): Promise<LatestSweep | undefined> {
  const document = await runStore.load('latest', 'sweep');
  return document === undefined ? undefined : latestSweep.parse(document);
}

/**
 * Keeps a sweep as the newest one, and counts it: how many there were since the last heartbeat, this one among them.
 * Throws nothing: a sweep has ended also where this fails. One that is told late is no news, and counts nothing.
 */
export async function markLatest(
  ports: Pick<Ports, 'runStore' | 'ledger'>,
  sweep: { run: string; plan: string; at: Instant },
): Promise<{ counted?: { since: Instant; sweeps: number }; problems: string[] }> {
  const problems: string[] = [];
  const failed = (what: string) => (error: Error) => void problems.push(`${what}: ${error.message}`);
  const told = await ports.ledger.toldAt([heartbeatKey]).catch(failed('when the last heartbeat was is not known'));
  const before = await loadLatest(ports).catch(failed("sweeps are counted anew, because the latest one can't be read"));
  if (before !== undefined && before.run !== sweep.run && before.at > sweep.at) return { problems };
  const counted = countWith(before, sweep, told?.get(heartbeatKey));
  const latest: LatestSweep = { ...sweep, ...counted };
  const unsaved = failed("names in Slack are those of an earlier sweep, because this one can't be kept");
  await ports.runStore.save('latest', 'sweep', latest).catch(unsaved);
  return { counted, problems };
}

/** A step that is tried again counts its sweep once. */
function countWith(
  before: LatestSweep | undefined,
  { run, at }: { run: string; at: Instant },
  told: Instant = Number.NEGATIVE_INFINITY,
) {
  if (before === undefined) return { since: at, sweeps: 1 };
  if (before.run === run) return { since: before.since, sweeps: before.sweeps };
  return told > before.since ? { since: told, sweeps: 1 } : { since: before.since, sweeps: before.sweeps + 1 };
}
