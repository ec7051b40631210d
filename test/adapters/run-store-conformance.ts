import { describe, expect, test } from 'vitest';
import { hashOf, makePlan, type Plan } from '../../lib/core/plan.ts';
import type { RunStore } from '../../lib/use-cases/ports.ts';
import { aDecision, aPolicy, at } from '../fakes/builders.ts';

export function somePlan(id = 'plan-1'): Plan {
  return makePlan(
    {
      id,
      now: at('2026-11-23T12:00:00.789Z'),
      mode: 'enforce',
      shards: [{ account: '222222222222', region: 'eu-west-1', scanned: 4, error: 'read in part: \u{1f41e} "x"' }],
      decisions: [
        aDecision(1, 'expired', {
          expiresAt: at('2026-11-22T00:00Z'),
          decidedOn: { TTL: ' 3d\t"' },
          owner: 'ana',
          managedBy: 'stack web',
        }),
        aDecision(2, 'let-go'),
        aDecision(3, 'expiry-unreadable', { detail: 'ttl=\u001b[31m' }),
        aDecision(4, 'not-due'),
      ],
    },
    { ...aPolicy().limits, removalsPerAccount: 1 },
  );
}

/** The stored text of one key, as it lies there; a test changes it behind the store's back. */
export interface Storage {
  store: RunStore;
  read: (key: string) => Promise<string>;
  write: (key: string, text: string) => Promise<void>;
}

const badIds = ['../secret', '..', '/etc/passwd', 'plan-1/../../secret', '..%2fsecret', 'plan-1\0', 'a.b', 'a b', ''];
const badNames = [
  '../shards',
  'scans/../../shards',
  '/shards',
  'scans/',
  'scans//x',
  '.',
  'scans/.',
  'x.json',
  'é',
  '',
];

/** What every run store must do. `fresh` gives an empty one. */
export function runStoreConformance(fresh: () => Promise<Storage> | Storage): void {
  describe('plans', () => planCases(fresh));
  describe('documents of a run', () => documentCases(fresh));
}

