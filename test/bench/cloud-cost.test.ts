import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { costOfSweep, deployed, type SweepShape, usageOf } from '../../scripts/bench/cloud-cost.ts';
import { type SweepDefinition, sweepDefinition } from '../../scripts/bench/sweep-definition.ts';

const oneShard: SweepShape = {
  accounts: 1,
  regions: 1,
  tracked: 0,
  records: 0,
  busyShards: 0,
  reapCalls: 1,
  scanSeconds: 1,
  reapSeconds: 1,
};

const hundred: SweepShape = {
  accounts: 10,
  regions: 10,
  tracked: 10,
  records: 20,
  busyShards: 2,
  reapCalls: 2,
  scanSeconds: 2,
  reapSeconds: 10,
};

const close = (value: number) => expect.closeTo(value, 9);

describe('computed by hand', () => {
  test('one empty shard', () => {
    const { usage, parts, sweep } = costOfSweep(oneShard);
    expect(usage).toEqual({
      shards: 1,
      transitions: 10,
      expressRequests: 1,
      expressGbSeconds: 0.0625,
      lambdaRequests: 6,
      // 2.5 s of half a GB; make-plan two seconds and a thousandth of 2 GB; 5 GB-seconds of the other four.
      lambdaGbSeconds: close(1.25 + 4.001875 + 5),
      s3Puts: 9,
      s3Gets: 12,
      readUnits: 4.5,
      writeUnits: 4,
      logGb: close(0.000012),
    });
    expect(parts).toEqual({
      'state transitions': close(0.00025),
      'express children': close(0.000002041875),
      functions: close(0.00013789235),
      'run store': close(0.0000498),
      ledger: close(0.0000030625),
      logs: close(0.000006),
    });
    expect(sweep).toBeCloseTo(0.000448796725, 9);
  });

  test('a hundred shards, two of which are reaped twice', () => {
    expect(usageOf(hundred)).toEqual({
      shards: 100,
      // 9 and ReapShards, a hundred starts; twice a start and two rounds of three states.
      transitions: 10 + 100 + 2 * 7,
      expressRequests: 100,
      expressGbSeconds: 12.5,
      lambdaRequests: 100 + 4 + 5,
      lambdaGbSeconds: close(175 + 30 + 4.1875 + 5),
      s3Puts: 114,
      s3Gets: 118,
      readUnits: 100 * 10.5 + 20 + 4,
      writeUnits: 104,
      logGb: close(0.0004695),
    });
  });

  test('what a guard adds: a call, a document of each shard, and what is remembered of each account', () => {
    const { lambdaGbSeconds, ...without } = usageOf(hundred);
    expect(usageOf({ ...hundred, guards: true })).toEqual({
      ...without,
      transitions: without.transitions + 1,
      lambdaRequests: without.lambdaRequests + 1,
      // 2 seconds, and one for ten accounts, of 1 GB.
      lambdaGbSeconds: close(lambdaGbSeconds + 3),
      s3Puts: without.s3Puts + 100,
      s3Gets: without.s3Gets + 102,
      readUnits: without.readUnits + 30,
      writeUnits: without.writeUnits + 30,
      logGb: close(without.logGb + 0.0000015),
    });
  });

  test.each([
    ['sixteen alarms', false, 1.6],
    ['twenty with a guard', true, 2],
  ])('a month is 730 sweeps with the dashboard, thirty days of documents and %s', (_, guards, alarms) => {
    const { month, standing, sweep } = costOfSweep({ ...hundred, guards });
    // 100 documents of 4.2 kB an hour for 720 hours are 302.4 MB.
    expect(standing).toBeCloseTo(3 + alarms + 0.3024 * 0.023, 9);
    expect(month).toBeCloseTo(730 * sweep + standing, 9);
  });

  test('express time is counted in tenths of a second, upwards', () => {
    const of = (scanSeconds: number) => usageOf({ ...oneShard, scanSeconds }).expressGbSeconds / 0.0625;
    expect([0.3, 0.31, 0.4, 1.95].map(of)).toEqual([0.3, 0.4, 0.4, 2].map(close));
  });
});

