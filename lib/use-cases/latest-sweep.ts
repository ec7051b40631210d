import * as z from 'zod';
import { heartbeatKey } from '../core/make-report.ts';
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

/** Keeps a sweep as the newest one, and counts it. Throws nothing: a sweep has ended also where this fails. */
export async function markLatest(
  ports: Pick<Ports, 'runStore' | 'ledger'>,
  sweep: { run: string; plan: string; at: Instant },
): Promise<{ counted: { since: Instant; sweeps: number }; problems: string[] }> {
  const problems: string[] = [];
  const told = await ports.ledger.toldAt([heartbeatKey]).then(
    (all) => all.get(heartbeatKey),
    () => undefined,
  );
  const counted = await loadLatest(ports).then(
    (before) => countWith(before, sweep, told),
    ({ message }: Error) => {
      problems.push(`the sweeps of the day are counted anew, because the latest one can't be read: ${message}`);
      return { since: sweep.at, sweeps: 1 };
    },
  );
  await ports.runStore.save('latest', 'sweep', { ...sweep, ...counted } satisfies LatestSweep).catch((error: Error) => {
    problems.push(`names in Slack are those of an earlier sweep, because this one can't be kept: ${error.message}`);
  });
  return { counted, problems };
}

/** A step that is tried again counts its sweep once. */
function countWith(before: LatestSweep | undefined, { run, at }: { run: string; at: Instant }, told: Instant = 0) {
  if (before === undefined) return { since: at, sweeps: 1 };
  if (told > before.since && before.run !== run) return { since: told, sweeps: 1 };
  return { since: before.since, sweeps: before.run === run ? before.sweeps : before.sweeps + 1 };
}
