import type { Answer, Named, Told, Words } from '../core/answer.ts';
import type { Notice, NoticeState } from '../core/notice.ts';
import { quoted } from '../core/slash-words.ts';
import type { Instant } from '../core/time.ts';
import { extendThem, type MoreTime, type Rest } from './answer-extend.ts';
import type { Asking } from './asker.ts';
import type { Found, FoundTarget, Missing } from './find-targets.ts';
import { type LetGoProposal, letGoTargets } from './let-go.ts';
import { markNotices } from './mark-notices.ts';
import { namedOf, noticeItemOf, ownerTagOf, toldTooLate } from './told.ts';

/** What a person orders. */
export type Order = MoreTime | { verb: 'let-go' };

/** What an order is about, as it was found. */
export interface About {
  found: Found;
  /** What was known before of those that are missing now, by ARN. */
  known: ReadonlyMap<string, Named>;
  notes: readonly Words[];
  environment?: string;
  /** The notice whose button was clicked. */
  clicked?: string;
  /** The person has seen the list and confirmed it. */
  confirmed?: boolean;
}

/** Gives an order about everything in it that the person may give it about, each resource by itself. */
export async function giveOrder(asking: Asking, order: Order, about: About): Promise<Answer> {
  const { may, notTheirs, missing } = await authorise(asking, order.verb, about);
  if (may.length + missing.length === 0) return { kind: 'refused', lines: notTheirs };
  const failed = await Promise.all(missing.map((one) => toldTooLate(asking.ports, one, about.known.get(one.arn))));
  const rest = { failed, notes: [...about.notes, ...notTheirs] };
  return order.verb === 'let-go'
    ? letThemGo(asking, may, rest, about)
    : extendThem(asking, order, may, rest, about.clicked);
}

interface Authorised {
  may: FoundTarget[];
  missing: Missing[];
  /** What is somebody else's is counted, never named. */
  notTheirs: Words[];
}

/** By the owner tag that the service shows now; what is gone belongs to whoever was known as its owner. */
async function authorise({ asker, policy }: Asking, verb: Order['verb'], about: About): Promise<Authorised> {
  const refusals: Words[] = [];
  const allowed = async <T>(some: readonly T[], ownerOf: (one: T) => string | undefined, ask: (one: T) => boolean) => {
    const asked = some.map(async (one) => (ask(one) ? await asker.whyNot(verb, ownerOf(one)) : undefined));
    const whys = await Promise.all(asked);
    refusals.push(...whys.filter((why) => why !== undefined));
    return some.filter((_, index) => whys[index] === undefined);
  };
  const may = await allowed(
    about.found.targets,
    (target) => ownerTagOf(target, policy),
    () => true,
  );
  const missing = await allowed(
    about.found.missing,
    ({ arn }) => about.known.get(arn)?.owner,
    ({ arn }) => about.known.has(arn),
  );
  return { may, missing, notTheirs: counted(refusals, may.length + missing.length > 0) };
}

const differentRefusals = 5;

function counted(refusals: readonly Words[], areMore: boolean): Words[] {
  const byText = [...Map.groupBy(refusals, (why) => JSON.stringify(why)).values()];
  const lines = byText.slice(0, differentRefusals).map(([why = [], ...same]): Words => {
    const count = same.length + 1;
    if (!areMore && refusals.length === 1) return why;
    return [`${count} ${areMore ? 'more ' : ''}${count === 1 ? 'is' : 'are'} not yours to decide about. `, ...why];
  });
  const left = byText.slice(differentRefusals).flat().length;
  return left === 0 ? lines : [...lines, [`${left} more belong to others still.`]];
}

/** So that a notice fits one item of the ledger. */
const itemsMax = 500;

async function letThemGo(
  asking: Asking,
  targets: readonly FoundTarget[],
  rest: Rest,
  { clicked, confirmed, environment }: About,
): Promise<Answer> {
  const { ports, policy, asker } = asking;
  const proposal = letGoTargets(ports, { policy, who: asker.by }, { targets: [...targets], missing: [] });
  const named = new Map(targets.map((target) => [target.resource.arn, namedOf(target, policy)]));
  const refused = proposal.refused.map(({ arn, why }): Told => ({ about: named.get(arn) ?? { arn }, words: [why] }));
  const failed = [...refused, ...rest.failed];
  if (proposal.targets.length > itemsMax) {
    const lines: Words[] = [[`That is ${proposal.targets.length} resources; ${itemsMax} at once are the most.`]];
    return { kind: 'refused', lines };
  }
  const notes = [...(await whenTheyGo(asking, proposal)), ...rest.notes];
  if (proposal.targets.length > 1 && !confirmed) {
    const notice = questionOf(asking, proposal.targets, environment);
    await ports.ledger.saveNotice(notice);
    return { kind: 'question', notice, failed, notes };
  }
  await proposal.confirm();
  const states = proposal.arns.map((arn): [string, NoticeState] => [arn, { kind: 'let-go', by: asker.by }]);
  await markNotices(ports, new Map(states), clicked);
  const done = proposal.targets.map((target): Told => ({ about: namedOf(target, policy), words: ['is let go'] }));
  return { kind: 'done', order: 'let-go', done, failed, notes: done.length === 0 ? rest.notes : notes };
}

function questionOf({ ports, policy, asker }: Asking, targets: readonly FoundTarget[], environment?: string): Notice {
  const now = ports.clock.now();
  return {
    id: ports.newId('notice'),
    kind: 'question',
    at: now,
    askedOf: asker.person.id,
    ...(environment !== undefined && { environment }),
    items: targets.map((target) => noticeItemOf(target, policy, now)),
  };
}

/** When the order is carried out, and how to take it back. */
async function whenTheyGo({ ports, policy, slack }: Asking, proposal: LetGoProposal): Promise<Words[]> {
  const paused: Instant | undefined = await ports.ledger.pausedUntil();
  const [first] = proposal.arns;
  if (first === undefined) return [];
  const what = proposal.arns.length === 1 ? quoted(first) : 'X';
  const observed = proposal.observed.join(', ');
  return [
    ['The next sweep removes what is let go; sweeps come every hour. Until then ', ...undo(slack.command, what)],
    ...(policy.removal.window === undefined ? [] : [['The policy removes in some hours of the week only.']]),
    ...(paused === undefined ? [] : [['Mayfly is paused until ', { at: paused }, ': nothing goes before that.']]),
    ...(observed === '' ? [] : [[`Account ${observed} is only observed: nothing goes there until it is enforced.`]]),
  ];
}

function undo(command: string, what: string): Words {
  return [{ code: `${command} extend ${what} 1d` }, ' takes it back.'];
}
