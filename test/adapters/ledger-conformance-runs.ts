import { expect } from 'vitest';
import { hour, minute } from '../../lib/core/time.ts';
import type { Ledger } from '../../lib/use-cases/ports.ts';
import type { Case } from './ledger-conformance.ts';

const dev = '222222222222';

const approval = (planId: string, at: number) =>
  ({ planId, held: [{ limit: 'removalsPerRun', allowed: 1, wanted: 9 }], by: 'ana', at, lasts: 2 * hour }) as const;

const fenceOf = async (ledger: Ledger, run: string) => {
  const lease = await ledger.acquireLease(run, minute);
  if (!lease.ok) throw new Error(`${lease.holder} holds it`);
  return lease.fence;
};

/** The pause switch and lowered modes. */
export const switchCases: Readonly<Record<string, Case>> = {
  'a pause ends by itself, and earlier by a person': async (ledger, clock) => {
    expect(await ledger.pausedUntil()).toBeUndefined();
    const until = clock.now() + 4 * hour;
    await ledger.pause(until, 'ana');
    expect(await ledger.pausedUntil()).toBe(until);
    clock.pass(4 * hour - 1);
    expect(await ledger.pausedUntil()).toBe(until);
    clock.pass(1);
    expect(await ledger.pausedUntil()).toBeUndefined();
    await ledger.pause(clock.now() + hour, 'ana');
    await ledger.resume('ben');
    expect(await ledger.pausedUntil()).toBeUndefined();
  },

  'the newer pause counts, also when it is shorter': async (ledger, clock) => {
    await ledger.pause(clock.now() + 4 * hour, 'ana');
    await ledger.pause(clock.now() + hour, 'ben');
    expect(await ledger.pausedUntil()).toBe(clock.now() + hour);
  },

  'modes are lowered per account': async (ledger) => {
    expect(await ledger.loweredModes()).toEqual(new Map());
    await ledger.lowerMode('222222222222', 'observe', 'ana');
    await ledger.lowerMode('333333333333', 'observe', 'ana');
    await ledger.pause(1, 'ana');
    expect(await ledger.loweredModes()).toEqual(
      new Map([
        ['222222222222', 'observe'],
        ['333333333333', 'observe'],
      ]),
    );
  },
};

/** What a person allowed. */
export const approvalCases: Readonly<Record<string, Case>> = {
  'an approval ends when its time is over': async (ledger, clock) => {
    await ledger.approve(approval('plan-1', clock.now()));
    clock.pass(2 * hour - 1);
    expect(await ledger.approvals()).toEqual([approval('plan-1', clock.now() - 2 * hour + 1)]);
    clock.pass(1);
    expect(await ledger.approvals()).toEqual([]);
  },

  'an approval ends when a run has used it, and the others stay': async (ledger, clock) => {
    await ledger.approve(approval('plan-1', clock.now()));
    await ledger.approve(approval('plan-2', clock.now()));
    await ledger.useApprovals(['plan-1', 'plan-unknown'], 'run-1');
    expect((await ledger.approvals()).map(({ planId }) => planId)).toEqual(['plan-2']);
  },
};

