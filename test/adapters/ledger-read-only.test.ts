import { expect, test } from 'vitest';
import { readOnlyLedger } from '../../lib/adapters/ledger-read-only.ts';
import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import type { Notice } from '../../lib/core/notice.ts';
import { hour, minute } from '../../lib/core/time.ts';
import type { Ledger } from '../../lib/use-cases/ports.ts';
import { heldClock } from '../fakes/clocks.ts';

const arn = 'arn:aws:sqs:eu-west-1:222222222222:orders';
const shard = { account: '222222222222', region: 'eu-west-1' };

const notice: Notice = { id: 'notice-1', kind: 'warning', at: 1, items: [] };

/** A ledger that knows a little of everything. */
async function used(): Promise<{ ledger: Ledger; fence: number }> {
  const clock = heldClock();
  const ledger = sqliteLedger(':memory:', clock);
  const at = clock.now();
  await ledger.record([
    { arn, at, kind: 'seen', sighting: { values: 'ttl=3d', firstSeenAt: at, needsFullLead: false }, ...shard },
    { arn, at, kind: 'removal-requested' },
    { arn: `${arn}-2`, at, kind: 'gone' },
    { arn: `${arn}-3`, at, kind: 'extended', to: at + hour, by: 'ana', inLedger: true },
  ]);
  await ledger.pause(at + hour, 'ana');
  await ledger.lowerMode(shard.account, 'observe', 'ana');
  await ledger.approve({ planId: 'plan-1', held: [], by: 'ana', at, lasts: hour });
  await ledger.saveNotice(notice);
  await ledger.markTold(['a'], at);
  await ledger.postpone('run-1', at);
  await ledger.beginTask('task-1');
  await ledger.keepPeople(new Map([['ana@example.com', { id: 'U1', at }]]));
  await ledger.recordGuard(shard.account, [{ kind: 'guard-heard', id: 'alarm-1', source: 'budget' }], at);
  await ledger.keepGuardSeen(shard.account, { scopes: {}, run: 'run-1' });
  const lease = await ledger.acquireLease('run-1', minute);
  return { ledger, fence: lease.ok ? lease.fence : 0 };
}

const looks: Record<string, (ledger: Ledger, fence: number) => Promise<unknown>> = {
  memories: (ledger) => ledger.memories([arn]),
  history: (ledger) => ledger.history(arn),
  endings: (ledger) => ledger.endings(0, 9e15),
  extensions: (ledger) => ledger.extensions(0, 9e15),
  sighted: (ledger) => ledger.sighted(shard),
  openRemovals: (ledger) => ledger.openRemovals(),
  pausedUntil: (ledger) => ledger.pausedUntil(),
  loweredModes: (ledger) => ledger.loweredModes(),
  approvals: (ledger) => ledger.approvals(),
  notice: (ledger) => ledger.notice('notice-1'),
  toldAt: (ledger) => ledger.toldAt(['a', 'b']),
  undelivered: (ledger) => ledger.undelivered(),
  knownPeople: (ledger) => ledger.knownPeople(['ana@example.com', 'ben@example.com']),
  guardMemory: (ledger) => ledger.guardMemory(shard.account),
  guardHistory: (ledger) => ledger.guardHistory(shard.account),
  guardedAccounts: (ledger) => ledger.guardedAccounts(),
  guardSeen: (ledger) => ledger.guardSeen(shard.account),
  gate: (ledger, fence) => ledger.gate('run-1', fence, shard.account),
};

const writes: Record<string, (ledger: Ledger, fence: number) => Promise<unknown>> = {
  record: (ledger) => ledger.record([{ arn, at: 1, kind: 'gone' }]),
  pause: (ledger) => ledger.pause(1, 'ben'),
  resume: (ledger) => ledger.resume('ben'),
  lowerMode: (ledger) => ledger.lowerMode('333333333333', 'observe', 'ben'),
  approve: (ledger) => ledger.approve({ planId: 'plan-2', held: [], by: 'ben', at: 1, lasts: 1 }),
  useApprovals: (ledger) => ledger.useApprovals(['plan-1'], 'run-1'),
  acquireLease: (ledger) => ledger.acquireLease('run-2', minute),
  renewLease: (ledger, fence) => ledger.renewLease('run-1', fence, hour),
  releaseLease: (ledger, fence) => ledger.releaseLease('run-1', fence),
  startRun: (ledger) => ledger.startRun({ id: 'run-1', startedAt: 1 }),
  endRun: (ledger) => ledger.endRun('run-1', 2, {}),
  saveNotice: (ledger) => ledger.saveNotice({ ...notice, owner: 'ben' }),
  markTold: (ledger) => ledger.markTold(['a', 'b'], 2),
  postpone: (ledger) => ledger.postpone('run-2', 2),
  forgetPostponed: (ledger) => ledger.forgetPostponed('run-1'),
  beginTask: (ledger) => ledger.beginTask('task-2'),
  endTask: (ledger) => ledger.endTask('task-1'),
  keepPeople: (ledger) => ledger.keepPeople(new Map([['ben@example.com', { at: 1 }]])),
  recordGuard: (ledger) => ledger.recordGuard('333333333333', [{ kind: 'guard-release-begun', by: 'ben' }], 1),
  keepGuardSeen: (ledger) => ledger.keepGuardSeen(shard.account, { scopes: {}, run: 'run-2' }),
};

test.each(Object.entries(looks))('%s shows what the ledger shows', async (_, look) => {
  const { ledger, fence } = await used();
  const shown = await look(ledger, fence);
  expect(shown).not.toEqual(await look(sqliteLedger(':memory:', heldClock()), fence));
  expect(await look(readOnlyLedger(ledger), fence)).toEqual(shown);
});

test.each(Object.entries(writes))('%s is refused, and changes nothing', async (_, write) => {
  const { ledger, fence } = await used();
  const everything = () => Promise.all(Object.values(looks).map((look) => look(ledger, fence)));
  const before = await everything();
  await expect(write(readOnlyLedger(ledger), fence)).rejects.toThrow(/readonly/);
  expect(await everything()).toEqual(before);
});

test('every way into the ledger is known here as a look or as a write', async () => {
  const { ledger } = await used();
  expect([...Object.keys(looks), ...Object.keys(writes), 'close'].toSorted()).toEqual(Object.keys(ledger).toSorted());
});
