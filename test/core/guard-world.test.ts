import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type GuardEvent,
  type GuardMemory,
  nothingGuarded,
  rememberGuard,
  scopeIn,
} from '../../lib/core/guard-memory.ts';
import { keyOfPart } from '../../lib/core/guard-parts.ts';
import { releasePlan, undo } from '../../lib/core/guard-release.ts';
import { mayGoOn, planFreeze, planStop } from '../../lib/core/guard-steps.ts';
import { hour } from '../../lib/core/time.ts';
import {
  account,
  change,
  differences,
  type Meddling,
  meddle,
  presentOf,
  takeBack,
  targetsIn,
  type World,
} from '../fakes/guard-world.ts';

/** The ledger: its memory is what its events make of it, whoever reads it. */
interface Ledger {
  memory: GuardMemory;
  at: number;
  named: Set<string>;
}

function write(ledger: Ledger, event: GuardEvent): void {
  ledger.at += hour;
  ledger.memory = rememberGuard(ledger.memory, ledger.at, event);
  if (event.kind === 'guard-released' && event.differs !== undefined) ledger.named.add(event.part);
}

/** A run that does one stage, in the order of the protocol. It may be left alone after any of its steps. */
function* stageRun(world: World, ledger: Ledger, stage: 'freeze' | 'stop', refuses: boolean): Generator<void> {
  if (scopeIn(ledger.memory, undefined).doing !== stage) write(ledger, { kind: 'guard-begun', stage, sweep: 'one' });
  if (!mayGoOn(ledger.memory, undefined, stage)) return;
  yield;
  const scp = { policy: 'mayfly-freeze', state: world.isFrozen ? ('attached' as const) : ('detached' as const) };
  const { parts } =
    stage === 'freeze'
      ? planFreeze(ledger.memory, { account }, targetsIn(world), scp)
      : planStop(ledger.memory, {}, targetsIn(world));
  for (const part of parts) {
    if (!mayGoOn(ledger.memory, undefined, stage)) return;
    write(ledger, { kind: 'guard-changing', parts: [part] });
    yield;
    if (refuses && part.kind !== 'scp')
      write(ledger, { kind: 'guard-unchanged', part: keyOfPart(part), why: 'denied' });
    else {
      change(world, part);
      yield;
      write(ledger, { kind: 'guard-changed', part });
    }
    yield;
  }
  write(ledger, { kind: 'guard-ended', stage, lacks: [] });
}

function* releaseRun(world: World, ledger: Ledger): Generator<void> {
  write(ledger, { kind: 'guard-release-begun', by: 'ann' });
  yield;
  for (const { key, part } of releasePlan(ledger.memory)) {
    const what = undo(part, presentOf(world, part));
    yield;
    takeBack(world, what);
    yield;
    if (what.kind === 'wait') write(ledger, { kind: 'guard-release-failed', part: key, why: what.why });
    else {
      write(ledger, { kind: 'guard-released', part: key, ...(what.kind === 'differs' && { differs: what.says }) });
    }
    yield;
  }
}

type Act =
  /** A run that nobody overtakes, and that crashes after so many steps, if it has not ended. */
  | { kind: 'alone'; what: 'freeze' | 'stop' | 'release'; refuses: boolean; steps: number }
  | { kind: 'begin'; what: 'freeze' | 'stop' | 'release'; refuses: boolean }
  | { kind: 'go-on'; steps: number }
  | { kind: 'crash' }
  | ({ kind: 'meddle' } & { meddling: Meddling });

const sizes = fc
  .tuple(fc.nat(3), fc.nat(3), fc.nat(3))
  .map(([min, more, most]) => ({ min, desired: min + more, max: min + more + most }));

const server = fc.record(
  {
    state: fc.constantFrom('running' as const, 'stopped' as const),
    kind: fc.constantFrom('server' as const, 'database' as const),
    protectedBy: fc.constant('its tag says true'),
    unstoppable: fc.constantFrom('it is a Spot instance', 'it has an instance store'),
    group: fc.constantFrom('group-0', 'group-1'),
  },
  { requiredKeys: ['state', 'kind'] },
);

const worlds = fc.record({
  servers: fc
    .array(server, { maxLength: 5 })
    .map((all) => Object.fromEntries(all.map((one, at) => [`server-${at}`, one]))),
  groups: fc
    .array(sizes, { maxLength: 3 })
    .map((all) => Object.fromEntries(all.map((one, at) => [`group-${at}`, one]))),
  isFrozen: fc.boolean(),
});

