import type { Delivery, Messenger } from '../use-cases/ports-people.ts';

/** The policy names no Slack: nobody is told, and so nobody gets a receipt. */
export const noMessenger: Messenger = all({
  kind: 'nowhere',
  why: 'the policy has no slack block, so nobody was told',
});

/** The policy names Slack, but this process has no way to reach it: warnings fail, so nothing is removed unwarned. */
export const unreachableMessenger: Messenger = all({
  kind: 'failed',
  why: 'the command line delivers no Slack messages, so nobody was told',
});

function all(delivery: Delivery): Messenger {
  const answer = async () => delivery;
  return { warn: answer, report: answer, update: answer };
}
