import pLimit from 'p-limit';
import type { GuardMemory } from '../core/guard-memory.ts';
import type { GuardMessage } from '../core/guard-message.ts';
import { BadRequest } from '../use-cases/find-targets.ts';
import { giveGuardOrder, guardedBy } from '../use-cases/guard-order.ts';
import { type GuardStatus, guardStatus } from '../use-cases/guard-status.ts';
import type { Ports } from '../use-cases/ports.ts';
import { connect } from './connect.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { writeDocument } from './output.ts';
import { person } from './person.ts';
import { type Ordered, releaseDocument, releaseExitCode, showRelease } from './show-guard-release.ts';
import { showStatus, statusDocument } from './show-guard-status.ts';
import { withProgress } from './sweep-progress.ts';
import { say } from './terminal.ts';

export interface GuardOptions {
  config: string;
  account?: string[];
  json?: boolean;
}

/** `mayfly guard status`: what accounts burn now, and what the guard has done there. Changes nothing. */
export async function status(options: GuardOptions): Promise<ExitCode> {
  const { json = false } = options;
  const accounts = accountsIn(options);
  const found = await lookNow(options, accounts);
  const missed = accounts.filter((id) => !found.accounts.some(({ account }) => account === id));
  // Where a unit could not be listed, it may be there.
  if (missed.length > 0 && found.problems.length === 0) {
    throw new BadRequest(`the policy does not cover account ${missed.join(', ')}`);
  }
  writeDocument(statusDocument(found), { json });
  if (!json) showStatus(found, options.config);
  const isWhole = found.problems.length === 0 && found.accounts.every(({ problems }) => problems.length === 0);
  return isWhole ? exitCodes.done : exitCodes.doneWithProblems;
}

async function lookNow({ config, json = false }: GuardOptions, accounts: readonly string[]): Promise<GuardStatus> {
  const { policy, ports, close } = await connect({ config, writes: false });
  try {
    guardedBy(policy);
    await ports.cloud.checkCredentials();
    const work = { title: 'Listing accounts and regions', json, counts: 'things that cost' };
    return await withProgress(work, (progress) => guardStatus({ ...ports, progress }, policy, { accounts }));
  } finally {
    close();
  }
}

/** Each waits some minutes for servers that are still stopping. */
const releasesAtOnce = 4;

/** `mayfly guard release`: takes back all that the guard did, in one account or in each. Acts in observe mode too. */
export async function release(options: GuardOptions): Promise<ExitCode> {
  const { json = false } = options;
  const named = accountsIn(options);
  const { policy, ports, close } = await connect({ ...options, writes: true });
  try {
    guardedBy(policy);
    const accounts = named.length > 0 ? named : await releasable(ports);
    if (accounts.length > 0) await ports.cloud.checkCredentials();
    const limit = pLimit(releasesAtOnce);
    const releaseOne = async (account: string): Promise<Ordered> => {
      if (!json) say(`Releasing account ${account} …`);
      const order = { kind: 'release', account, by: person() } as const;
      const ordered = await whatComesOf(account, giveGuardOrder(ports, policy, order));
      if (!json || 'error' in ordered) showRelease(ordered);
      return ordered;
    };
    const orders = await Promise.all(accounts.map((account) => limit(() => releaseOne(account))));
    if (orders.length === 0 || orders.some((one) => 'message' in one)) writeDocument(releaseDocument(orders), { json });
    if (!json && orders.length === 0) say('There is nothing to release.');
    return releaseExitCode(orders);
  } finally {
    close();
  }
}

/** One account that can't be released holds up no other. */
async function whatComesOf(account: string, order: Promise<GuardMessage>): Promise<Ordered> {
  try {
    return { account, message: await order };
  } catch (error) {
    return { account, error: error as Error };
  }
}

function accountsIn({ account = [] }: GuardOptions): string[] {
  for (const id of account) {
    if (!/^\d{12}$/.test(id)) throw new BadRequest(`"${id}" is not an account id of 12 digits`);
  }
  return [...new Set(account)];
}

async function releasable({ ledger }: Pick<Ports, 'ledger'>): Promise<string[]> {
  const accounts = await ledger.guardedAccounts();
  const memories = await Promise.all(accounts.map((id) => ledger.guardMemory(id)));
  return accounts.filter((_, index) => mayRelease(memories[index]));
}

/** Also a freeze or a stop that found nothing to change: it goes on until a person ends it. */
function mayRelease(memory: GuardMemory | undefined): boolean {
  if (memory === undefined) return false;
  const hasChanged = Object.values(memory.scopes).some(({ stage }) => stage === 'freeze' || stage === 'stop');
  return hasChanged || Object.keys(memory.parts).length > 0 || memory.releasing !== undefined;
}
