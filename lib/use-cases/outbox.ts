import * as z from 'zod';
import type { SweepReport } from '../core/sweep-report.ts';
import { type Instant, week } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Ports } from './ports.ts';
import type { Delivery } from './ports-people.ts';

/** A report on its way, and the keys of what it tells. */
export interface Outgoing {
  run: string;
  since: Instant;
  report: SweepReport;
  keys: readonly string[];
}

type Outside = Pick<Ports, 'ledger' | 'runStore' | 'messenger' | 'clock'>;

const stored = z.object({
  report: z.looseObject({ run: z.string(), at: z.number(), lost: z.number().optional() }),
  keys: z.array(z.string()),
});

const documentsAtOnce = 8;

/** That the report of a run has arrived: it is told once, whatever is tried again. */
export function arrivedKey(run: string): string {
  return `report/${run}`;
}

/**
 * Keeps a report before it is sent, so that it is not lost where the sending fails or this process ends. Throws where
 * it can't be kept.
 */
export async function keepReport({ ledger, runStore }: Outside, outgoing: Outgoing): Promise<void> {
  const { run, since, report, keys } = outgoing;
  await runStore.save(run, 'report', { report, keys });
  await ledger.postpone(run, since);
}

export interface Outbox {
  /** The oldest first. */
  waiting: Outgoing[];
  /** Runs whose reports are given up: a week old, or no report any more. */
  givenUp: string[];
  /** How many reports that makes, with those that they would have named as lost themselves. */
  lost: number;
  problems: string[];
}

/** What has not arrived yet. */
export async function openOutbox(ports: Outside): Promise<Outbox> {
  const { ledger, clock } = ports;
  const entries = await ledger.undelivered();
  const keys = entries.map(({ run }) => arrivedKey(run));
  const arrived = keys.length === 0 ? new Map<string, Instant>() : await ledger.toldAt(keys);
  const outbox: Outbox = { waiting: [], givenUp: [], lost: 0, problems: [] };
  const found = await inParallel(entries, documentsAtOnce, async ({ run, since }) => {
    if (arrived.has(arrivedKey(run))) return ledger.forgetPostponed(run).catch(() => undefined);
    const document = await ports.runStore.load(run, 'report').catch((error: Error) => error);
    const parsed = stored.safeParse(document);
    const isOld = since <= clock.now() - week;
    if (!parsed.success || isOld) {
      if (document instanceof Error && !isOld) {
        outbox.problems.push(`the report of the run ${run} waits, because it can't be read: ${document.message}`);
        return;
      }
      outbox.givenUp.push(run);
      outbox.lost += 1 + (parsed.data?.report.lost ?? 0);
      return;
    }
    const { report, keys } = parsed.data;
    return { run, since, report: report as unknown as SweepReport, keys };
  });
  outbox.waiting = found.filter((one) => one !== undefined);
  return outbox;
}

const postponedAtOnce = 5;

/** Sends what waits, the oldest first, a few at a time; gives what still waits. */
export async function sendPostponed(
  ports: Outside,
  waiting: readonly Outgoing[],
  stopAt: Instant,
): Promise<{ still: readonly Outgoing[]; problems: string[] }> {
  const problems: string[] = [];
  for (const [index, outgoing] of waiting.slice(0, postponedAtOnce).entries()) {
    if (ports.clock.now() >= stopAt) return { still: waiting.slice(index), problems };
    const sent = await send(ports, outgoing);
    problems.push(...sent.problems);
    if (!sent.arrived) return { still: waiting.slice(index), problems };
  }
  return { still: waiting.slice(postponedAtOnce), problems };
}

/** Marks as told what has arrived, and only that. */
export async function send(
  { ledger, messenger, clock }: Outside,
  { run, report, keys }: Outgoing,
): Promise<{ arrived: boolean; problems: string[] }> {
  const delivery = await messenger
    .report(report)
    .catch(({ message }: Error): Delivery => ({ kind: 'failed', why: message }));
  if (delivery.kind === 'failed') {
    const why = `the report of the run ${run} was not delivered: ${delivery.why}; the next sweep sends it again`;
    return { arrived: false, problems: [why] };
  }
  const problems: string[] = [];
  const failed = ({ message }: Error) => {
    problems.push(`that the report of the run ${run} has arrived can't be kept: ${message}; parts may be told twice`);
  };
  if (delivery.kind === 'delivered') {
    const { to, instead } = delivery;
    if (instead !== undefined) problems.push(`the report of the run ${run} went to ${to}, because ${instead}`);
    await ledger.markTold([...keys, arrivedKey(run)], clock.now()).catch(failed);
  }
  await ledger.forgetPostponed(run).catch(failed);
  return { arrived: true, problems };
}