/** One run at a time. */
export const leaseCases: Readonly<Record<string, Case>> = {
  'while one run holds the lease, another process is refused and told by whom and until when': async (
    ledger,
    clock,
    open,
  ) => {
    const other = await open(clock);
    try {
      await fenceOf(ledger, 'run-1');
      const until = clock.now() + minute;
      expect(await other.acquireLease('run-2', minute)).toEqual({ ok: false, holder: 'run-1', until });
    } finally {
      other.close();
    }
  },

  'a run that asks again, its answer lost, gets its own lease with its fencing number, and longer': async (
    ledger,
    clock,
    open,
  ) => {
    const fence = await fenceOf(ledger, 'run-1');
    clock.pass(minute / 2);
    const again = await open(clock);
    try {
      expect(await again.acquireLease('run-1', minute)).toEqual({ ok: true, fence });
      clock.pass(minute - 1);
      expect(await ledger.gate('run-1', fence, dev)).toBe('open');
      const until = clock.now() + 1;
      expect(await ledger.acquireLease('run-2', minute)).toEqual({ ok: false, holder: 'run-1', until });
      clock.pass(1);
      expect(await ledger.gate('run-1', fence, dev)).toBe('lease-lost');
    } finally {
      again.close();
    }
  },

  'a renewed lease lasts longer, an over one can not be renewed': async (ledger, clock) => {
    const fence = await fenceOf(ledger, 'run-1');
    clock.pass(minute - 1);
    expect(await ledger.renewLease('run-1', fence, minute)).toBe(true);
    clock.pass(minute - 1);
    expect(await ledger.gate('run-1', fence, dev)).toBe('open');
    clock.pass(1);
    expect(await ledger.renewLease('run-1', fence, minute)).toBe(false);
    expect(await ledger.gate('run-1', fence, dev)).toBe('lease-lost');
  },

  'the fencing number grows with every lease, so an old holder never passes for the new one': async (ledger, clock) => {
    const first = await fenceOf(ledger, 'run-1');
    clock.pass(minute);
    const second = await fenceOf(ledger, 'run-1');
    await ledger.releaseLease('run-1', second);
    const third = await fenceOf(ledger, 'run-1');
    expect([second > first, third > second]).toEqual([true, true]);
    expect(await ledger.gate('run-1', first, dev)).toBe('lease-lost');
    expect(await ledger.renewLease('run-1', second, minute)).toBe(false);
    expect(await ledger.gate('run-1', third, dev)).toBe('open');
  },

  'who has lost the lease can not give back that of the new holder': async (ledger, clock) => {
    const lost = await fenceOf(ledger, 'run-1');
    clock.pass(minute);
    const held = await fenceOf(ledger, 'run-2');
    await ledger.releaseLease('run-1', lost);
    await ledger.releaseLease('run-1', held);
    await ledger.releaseLease('run-2', lost);
    expect(await ledger.gate('run-2', held, dev)).toBe('open');
    expect(await ledger.acquireLease('run-3', minute)).toMatchObject({ ok: false, holder: 'run-2' });
    await ledger.releaseLease('run-2', held);
    expect(await ledger.acquireLease('run-3', minute)).toMatchObject({ ok: true });
  },

  'the gate says paused to the holder and lease lost to everybody else': async (ledger, clock) => {
    const fence = await fenceOf(ledger, 'run-1');
    await ledger.pause(clock.now() + hour, 'ana');
    expect(await ledger.gate('run-1', fence, dev)).toBe('paused');
    expect(await ledger.gate('run-2', fence, dev)).toBe('lease-lost');
    await ledger.resume('ana');
    expect(await ledger.gate('run-1', fence, dev)).toBe('open');
  },

  'the gate closes for an account as soon as another process lowers it, and for no other': async (
    ledger,
    clock,
    open,
  ) => {
    const other = await open(clock);
    try {
      const fence = await fenceOf(ledger, 'run-1');
      await other.lowerMode(dev, 'observe', 'ana');
      expect(await ledger.gate('run-1', fence, dev)).toBe('account-observed');
      expect(await ledger.gate('run-1', fence, '333333333333')).toBe('open');
    } finally {
      other.close();
    }
  },

  'of several reasons the gate gives the one that ends most': async (ledger, clock) => {
    const fence = await fenceOf(ledger, 'run-1');
    await ledger.lowerMode(dev, 'observe', 'ana');
    await ledger.pause(clock.now() + hour, 'ana');
    expect(await ledger.gate('run-1', fence, dev)).toBe('paused');
    expect(await ledger.gate('run-1', fence + 1, dev)).toBe('lease-lost');
    clock.pass(minute);
    expect(await ledger.gate('run-1', fence, dev)).toBe('lease-lost');
  },

  'of two processes that ask at once exactly one gets it': async (ledger, clock, open) => {
    const other = await open(clock);
    try {
      const answers = await Promise.all([ledger.acquireLease('run-1', minute), other.acquireLease('run-2', minute)]);
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    } finally {
      other.close();
    }
  },
};
