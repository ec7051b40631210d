import type { Answer, Words } from '../core/answer.ts';
import { type GuardMemory, nextStage, scopeIn } from '../core/guard-memory.ts';
import type { GuardMessage } from '../core/guard-message.ts';
import { guardReasons } from '../core/guard-reasons.ts';
import { deedInSentences, guardedPlace, stateInWords } from '../core/guard-summary.ts';
import { refused } from './as-member.ts';
import type { Asking } from './asker.ts';
import type { GuardOrder } from './ports-guard.ts';

/** How an order is carried out for a person in Slack. */
export interface GuardWork {
  order: GuardOrder;
  /** It was begun before, and goes on. */
  goesOn?: boolean;
  /** Tells the person on the way. */
  tell?: (answer: Answer) => Promise<unknown>;
}

/** Has an admin's order carried out by whoever may do that, or carries it out at once where there is nobody else. */
export async function orderGuard(asking: Asking, order: GuardOrder): Promise<Answer> {
  const why = await whyNot(asking, order);
  if (why !== undefined) return refused(why);
  const { handGuardOn } = asking.ports;
  if (handGuardOn === undefined) return guardFor(asking, { order });
  await handGuardOn(order);
  return { kind: 'nothing' };
}

/** Carries an order out, if the person may give it. Throws as `giveGuardOrder` does. */
export async function guardFor(asking: Asking, { order, goesOn = false, tell }: GuardWork): Promise<Answer> {
  const { ports, policy, asker } = asking;
  // What was begun stands no longer as it did when it was asked for.
  const why = goesOn ? await asker.whyNot(`guard-${order.kind}`) : await whyNot(asking, order);
  if (why !== undefined) return refused(why);
  const begins: Answer = {
    kind: 'text',
    lines: [[`${guardedPlace(order)} ${begun[order.kind]}. You are told when that has ended.`]],
  };
  // Who can't be told now is told at the end.
  if (!goesOn) await tell?.(begins).catch(() => undefined);
  // Who hands it on never does it, and starts sooner without all that it needs.
  const { giveGuardOrder } = await import('./guard-order.ts');
  return answerTo(await giveGuardOrder(ports, policy, { ...order, by: asker.person.id }));
}

const begun: Readonly<Record<GuardOrder['kind'], string>> = {
  freeze: 'is being frozen',
  stop: 'is being stopped',
  release: 'is being released',
};

/** Why not, by who asks and by how the account stands. What a fresh look says of it comes later. */
async function whyNot({ ports, policy, asker }: Asking, order: GuardOrder): Promise<Words | undefined> {
  const { kind, account, environment } = order;
  const why = await asker.whyNot(`guard-${kind}`);
  if (why !== undefined) return why;
  if (policy.guard === undefined) return ['The policy of this Mayfly has no guard block, so nothing is guarded.'];
  const memory = await ports.ledger.guardMemory(account);
  if (kind === 'release') {
    if (isUntouched(memory)) return [`The guard has done nothing in account ${account}: there is nothing to release.`];
    return undefined;
  }
  const { stage } = scopeIn(memory, environment);
  if (nextStage[stage] === kind) return undefined;
  return [`Nothing was changed: ${guardedPlace(order)} ${stands[stage]}.`];
}

function isUntouched({ parts, scopes, releasing }: GuardMemory): boolean {
  const isQuiet = Object.values(scopes).every(({ stage }) => stage === 'none');
  return isQuiet && Object.keys(parts).length === 0 && releasing === undefined;
}

const stands = {
  none: 'is within its limits, or was released meanwhile',
  tell: 'must be frozen before it is stopped',
  freeze: 'is frozen already, or just being frozen',
  stop: 'is stopped already, or just being stopped',
} as const;

function answerTo(message: GuardMessage): Answer {
  const { did, reason, problems } = message;
  const [first, ...more] = problems;
  const came =
    did === undefined ? `Nothing was changed. ${guardReasons[reason].sentence}` : deedInSentences(did).join(' ');
  const beside = more.length === 0 ? '' : `; and ${more.length} more, in the channel`;
  return {
    kind: 'text',
    lines: [
      [`${guardedPlace(message)}: ${stateInWords(message)}. ${came}`],
      ...(first === undefined ? [] : [[`Not read or not done: ${first}${beside}.`]]),
    ],
  };
}
