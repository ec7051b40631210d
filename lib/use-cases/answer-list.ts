import { loweredMode } from '../core/account-mode.ts';
import { type Answer, namedIn, type Told, type Words } from '../core/answer.ts';
import { isMatter } from '../core/names.ts';
import { fateInWords, onlyObserved } from '../core/next-step.ts';
import { whoMay } from '../core/people.ts';
import type { Plan, PlannedDecision } from '../core/plan.ts';
import { type Memory, nothingKnown } from '../core/resource.ts';
import type { Command, Listing } from '../core/slash-command.ts';
import { quoted } from '../core/slash-words.ts';
import type { Instant } from '../core/time.ts';
import type { Asking } from './asker.ts';
import { newestInventory } from './resolve-name.ts';

const rowsOfPage = 20;

/** What the newest sweep saw, the next to go first. Others' things are for admins only. */
export async function answerList(asking: Asking, { of, page }: Extract<Command, { verb: 'list' }>): Promise<Answer> {
  const { ports, asker, slack } = asking;
  const seesAll = of.kind !== 'mine' && (await asker.isAdmin());
  if (of.kind === 'all' && !seesAll) {
    const lines: Words[] = [
      ['Only ', ...whoMay('resume', slack), " may list others' things."],
      [{ code: `${slack.command} list` }, ' shows yours.'],
    ];
    return { kind: 'refused', lines };
  }
  const inventory = await newestInventory(ports);
  if (inventory === undefined) {
    return { kind: 'text', lines: [['No sweep has ended yet: there is nothing to list.']] };
  }
  const wanted = inventory.plan.decisions.filter(
    (decision) => isMatter(decision) && isIn(decision, of) && (seesAll || asker.owns(decision.owner)),
  );
  const { rows, count } = await pageOf(asking, wanted, page);
  const more = Math.max(0, count - page * rowsOfPage);
  const paused = await ports.ledger.pausedUntil();
  const isObserved = await observedNow(asking, inventory.plan);
  return {
    kind: 'list',
    title: titleOf(of, { seesAll, count, idle: wanted.some(({ idleAt }) => idleAt !== undefined) }),
    rows: rows.map((row) => toldRow(asking, row, { held: isHeld(inventory.plan, row), observed: isObserved(row) })),
    more,
    ...(more > 0 && { next: `list ${typed(of)} page ${page + 1}` }),
    notes: [
      ['As the sweep saw it ', { at: inventory.at }, ', with what was extended since.'],
      ...(paused === undefined ? [] : [pausedUntil(paused)]),
    ],
  };
}

function pausedUntil(at: Instant): Words {
  return ['Mayfly is paused until ', { at }, ': nothing is removed before that.'];
}

function isIn({ account, environment }: PlannedDecision, of: Listing): boolean {
  switch (of.kind) {
    case 'mine':
    case 'all':
      return true;
    case 'env':
      return environment?.toLowerCase() === of.name.toLowerCase();
    case 'account':
      return account === of.account;
    default:
      return of satisfies never;
  }
}

function typed(of: Listing): string {
  if (of.kind === 'env') return `env ${quoted(of.name)}`;
  return of.kind === 'account' ? `account ${of.account}` : of.kind;
}

function titleOf(of: Listing, { seesAll, count, idle }: { seesAll: boolean; count: number; idle: boolean }): Words {
  const things = count === 1 ? '1 resource' : `${count} resources`;
  const whose = seesAll || of.kind === 'all' ? '' : ' of yours';
  if (of.kind === 'env') return [`${things}${whose} in the environment ${of.name}`];
  if (of.kind === 'account') return [`${things}${whose} in account ${of.account}`];
  const one = count === 1;
  return [
    `${things}${whose} that ${one ? 'carries' : 'carry'} an expiry tag${idle ? ` or ${one ? 'is' : 'are'} idle` : ''}`,
  ];
}

/** A decision with what the ledger knows since. */
type Row = PlannedDecision & { memory: Memory };

/** The ledger is asked about everything only while that is a call or a few; else about what is shown. */
const askedAtMost = 1_000;

