import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderRunStore, forgetfulRunStore } from '../../lib/adapters/run-store-folder.ts';
import { runStoreConformance, somePlan } from './run-store-conformance.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mayfly-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

runStoreConformance(() => ({
  store: folderRunStore(folder),
  read: async (key) => readFileSync(join(folder, key), 'utf8'),
  async write(key, text) {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), text);
  },
}));

test('a plan that was not written to its end is no plan', async () => {
  const store = folderRunStore(folder);
  await store.savePlan(somePlan('plan-0'));
  writeFileSync(join(folder, 'plans', 'plan-1.json.part'), JSON.stringify(somePlan()).slice(0, 200));
  expect(await store.loadPlan('plan-1')).toBeUndefined();
});

test('saving leaves nothing half-written behind', async () => {
  const store = folderRunStore(folder);
  await store.savePlan(somePlan());
  await store.save('run-1', 'scans/222222222222-us-east-1', []);
  expect(readdirSync(join(folder, 'plans'))).toEqual(['plan-1.json']);
  expect(readdirSync(join(folder, 'runs', 'run-1', 'scans'))).toEqual(['222222222222-us-east-1.json']);
});

test('looking for something makes no folder', async () => {
  const store = folderRunStore(join(folder, 'none'));
  expect([await store.loadPlan('plan-1'), await store.load('run-1', 'work')]).toEqual([undefined, undefined]);
  expect(existsSync(join(folder, 'none'))).toBe(false);
});

test('the store of runs that leave no trace forgets at once', async () => {
  await forgetfulRunStore.savePlan(somePlan());
  await forgetfulRunStore.save('run-1', 'work', []);
  expect(await forgetfulRunStore.loadPlan('plan-1')).toBeUndefined();
  expect(await forgetfulRunStore.load('run-1', 'work')).toBeUndefined();
});
