import type { Ledger } from '../use-cases/ports.ts';

/** For commands that only look: reads go through, and a write throws before anything is sent. */
export function readOnlyLedger(ledger: Ledger): Ledger {
  return {
    // Name by name: a way to write that is new to the port must not get through unnoticed.
    memories: (arns) => ledger.memories(arns),
    history: (arn) => ledger.history(arn),
    endings: (from, to) => ledger.endings(from, to),
    extensions: (from, to) => ledger.extensions(from, to),
    sighted: (shard) => ledger.sighted(shard),
    openRemovals: () => ledger.openRemovals(),
    pausedUntil: () => ledger.pausedUntil(),
    loweredModes: () => ledger.loweredModes(),
    approvals: () => ledger.approvals(),
    gate: (run, fence, account) => ledger.gate(run, fence, account),
    notice: (id) => ledger.notice(id),
    toldAt: (keys) => ledger.toldAt(keys),
    undelivered: () => ledger.undelivered(),
    knownPeople: (emails) => ledger.knownPeople(emails),
    guardMemory: (account) => ledger.guardMemory(account),
    guardHistory: (account) => ledger.guardHistory(account),
    guardedAccounts: () => ledger.guardedAccounts(),
    guardSeen: (account) => ledger.guardSeen(account),
    close: () => ledger.close(),
    record: refuse,
    pause: refuse,
    resume: refuse,
    lowerMode: refuse,
    approve: refuse,
    useApprovals: refuse,
    acquireLease: refuse,
    renewLease: refuse,
    releaseLease: refuse,
    startRun: refuse,
    endRun: refuse,
    saveNotice: refuse,
    markTold: refuse,
    postpone: refuse,
    forgetPostponed: refuse,
    beginTask: refuse,
    endTask: refuse,
    keepPeople: refuse,
    recordGuard: refuse,
    keepGuardSeen: refuse,
  };
}

async function refuse(): Promise<never> {
  throw new Error('the ledger is readonly here: this command must not write to it');
}
