import { type Duration, minute, toIso } from '../core/time.ts';
import type { Ports } from './ports.ts';

/** The run could not start; nothing was changed. */
export class CouldNotStart extends Error {
  override name = 'CouldNotStart';
}

const leaseLasts: Duration = minute;
const renewEvery: Duration = 15_000;

/** Holds the lease while `work` runs, and gives it back. Throws `CouldNotStart` where another run holds it. */
export async function withLease<T>(
  { ledger, clock }: Ports,
  run: string,
  work: (fence: number) => Promise<T>,
): Promise<T> {
  const lease = await ledger.acquireLease(run, leaseLasts);
  if (!lease.ok) {
    throw new CouldNotStart(
      `another run (${lease.holder}) holds the lease until ${toIso(lease.until)}: wait for it to end, then start again`,
    );
  }
  const done = new AbortController();
  const renewal = renew({ ledger, clock }, run, lease.fence, done.signal);
  try {
    return await work(lease.fence);
  } finally {
    done.abort();
    await renewal;
    // One that can't be given back ends by itself; what the run has done is told all the same.
    await ledger.releaseLease(run, lease.fence).catch(() => undefined);
  }
}

/** A lost lease is not an error here: the gate before the next batch sees it. */
async function renew(
  { ledger, clock }: Pick<Ports, 'ledger' | 'clock'>,
  run: string,
  fence: number,
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    await clock.sleep(renewEvery, signal);
    if (signal.aborted) return;
    // A ledger that is busy for a moment is asked again in time: the lease lasts four renewals.
    const isMine = await ledger.renewLease(run, fence, leaseLasts).catch(() => true);
    if (!isMine) return;
  }
}
