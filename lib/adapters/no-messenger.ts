import type { Messenger } from '../use-cases/ports.ts';

/** The policy names no Slack: nobody is told, and so nobody gets a receipt. */
export const noMessenger: Messenger = {
  warn: async () => ({ kind: 'nowhere', why: 'the policy has no slack block, so nobody was told' }),
};

/** The policy names Slack, but this process has no way to reach it: warnings fail, so nothing is removed unwarned. */
export const unreachableMessenger: Messenger = {
  warn: async () => ({ kind: 'failed', why: 'the command line delivers no Slack messages, so nobody was told' }),
};
