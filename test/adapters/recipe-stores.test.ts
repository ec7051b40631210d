import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { folderRecipeStore } from '../../lib/adapters/recipe-store-folder.ts';
import { s3RecipeStore } from '../../lib/adapters/recipe-store-s3.ts';
import type { Recipe } from '../../lib/core/server.ts';
import type { RecipeStore } from '../../lib/use-cases/ports.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const recipe: Recipe = {
  version: 1,
  type: 'ec2:instance',
  of: 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1',
  identity: 'i-1',
  tags: { owner: 'ana' },
  settings: { instanceType: 't3.micro', groups: ['sg-1'] },
};
const secret = '#!/bin/sh\nexport PASSWORD=hunter2';
const copy = 'mayfly-i-1-0123456789ab';

interface Opened {
  store: RecipeStore;
  /** All that is kept, by its key or file, as it lies there. */
  kept: () => Map<string, string>;
  write: (key: string, text: string) => void;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function inFolder(): Opened {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-test-'));
  folders.push(folder);
  const files = () =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());
  return {
    store: folderRecipeStore(folder),
    kept: () => new Map(files().map((name) => [name, readFileSync(join(folder, name), 'latin1')])),
    write(key, text) {
      mkdirSync(dirname(join(folder, key)), { recursive: true });
      writeFileSync(join(folder, key), text);
    },
  };
}

type Input = Readonly<Record<string, string>>;

function inBucket(): Opened & { encrypted: () => unknown[] } {
  const objects = new Map<string, string>();
  const { source, sent } = answeredClients({
    PutObject: (({ Key = '', Body = '' }: Input) => {
      objects.set(Key, Body);
      return {};
    }) as unknown as Answer,
    GetObject: (({ Key = '' }: Input) => {
      const text = objects.get(Key);
      return text === undefined ? awsError('NoSuchKey') : { Body: { transformToString: async () => text } };
    }) as unknown as Answer,
  });
  return {
    store: s3RecipeStore({ bucket: 'runs', region: 'eu-west-1', secretKeyId: 'key-1', source }),
    kept: () => objects,
    write: (key, text) => void objects.set(key, text),
    encrypted: () =>
      sent.flatMap(({ command, input }) => (command === 'PutObject' ? [[input['Key'], input['SSEKMSKeyId']]] : [])),
  };
}

describe.each([
  ['a folder', inFolder],
  ['a bucket', inBucket],
])('recipes in %s', (_, open) => {
  test('come back as they were, with their secret and without', async () => {
    const { store } = open();
    await store.save(copy, { recipe, secret });
    await store.save(`${copy}-2`, { recipe });
    expect(await store.load(copy)).toEqual({ recipe, secret });
    expect(await store.load(`${copy}-2`)).toEqual({ recipe });
  });

  test('that nobody saved are none', async () => {
    expect(await open().store.load(copy)).toBeUndefined();
  });

  test('are replaced by a second try', async () => {
    const { store } = open();
    await store.save(copy, { recipe, secret });
    await store.save(copy, { recipe: { ...recipe, tags: {} }, secret: 'another' });
    expect(await store.load(copy)).toEqual({ recipe: { ...recipe, tags: {} }, secret: 'another' });
  });

  test('that are damaged are named, and are not taken for none', async () => {
    const { store, kept, write } = open();
    await store.save(copy, { recipe });
    const [key = ''] = [...kept().keys()].filter((one) => one.includes(copy));
    write(key, '{"recipe":');
    await expect(store.load(copy)).rejects.toThrow(key);
  });
});

test('in a folder no file has the secret in the clear', async () => {
  const { store, kept } = inFolder();
  await store.save(copy, { recipe, secret });
  expect([...kept().values()].join('\n')).not.toContain('hunter2');
});

test('in a bucket the secret part, and it alone, is under the key', async () => {
  const { store, kept, encrypted } = inBucket();
  await store.save(copy, { recipe, secret });
  expect(encrypted()).toEqual([
    [`recipes/${copy}.secret.json`, 'key-1'],
    [`recipes/${copy}.json`, undefined],
  ]);
  expect(kept().get(`recipes/${copy}.json`)).not.toContain('hunter2');
});

test('in a bucket a recipe whose secret part is gone is no recipe without one', async () => {
  const { store, kept } = inBucket();
  await store.save(copy, { recipe, secret });
  kept().delete(`recipes/${copy}.secret.json`);
  await expect(store.load(copy)).rejects.toThrow(/secret part/);
});

test('in a bucket what AWS refuses is said with what would help', async () => {
  const { source } = answeredClients({ PutObject: awsError('AccessDenied'), GetObject: awsError('AccessDenied') });
  const store = s3RecipeStore({ bucket: 'runs', region: 'eu-west-1', source });
  await expect(store.save(copy, { recipe })).rejects.toThrow(/s3:PutObject on recipes/);
  await expect(store.load(copy)).rejects.toThrow(/s3:GetObject on recipes/);
});
