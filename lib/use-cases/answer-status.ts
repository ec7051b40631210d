import * as z from 'zod';
import type { Answer, Words } from '../core/answer.ts';
import { heldInWords } from '../core/money.ts';
import type { Plan } from '../core/plan.ts';
import type { Asking } from './asker.ts';
import { loadLatest } from './latest-sweep.ts';

const linesMax = 15;

/** What anybody may know: whether Mayfly acts, how the newest sweep went, and which accounts it acts in. */
export async function answerStatus({ ports, policy }: Asking): Promise<Answer> {
  const paused = await ports.ledger.pausedUntil();
  const state: Words =
    paused === undefined ? ['Mayfly is not paused.'] : ['Mayfly is paused until ', { at: paused }, '.'];
  return {
    kind: 'text',
    lines: [state, ...(await newestSweep(ports)), ['Sweeps come every hour.'], ...(await modes({ ports, policy }))],
  };
}

async function newestSweep(ports: Asking['ports']): Promise<Words[]> {
  const latest = await loadLatest(ports);
  if (latest === undefined) return [['No sweep has ended yet.']];
  const plan = await ports.runStore.loadPlan(latest.plan);
  const removed = removedIn(await ports.runStore.load(latest.run, 'outcomes/all'));
  const counts = plan === undefined ? [] : countsOf(plan);
  return [
    ['The newest sweep ended ', { at: latest.at }, `: ${[...counts, ...removed].join(', ')}.`],
    ...(plan === undefined ? [] : heldIn(plan)),
  ];
}

function countsOf({ shards }: Plan): string[] {
  const tracked = shards.reduce((sum, { scanned }) => sum + scanned, 0);
  const unread = shards.filter(({ error }) => error !== undefined).length;
  return [
    `${tracked} resources with an expiry tag`,
    ...(unread === 0 ? [] : [`${unread} account-regions not read, or not whole`]),
  ];
}

const outcomes = z.array(z.looseObject({ outcome: z.string() }));

function removedIn(document: unknown): string[] {
  const read = outcomes.safeParse(document);
  return read.success ? [`${read.data.filter(({ outcome }) => outcome === 'removed').length} removed`] : [];
}

function heldIn({ held, id }: Plan): Words[] {
  return held.slice(0, linesMax).map((one): Words => {
    const { limit, account } = one;
    const { wanted, allowed, besides } = heldInWords(one);
    const what = account === undefined ? 'the whole plan' : `account ${account}`;
    return [`A limit holds ${what} (plan ${id}): ${wanted} wanted, limits.${limit} allows ${allowed}${besides}.`];
  });
}

async function modes({ ports, policy }: Pick<Asking, 'ports' | 'policy'>): Promise<Words[]> {
  const lowered = await ports.ledger.loweredModes();
  const entries = policy.accounts.map((entry) => {
    const mode = entry.mode ?? policy.mode;
    if ('ou' in entry) return `unit ${entry.ou}: ${mode}`;
    const name = entry.name === undefined ? entry.id : `${entry.id} (${entry.name})`;
    return lowered.get(entry.id) === 'observe' && mode === 'enforce'
      ? `${name}: observe, lowered by hand`
      : `${name}: ${mode}`;
  });
  const left = entries.length - linesMax;
  return [
    ...entries.slice(0, linesMax).map((entry): Words => [`Account ${entry}`.replace('Account unit', 'Unit')]),
    ...(left > 0 ? [[`and ${left} more`]] : []),
  ];
}
