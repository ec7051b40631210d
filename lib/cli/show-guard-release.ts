import type { GuardMessage } from '../core/guard-message.ts';
import { deedInSentences, nameOfPart } from '../core/guard-summary.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { exitCodeFor } from './problems.ts';
import { partDocument } from './show-guard-status.ts';
import { plain, say, styled } from './terminal.ts';

/** What came of the order to release one account. */
export type Ordered = { account: string } & ({ message: GuardMessage } | { error: Error });

/** What `guard release --json` prints. */
export function releaseDocument(orders: readonly Ordered[]) {
  return {
    accounts: orders.map((one) => {
      const { account } = one;
      if ('error' in one) return { account, isFinished: false, error: one.error.message };
      const { did, problems } = one.message;
      return {
        account,
        isFinished: did?.isFinished ?? false,
        released: (did?.parts ?? []).map(partDocument),
        left: did?.refused ?? [],
        differs: did?.differs ?? [],
        problems,
      };
    }),
  };
}

/** Where no release could begin, that of the first error. */
export function releaseExitCode(orders: readonly Ordered[]): ExitCode {
  const [failure] = orders.flatMap((one) => ('error' in one ? [one.error] : []));
  if (failure !== undefined && orders.every((one) => 'error' in one)) return exitCodeFor(failure);
  const isWhole = orders.every((one) => 'message' in one && one.message.did?.isFinished === true);
  return isWhole ? exitCodes.done : exitCodes.doneWithProblems;
}

const namesMax = 20;

export function showRelease(one: Ordered): void {
  if ('error' in one) {
    say(`${styled('red', 'not released')} ${one.account}: ${plain(one.error.message)}`);
    return;
  }
  const { did, problems } = one.message;
  if (did !== undefined) {
    const state = did.isFinished ? styled('green', 'released') : styled('yellow', 'released in part');
    say(`${state} ${one.account}. ${plain(deedInSentences(did).join(' '))}`);
    list('  not as before:', did.differs, ({ part, says }) => `${nameOfPart(part)}: ${says}`);
    list('  left:', did.refused, ({ part, why }) => `${nameOfPart(part)}: ${why}`);
  }
  for (const problem of problems) say(`  ${styled('yellow', 'note')} ${plain(problem)}`);
}

function list<T>(title: string, items: readonly T[], inWords: (item: T) => string): void {
  for (const item of items.slice(0, namesMax)) say(`${styled('yellow', title)} ${plain(inWords(item))}`);
  if (items.length > namesMax) say(`${title} … and ${items.length - namesMax} more; --json shows them`);
}
