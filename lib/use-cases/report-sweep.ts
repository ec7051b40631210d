import { keysToAsk, makeReport } from '../core/make-report.ts';
import type { Outlook } from '../core/outlook.ts';
import type { Plan } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import { type Duration, type Instant, minute } from '../core/time.ts';
import { arrivedKey, keepReport, type Outbox, type Outgoing, openOutbox, send, sendPostponed } from './outbox.ts';
import type { Outcome } from './outcome.ts';
import type { Ports } from './ports.ts';
import { statesAfter, updateNotices } from './update-notices.ts';

/** A run that has ended, or failed, as far as it is known what it did. */
export interface Swept {
  run: string;
  plan?: Plan;
  outlook?: Outlook;
  outcomes: readonly Outcome[];
  /** See `markLatest`; absent for runs that are no whole sweeps. */
  counted?: { since: Instant; sweeps: number };
  failure?: string;
  /** What can't be told of it, in words. */
  lostOfRun?: readonly string[];
}

/** No message is begun after this: the next hour must find this one's telling over. */
const tellingLasts: Duration = 3 * minute;

/**
 * Tells people what a run did, and brings the messages up to date that named what has gone. Called once the run has
 * ended and its lease is given back. Throws nothing: what went wrong is returned, in words.
 */
export async function tellSweep(ports: Ports, policy: Policy, swept: Swept): Promise<string[]> {
  if (policy.slack === undefined) return [];
  const stopAt = ports.clock.now() + tellingLasts;
  try {
    const reported = await reportSweep(ports, policy, swept, stopAt);
    const states = statesAfter(swept.plan?.decisions ?? [], swept.outcomes);
    return [...reported, ...(await updateNotices(ports, states, stopAt))];
  } catch (error) {
    return [`people can't be told of the run ${swept.run}: ${(error as Error).message}`];
  }
}

/** Sends the reports that wait, then this run's own. Called again for the same run it tells nothing twice. */
async function reportSweep(ports: Ports, policy: Policy, swept: Swept, stopAt: Instant): Promise<string[]> {
  const problems: string[] = [];
  const outbox = await openOutbox(ports).catch(({ message }: Error): Outbox => {
    problems.push(`which reports wait can't be read: ${message}`);
    return { waiting: [], givenUp: [], lost: 0, problems: [] };
  });
  const sent = await sendPostponed(ports, outbox.waiting, stopAt);
  problems.push(...outbox.problems, ...sent.problems);
  if (!outbox.waiting.some(({ run }) => run === swept.run)) {
    problems.push(...(await reportOwn(ports, policy, swept, { ...outbox, waiting: [...sent.still] })));
  }
  return problems;
}

async function reportOwn(ports: Ports, policy: Policy, swept: Swept, outbox: Outbox): Promise<string[]> {
  const { ledger, clock } = ports;
  const { run } = swept;
  const problems: string[] = [];
  const told = await ledger.toldAt([...keysToAsk(swept), arrivedKey(run)]).catch(({ message }: Error) => {
    problems.push(`what was told before can't be read, so all is told again: ${message}`);
    return new Map<string, Instant>();
  });
  if (told.has(arrivedKey(run))) return problems;
  // What waits will be told: saying it again each hour would only make more wait.
  for (const { since, keys } of outbox.waiting) {
    for (const key of keys) told.set(key, Math.max(since, told.get(key) ?? since));
  }
  const since = clock.now();
  const { report, keys } = makeReport({ ...swept, policy, at: since, lost: outbox.lost }, told);
  if (report === undefined) return problems;
  const outgoing: Outgoing = { run, since, report, keys };
  const isKept = await keepReport(ports, outgoing).then(
    () => true,
    ({ message }: Error) => {
      problems.push(`the report of the run ${run} can't be kept, so it is lost where it is not delivered: ${message}`);
      return false;
    },
  );
  const sent = await send(ports, outgoing);
  if (isKept || sent.arrived) {
    const forgotten = outbox.givenUp.map((lost) => ledger.forgetPostponed(lost));
    await Promise.all(forgotten).catch(({ message }: Error) => {
      problems.push(`reports that were given up are named again: ${message}`);
    });
  }
  return [...problems, ...sent.problems];
}
