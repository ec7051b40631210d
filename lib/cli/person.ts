import { userInfo } from 'node:os';

/** Who gives an order on this machine, for the ledger. */
export function person(): string {
  try {
    return `${userInfo().username} on the command line`;
  } catch {
    return 'the command line';
  }
}