const meddling: fc.Arbitrary<Meddling> = fc.oneof(
  fc.record({
    kind: fc.constant('scale' as const),
    arn: fc.constantFrom('group-0', 'group-1'),
    by: fc.integer({ min: -3, max: 3 }),
  }),
  fc.record({ kind: fc.constant('max' as const), arn: fc.constantFrom('group-0', 'group-1'), max: fc.nat(9) }),
  fc.record({ kind: fc.constant('delete' as const), arn: fc.constantFrom('group-0', 'server-0', 'server-1') }),
);

const ordinary: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('begin' as const),
    what: fc.constantFrom('freeze' as const, 'stop' as const, 'release' as const),
    refuses: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('go-on' as const), steps: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('crash' as const) }),
  fc.record({
    kind: fc.constant('alone' as const),
    what: fc.constantFrom('freeze' as const, 'stop' as const, 'release' as const),
    refuses: fc.boolean(),
    steps: fc.oneof(fc.nat(9), fc.constant(99)),
  }),
);
const scaling = meddling.filter(({ kind }) => kind === 'scale').map((one): Act => ({ kind: 'meddle', meddling: one }));
const anything = meddling.map((one): Act => ({ kind: 'meddle', meddling: one }));

/** Plays acts on a world, then releases until nothing is left; a run that is overtaken may still end. */
function play(start: World, acts: readonly Act[]): { world: World; ledger: Ledger; touched: Set<string> } {
  const world = structuredClone(start);
  const ledger: Ledger = { memory: nothingGuarded, at: 0, named: new Set() };
  const touched = new Set<string>();
  let runs: Generator<void>[] = [];
  const over = () => write(ledger, { kind: 'guard-over', sweep: 'one', usdPerHour: 9, passed: ['jump'], counts: true });
  for (const act of acts) {
    if (act.kind === 'crash') runs = [];
    if (act.kind === 'begin' || act.kind === 'alone') {
      over();
      const run = act.what === 'release' ? releaseRun(world, ledger) : stageRun(world, ledger, act.what, act.refuses);
      if (act.kind === 'begin') runs.push(run);
      else for (let step = 0; step < act.steps; step++) run.next();
    }
    if (act.kind === 'go-on') {
      // Runs take turns, so that each is overtaken by the others in the middle.
      for (let step = 0; step < act.steps; step++) runs[step % Math.max(1, runs.length)]?.next();
    }
    if (act.kind === 'meddle') {
      meddle(world, act.meddling);
      if (act.meddling.kind !== 'scale') touched.add(act.meddling.arn);
    }
  }
  for (const run of runs) for (const _ of run);
  for (let round = 0; round < 2; round++) for (const _ of releaseRun(world, ledger));
  return { world, ledger, touched };
}

describe('after any interleaving of freezes, stops, crashes and releases', () => {
  test('the world is as before, and nothing is left to take back', () => {
    fc.assert(
      fc.property(worlds, fc.array(fc.oneof(ordinary, scaling), { maxLength: 30 }), (before, acts) => {
        const { world, ledger } = play(before, acts);
        expect(differences(before, world)).toEqual([]);
        expect(ledger.memory.parts).toEqual({});
        expect(ledger.memory.releasing).toBeUndefined();
        expect(scopeIn(ledger.memory, undefined).stage).toBe('none');
      }),
      { numRuns: 2000 },
    );
  });

  test('what is not as before is what a person changed, or is named', () => {
    fc.assert(
      fc.property(worlds, fc.array(fc.oneof(ordinary, scaling, anything), { maxLength: 30 }), (before, acts) => {
        const { world, ledger, touched } = play(before, acts);
        const unnamed = differences(before, world).filter((key) => !touched.has(key) && !ledger.named.has(key));
        expect(unnamed).toEqual([]);
        expect(ledger.memory.parts).toEqual({});
      }),
      { numRuns: 2000 },
    );
  });

  test('what is protected, Spot or has an instance store runs on, and so does its group', () => {
    fc.assert(
      fc.property(worlds, (before) => {
        const world = structuredClone(before);
        const { parts } = planStop(nothingGuarded, {}, targetsIn(world));
        for (const part of parts) change(world, part);
        for (const [arn, one] of Object.entries(before.servers)) {
          if (one.protectedBy === undefined && one.unstoppable === undefined) continue;
          expect(world.servers[arn]).toEqual(one);
          if (one.group !== undefined) expect(world.groups[one.group]).toEqual(before.groups[one.group]);
        }
      }),
    );
  });
});
