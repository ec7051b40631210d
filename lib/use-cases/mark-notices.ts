import { type Notice, type NoticeState, stateAfter } from '../core/notice.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Ports } from './ports.ts';
import { lastNoticesOf } from './update-notices.ts';

const historiesAtOnce = 8;
const messagesAtOnce = 4;

/** Of how many resources the last warning is looked for: the person who gave the order is waiting. */
const looksFor = 100;

/**
 * Shows in the messages that named these resources what a person ordered: in the one that was clicked on, and in the
 * last warnings about each. Throws nothing: the order stands, whatever a message goes on saying.
 */
export async function markNotices(
  ports: Pick<Ports, 'ledger' | 'messenger'>,
  states: ReadonlyMap<string, NoticeState>,
  clicked?: string,
): Promise<void> {
  const arns = [...states.keys()];
  const last = await inParallel(arns.slice(0, looksFor), historiesAtOnce, (arn) =>
    lastNoticesOf(ports, arn).catch(() => []),
  );
  const ids = new Set([clicked, ...last.flat()].filter((id) => id !== undefined));
  await inParallel([...ids], messagesAtOnce, (id) => mark(ports, id, states).catch(() => undefined));
}

async function mark(
  { ledger, messenger }: Pick<Ports, 'ledger' | 'messenger'>,
  id: string,
  states: ReadonlyMap<string, NoticeState>,
): Promise<void> {
  // Read again: somebody else may have given an order about its other items in the meantime.
  const notice = await ledger.notice(id);
  if (notice === undefined) return;
  const items = notice.items.map((item) => {
    const state = states.get(item.arn);
    return state === undefined ? item : { ...item, state: stateAfter(item, state) };
  });
  const marked: Notice = { ...notice, items };
  await ledger.saveNotice(marked);
  if (marked.message !== undefined) await messenger.update(marked);
}