const guarding = { guard: { allow: 'stop', accounts: { '222222222222': { budget: 500 } } } };

const withGuard = {
  ...deployed,
  parentStates: deployed.parentStates + deployed.guard.parentStates,
  memoryMb: { ...deployed.memoryMb, ...deployed.guard.memoryMb },
  alarms: deployed.alarms + deployed.guard.alarms,
};

/** Of the example with other blocks. */
function definitionWith(blocks: object): SweepDefinition {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-cost-'));
  try {
    const policy = join(folder, 'mayfly.yaml');
    const example = readFileSync(join(import.meta.dirname, '..', '..', 'examples', 'mayfly.yaml'), 'utf8');
    writeFileSync(policy, JSON.stringify({ ...parse(example), ...blocks }));
    return sweepDefinition('111111111111', 'us-east-1', policy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface State {
  Next?: string;
  Choices?: { Next: string }[];
  Default?: string;
  MaxConcurrency?: number;
  ItemProcessor?: { StartAt: string; States: Record<string, State> };
}

describe.each([
  ['the example', {}, deployed],
  ['a policy with a guard', guarding, withGuard],
])('what follows from the definition of %s', (_, blocks, expected) => {
  const { text, memoryMb, alarms } = definitionWith(blocks);
  const { StartAt, States } = JSON.parse(text) as { StartAt: string; States: Record<string, State> };

  /** From one state to the end, by what each choice is told to take. */
  function path(states: Record<string, State>, start: string, choices: Record<string, 'first' | 'default'>): string[] {
    const names: string[] = [];
    for (let name: string | undefined = start; name !== undefined; ) {
      names.push(name);
      const { Next, Choices: [first] = [], Default }: State = states[name] ?? {};
      name = Next ?? (choices[name] === 'first' ? first?.Next : Default);
    }
    return names;
  }

  test('the states of the parent, with and without work', () => {
    const quiet = path(States, StartAt, { IsThereARun: 'first', AnythingToRemove: 'default' });
    const busy = path(States, StartAt, { IsThereARun: 'first', AnythingToRemove: 'first' });
    expect([quiet.length, busy.length]).toEqual([expected.parentStates, expected.parentStates + 1]);
  });

  test('a reap is three states, and a further round three more', () => {
    const { StartAt: start, States: states } = States['ReapShards']?.ItemProcessor ?? { StartAt: '', States: {} };
    expect(path(states, start, { StillPending: 'default' })).toHaveLength(3);
    const waits = states['StillPending']?.Choices?.[0]?.Next ?? '';
    expect(path(states, waits, { StillPending: 'default' })).toHaveLength(1 + 3);
  });

  test('a scan is one function call in a child of its own', () => {
    const { ItemProcessor, MaxConcurrency } = States['ScanShards'] ?? {};
    expect(path(ItemProcessor?.States ?? {}, ItemProcessor?.StartAt ?? '', {})).toEqual(['ScanShard']);
    expect(MaxConcurrency).toBe(expected.scansAtOnce);
  });

  test('the memory of each function', () => {
    // These work beside the sweeps that cost.
    const besides = [
      ...['mayfly-slack-command', 'mayfly-slack-worker', 'mayfly-end-run'],
      ...['mayfly-server-restore', 'mayfly-weekly-report', 'mayfly-report-link'],
      ...['mayfly-guard-order', 'mayfly-guard-alarm'],
    ];
    const sweeps = [...memoryMb].filter(([name]) => !besides.includes(name));
    expect(Object.fromEntries(sweeps)).toEqual(expected.memoryMb);
  });

  test('the alarms', () => {
    expect(alarms).toBe(expected.alarms);
  });
});
