import { type Answer, type Named, namedIn, type Words } from '../core/answer.ts';
import type { Ask, ButtonAction } from '../core/ask.ts';
import type { Notice, NoticeItem } from '../core/notice.ts';
import { type Duration, day, hour, readInstant, week } from '../core/time.ts';
import { giveOrder, type Order } from './answer-order.ts';
import type { Asking } from './asker.ts';
import { type Found, findListed } from './find-targets.ts';
import { isAnother } from './open-orders.ts';

type Click = Exclude<ButtonAction, 'approve' | 'choose' | `guard-${string}`>;

const extensions: Readonly<Record<Extract<Click, `extend-${string}`>, Duration>> = {
  'extend-1d': day,
  'extend-3d': 3 * day,
  'extend-1w': week,
};

/** A click on a button of a notice. */
export async function answerClick(asking: Asking, action: Click, id: string): Promise<Answer> {
  const notice = await asking.ports.ledger.notice(id);
  if (notice === undefined) return forgotten(asking);
  switch (action) {
    case 'extend-1d':
    case 'extend-3d':
    case 'extend-1w':
      return orderAbout(asking, notice, { verb: 'extend', wanted: { by: extensions[action] } });
    case 'let-go':
      return orderAbout(asking, notice, { verb: 'let-go' });
    case 'keep':
      return openForm(asking, notice);
    case 'confirm':
    case 'cancel':
      return answerToQuestion(asking, notice, action);
    default:
      return action satisfies never;
  }
}

/** The form that a click on `keep` opened. */
export async function answerForm(
  asking: Asking,
  { notice: id, until: written, reason }: Extract<Ask['from'], { kind: 'form' }>,
): Promise<Answer> {
  const { ports, policy } = asking;
  const notice = await ports.ledger.notice(id);
  if (notice === undefined) return forgotten(asking);
  const until = readInstant(written, policy.expiry.timeZone);
  if (until === undefined) return refused(['A date such as 2026-12-01 is needed.']);
  if (until <= ports.clock.now()) return refused([{ at: until }, ' has passed: nothing was changed.']);
  if (reason.trim() === '') return refused(['A reason is needed: nothing was changed.']);
  const given = reason.trim().slice(0, reasonMax);
  return orderAbout(asking, notice, { verb: 'keep', wanted: { until }, reason: given });
}

const reasonMax = 500;

function refused(...lines: Words[]): Answer {
  return { kind: 'refused', lines };
}

function forgotten({ slack }: Asking): Answer {
  return refused(
    ['Mayfly does not know that message any more: buttons work for 90 days.'],
    [
      { code: `${slack.command} list` },
      ' shows what is yours, and ',
      { code: `${slack.command} help` },
      ' what to do.',
    ],
  );
}

/** What a notice names and is still what it was then; the rest is told. */
async function orderAbout(asking: Asking, notice: Notice, order: Order): Promise<Answer> {
  const { found, known } = await stillThere(asking, notice);
  return giveOrder(asking, order, {
    found,
    known,
    notes: [],
    clicked: notice.id,
    ...(notice.environment !== undefined && { environment: notice.environment }),
  });
}

async function stillThere(
  { ports, policy }: Asking,
  { items }: Notice,
): Promise<{ found: Found; known: ReadonlyMap<string, Named> }> {
  const { targets, missing } = await findListed(ports, policy, items);
  const byArn = new Map(items.map((item) => [item.arn, item]));
  const isOther = ({ type, present, resource }: Found['targets'][number]) =>
    isAnother(type, present, byArn.get(resource.arn) ?? {});
  const others = targets.filter(isOther).map(({ resource }) => ({
    arn: resource.arn,
    why: 'it was made anew since: this message is about an earlier one of its name',
  }));
  return {
    found: { targets: targets.filter((target) => !isOther(target)), missing: [...missing, ...others] },
    known: new Map(items.map((item) => [item.arn, namedIn(item)])),
  };
}

/** The form names what the person may keep. What it does is checked again when it comes back. */
async function openForm({ asker }: Asking, notice: Notice): Promise<Answer> {
  const whys = await Promise.all(notice.items.map(({ owner }) => asker.whyNot('keep', owner)));
  const items = notice.items.filter(({ state }, index) => whys[index] === undefined && !isOver(state));
  if (items.length > 0) return { kind: 'form', notice: { ...notice, items } };
  const [why] = whys.filter((one) => one !== undefined);
  return refused(why ?? ['Nothing that this message names is there any more.']);
}

function isOver(state: NoticeItem['state']): boolean {
  return state?.kind === 'removed' || state?.kind === 'gone';
}

/** Who has seen a list may have forgotten it after this. */
const questionLasts: Duration = hour;

async function answerToQuestion(asking: Asking, notice: Notice, answer: 'confirm' | 'cancel'): Promise<Answer> {
  const { ports, asker } = asking;
  const { askedOf, ...answered } = notice;
  if (notice.kind !== 'question') return refused(['That message asks nothing.']);
  if (askedOf === undefined) return refused(['That question was answered before.']);
  if (askedOf !== asker.person.id) return refused(['Only ', { person: askedOf }, ', who was asked, may answer that.']);
  if (ports.clock.now() - notice.at > questionLasts) {
    return refused(['That question is older than an hour: nothing was let go. Ask again to see what it means now.']);
  }
  // Without anybody who may answer it the question is over; two clicks at once give one order twice, which is the same.
  await ports.ledger.saveNotice(answered);
  if (answer === 'cancel') return { kind: 'text', lines: [['Nothing was let go.']] };
  const { found, known } = await stillThere(asking, notice);
  return giveOrder(asking, { verb: 'let-go' }, { found, known, notes: [], clicked: notice.id, confirmed: true });
}
