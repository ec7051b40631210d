import type { Delivery, Messenger } from '../use-cases/ports-people.ts';

/** The policy names no Slack: nobody is told, and so nobody gets a receipt. */
export const noMessenger: Messenger = all({
  kind: 'nowhere',
  why: 'the policy has no slack block, so nobody was told',
});

/** The policy names Slack, but this process has no way to reach it: warnings fail, so nothing is removed unwarned. */
const unreachableMessenger: Messenger = all({
  kind: 'failed',
  why: 'the command line delivers no Slack messages, so nobody was told',
});

/**
 * For the command line: who runs it reads what it did. On the ledger of a hub a report waits there, and the hub's next
 * sweep sends it; what is held the hub tells owners anyway.
 */
export function commandLineMessenger({ hasHub }: { hasHub: boolean }): Messenger {
  const nowhere: Delivery = { kind: 'nowhere', why: 'the command line delivers no Slack messages' };
  return {
    warn: async (notice) => (notice.kind === 'hold' ? nowhere : unreachableMessenger.warn(notice)),
    report: async (report) => (hasHub ? unreachableMessenger.report(report) : nowhere),
    guard: async (message) => (hasHub ? unreachableMessenger.guard(message) : nowhere),
    update: async () => nowhere,
  };
}

function all(delivery: Delivery): Messenger {
  const answer = async () => delivery;
  return { warn: answer, report: answer, guard: answer, update: answer };
}