function planCases(fresh: () => Promise<Storage> | Storage): void {
  test('a plan comes back with every decision, those to keep too, and its hash still fits', async () => {
    const { store } = await fresh();
    const plan = somePlan();
    await store.savePlan(plan);
    const loaded = await store.loadPlan('plan-1');
    expect(loaded?.hash).toBe(plan.hash);
    expect(hashOf(loaded as Plan)).toBe(plan.hash);
    expect(loaded?.held).toEqual(plan.held);
    expect(loaded?.shards).toEqual(plan.shards);
    expect(loaded?.decisions[0]).toMatchObject({ owner: 'ana', managedBy: 'stack web' });
    expect(loaded?.decisions).toEqual(plan.decisions);
  });

  test('a plan that was altered in the store does not come back as one that Mayfly made', async () => {
    const { store, read, write } = await fresh();
    await store.savePlan(somePlan());
    await write('plans/plan-1.json', (await read('plans/plan-1.json')).replace('queue-2', 'queue-9'));
    const loaded = await store.loadPlan('plan-1').catch(() => undefined);
    expect(loaded === undefined || hashOf(loaded) !== loaded.hash).toBe(true);
  });

  test('a plan that is not whole is no plan, and told where it is', async () => {
    const { store, write } = await fresh();
    await write('plans/plan-1.json', JSON.stringify(somePlan()).slice(0, 200));
    await expect(store.loadPlan('plan-1')).rejects.toThrow(/plans\/plan-1\.json is damaged/);
  });

  test('an unknown id is unknown, also where nothing was ever saved', async () => {
    expect(await (await fresh()).store.loadPlan('plan-1')).toBeUndefined();
  });

  test.each(badIds)('the id %j leads nowhere, and nothing is saved under it', async (id) => {
    const { store, write } = await fresh();
    await write('secret.json', JSON.stringify(somePlan()));
    expect(await store.loadPlan(id)).toBeUndefined();
    await expect(store.savePlan(somePlan(id))).rejects.toThrow(/is no plan's id/);
  });

  test('a plan of 100,000 decisions comes back whole, and is stored without a space too many', async () => {
    const { store, read } = await fresh();
    const decisions = Array.from({ length: 100_000 }, (_, index) =>
      aDecision(index, 'expired', { expiresAt: at('2026-11-22T00:00Z'), decidedOn: { ttl: '3d' }, owner: 'ana' }),
    );
    const { id, now, mode, shards } = somePlan();
    const plan = makePlan({ id, now, mode, shards, decisions }, aPolicy().limits);
    await store.savePlan(plan);
    const loaded = await store.loadPlan(plan.id);
    expect(loaded?.decisions.length).toBe(100_000);
    expect(hashOf(loaded as Plan)).toBe(plan.hash);
    const text = await read('plans/plan-1.json');
    expect(text).toBe(JSON.stringify(JSON.parse(text)));
  });
}

function documentCases(fresh: () => Promise<Storage> | Storage): void {
  test.each<[string, unknown]>([
    ['shards', [{ account: '222222222222', region: 'us-east-1' }]],
    ['scans/222222222222-us-east-1', { decisions: [aDecision(1, 'expired', { detail: '\u{1f41e}\u001b"\n' })] }],
    ['outcomes/all', []],
    ['failed', { why: null }],
    ['a/b/c', 'text'],
    ['nothing', null],
  ])('%s comes back as it was', async (name, document) => {
    const { store } = await fresh();
    await store.save('run-1', name, document);
    expect(await store.load('run-1', name)).toEqual(document);
  });

  test('they lie where the maps of the state machine look for them', async () => {
    const { store, read } = await fresh();
    await store.save('run-1', 'work', [1]);
    await store.save('run-1', 'reap/222222222222-us-east-1', { removals: [] });
    expect(await read('runs/run-1/work.json')).toBe('[1]');
    expect(await read('runs/run-1/reap/222222222222-us-east-1.json')).toBe('{"removals":[]}');
  });

  test('the later one takes the place of the earlier, and each run has its own', async () => {
    const { store } = await fresh();
    await store.save('run-1', 'work', [1, 2, 3]);
    await store.save('run-1', 'work', [4]);
    await store.save('run-2', 'work', [5]);
    expect([await store.load('run-1', 'work'), await store.load('run-2', 'work')]).toEqual([[4], [5]]);
  });

  test('what was never saved is absent', async () => {
    const { store } = await fresh();
    expect(await store.load('run-1', 'work')).toBeUndefined();
    await store.save('run-1', 'reap/one', []);
    expect(await store.load('run-1', 'reap')).toBeUndefined();
  });

  test('one that is not whole is told, and not taken for absent', async () => {
    const { store, write } = await fresh();
    for (const text of ['[1, 2', ' ']) {
      await write('runs/run-1/work.json', text);
      await expect(store.load('run-1', 'work')).rejects.toThrow(/runs\/run-1\/work\.json is damaged/);
    }
  });

  test('what is no JSON is not saved', async () => {
    const { store } = await fresh();
    await expect(store.save('run-1', 'work', undefined)).rejects.toThrow(/no JSON/);
    expect(await store.load('run-1', 'work')).toBeUndefined();
  });

  test.each(badNames)('the name %j is refused', async (name) => {
    const { store } = await fresh();
    await expect(store.save('run-1', name, [])).rejects.toThrow(/is no document's name/);
    await expect(store.load('run-1', name)).rejects.toThrow(/is no document's name/);
  });

  test.each(badIds)('the run %j is refused', async (run) => {
    const { store } = await fresh();
    await expect(store.save(run, 'shards', [])).rejects.toThrow(/is no run's id/);
    await expect(store.load(run, 'shards')).rejects.toThrow(/is no run's id/);
  });
}
