import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderRunStore, forgetfulRunStore } from '../../lib/adapters/run-store-folder.ts';
import { hashOf, makePlan, type Plan } from '../../lib/core/plan.ts';
import { aDecision, aPolicy, at } from '../fakes/builders.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mayfly-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function somePlan(id = 'plan-1'): Plan {
  return makePlan(
    {
      id,
      now: at('2026-11-23T12:00:00.789Z'),
      mode: 'enforce',
      shards: [{ account: '222222222222', region: 'eu-west-1', scanned: 4, error: 'read in part: \u{1f41e} "x"' }],
      decisions: [
        aDecision(1, 'expired', { expiresAt: at('2026-11-22T00:00Z'), decidedOn: { TTL: ' 3d\t"' }, owner: 'ana' }),
        aDecision(2, 'let-go'),
        aDecision(3, 'expiry-unreadable', { detail: 'ttl=\u001b[31m' }),
        aDecision(4, 'not-due'),
      ],
    },
    { ...aPolicy().limits, removalsPerAccount: 1 },
  );
}

test('a plan comes back with everything that acts, and its hash still fits', async () => {
  const plan = somePlan();
  const store = folderRunStore(folder);
  await store.savePlan(plan);
  const loaded = await store.loadPlan('plan-1');
  expect(loaded?.hash).toBe(plan.hash);
  expect(hashOf(loaded as Plan)).toBe(plan.hash);
  expect(loaded?.held).toEqual(plan.held);
  expect(loaded?.shards).toEqual(plan.shards);
  expect(loaded?.decisions).toEqual(plan.decisions.filter(({ action }) => action !== 'keep'));
});

test('a plan that was altered in the folder does not come back as one that Mayfly made', async () => {
  const store = folderRunStore(folder);
  await store.savePlan(somePlan());
  const file = join(folder, 'plans', 'plan-1.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('queue-2', 'queue-9'));
  const loaded = await store.loadPlan('plan-1').catch(() => undefined);
  expect(loaded === undefined || hashOf(loaded) !== loaded.hash).toBe(true);
});

test('a plan that was not written to its end is no plan', async () => {
  const store = folderRunStore(folder);
  await store.savePlan(somePlan('plan-0'));
  writeFileSync(join(folder, 'plans', 'plan-1.json.part'), JSON.stringify(somePlan()).slice(0, 200));
  expect(await store.loadPlan('plan-1')).toBeUndefined();
  writeFileSync(join(folder, 'plans', 'plan-1.json'), JSON.stringify(somePlan()).slice(0, 200));
  await expect(store.loadPlan('plan-1')).rejects.toThrow();
});

test('saving leaves nothing half-written behind', async () => {
  await folderRunStore(folder).savePlan(somePlan());
  expect(readdirSync(join(folder, 'plans'))).toEqual(['plan-1.json']);
});

test.each(['../secret', '..', '/etc/passwd', 'plan-1/../../secret', '..%2fsecret', 'plan-1\0', ''])(
  'the id %j leads nowhere out of the folder',
  async (id) => {
    const store = folderRunStore(join(folder, 'state'));
    await store.savePlan(somePlan());
    writeFileSync(join(folder, 'secret.json'), readFileSync(join(folder, 'state', 'plans', 'plan-1.json')));
    expect(await store.loadPlan(id)).toBeUndefined();
  },
);

test('an unknown id is unknown, also where nothing was ever saved', async () => {
  expect(await folderRunStore(join(folder, 'none')).loadPlan('plan-1')).toBeUndefined();
});

test('the store of runs that leave no trace forgets at once', async () => {
  await forgetfulRunStore.savePlan(somePlan());
  expect(await forgetfulRunStore.loadPlan('plan-1')).toBeUndefined();
});
