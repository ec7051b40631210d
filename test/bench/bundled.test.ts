import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sweepFunctionFiles } from '../../lib/infra/sweep-functions.ts';
import {
  type Bundled,
  bundled,
  handlers,
  loadedWith,
  outputOf,
  sizeOf,
  weightsOf,
} from '../../scripts/bench/bundled.ts';
import { budget } from '../../scripts/bench/cold.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-test-'));
let bundle: Bundled;

beforeAll(() => {
  bundle = bundled(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every function of the hub is looked at', () => {
  expect(handlers.toSorted()).toEqual([...sweepFunctionFiles, 'slack-command', 'slack-worker'].toSorted());
});

describe.each(handlers)('%s, before its first line', (name) => {
  const loaded = () => loadedWith(bundle, [outputOf(bundle, `lambdas/${name}.ts`)]);

  test(`loads no more than ${budget.kB} kB`, () => {
    expect(sizeOf(loaded()).kB).toBeLessThanOrEqual(budget.kB);
  });

  test('loads no client of a service', () => {
    const packages = weightsOf(bundle, loaded()).map(([owner]) => owner);
    expect(packages.filter((owner) => owner.startsWith('@aws-sdk/client-'))).toEqual([]);
  });
});