async function pageOf(
  asking: Asking,
  decisions: readonly PlannedDecision[],
  page: number,
): Promise<{ rows: Row[]; count: number }> {
  const shown = <T extends PlannedDecision>(all: readonly T[]) =>
    all.toSorted(byExpiry).slice((page - 1) * rowsOfPage, page * rowsOfPage);
  if (decisions.length > askedAtMost) return { rows: await asOfNow(asking, shown(decisions)), count: decisions.length };
  const present = await asOfNow(asking, decisions);
  return { rows: shown(present), count: present.length };
}

/** What has gone since is left out, and an extension counts at once. */
async function asOfNow({ ports }: Asking, decisions: readonly PlannedDecision[]): Promise<Row[]> {
  const memories = await ports.ledger.memories(decisions.map(({ arn }) => arn));
  return decisions.flatMap((decision) => withMemory(decision, memories.get(decision.arn) ?? nothingKnown));
}

/** A sweep remembers each tag that it sees; one that is not remembered any more went with its resource. */
function withMemory(decision: PlannedDecision, memory: Memory): Row[] {
  const { sighting, extendedTo } = memory;
  if (decision.idleAt !== undefined && decision.expiresAt === undefined) return withServer(decision, memory);
  if (sighting === undefined) return [];
  const later = Math.max(extendedTo ?? 0, sighting.byMayfly ? (sighting.expiresAt ?? 0) : 0);
  const isExtended = later > (decision.expiresAt ?? 0);
  const extended = isExtended ? ({ action: 'keep', reason: 'not-due', expiresAt: later } as const) : {};
  return [{ ...decision, ...extended, memory }];
}

/** A server of the idle rule: one that was stopped since has an expiry, and a postponement counts at once. */
function withServer(decision: PlannedDecision, memory: Memory): Row[] {
  const { idle } = memory;
  if (idle === undefined) return [];
  if (idle.stopped !== undefined) {
    const { expiresAt } = idle.stopped;
    return [{ ...decision, action: 'keep', reason: 'stopped', ...(expiresAt !== undefined && { expiresAt }), memory }];
  }
  const { postponedTo = 0 } = idle;
  const isPostponed = postponedTo > (decision.idleAt ?? 0);
  const postponed = isPostponed ? ({ action: 'keep', reason: 'postponed', idleAt: postponedTo } as const) : {};
  return [{ ...decision, ...postponed, memory }];
}

function byExpiry(one: PlannedDecision, other: PlannedDecision): number {
  const end = ({ expiresAt, idleAt }: PlannedDecision) => expiresAt ?? idleAt ?? Number.MAX_SAFE_INTEGER;
  return end(one) - end(other) || (one.arn < other.arn ? -1 : 1);
}

/** A removal that a limit holds back. */
function isHeld({ held }: Plan, { action, account }: Row): boolean {
  return action === 'remove' && held.some((one) => one.account === undefined || one.account === account);
}

/** Whether nothing happens in its account: as the sweep had it, or by an order or a policy since. */
async function observedNow({ ports, policy }: Asking, { shards }: Plan): Promise<(row: Row) => boolean> {
  const lowered = await ports.ledger.loweredModes();
  const seen = new Set(shards.filter(({ observed }) => observed).map(({ account }) => account));
  const modeOf = ({ account }: Row) =>
    seen.has(account) ? 'observe' : loweredMode(policy, account, lowered.get(account) ?? 'enforce');
  return (row) => modeOf(row) === 'observe';
}

function toldRow({ policy, ports }: Asking, row: Row, { held, observed }: { held: boolean; observed: boolean }): Told {
  const about = namedIn(row);
  const { expiresAt, idleAt, memory } = row;
  const known = { memory, now: ports.clock.now(), observed };
  if (idleAt !== undefined && expiresAt === undefined && memory.idle?.stopped === undefined) {
    const isWarned = observed && row.reason === 'account-observed' && idleAt > known.now;
    const fate = isWarned ? [`its owner would be warned${onlyObserved}`] : fateInWords(row, policy, known);
    return { about, words: ['idle from ', { at: idleAt }, ' on; ', ...fate] };
  }
  const ends: Words = expiresAt === undefined ? [] : ['expires ', { at: expiresAt }, '; '];
  if (held && !observed) return { about, words: [...ends, 'a limit holds it until an admin approves'] };
  if (memory.letGo !== undefined) return { about, words: [...ends, `let go by ${memory.letGo.by}`] };
  return { about, words: fateInWords(row, policy, known) };
}
