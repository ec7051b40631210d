import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importArrows, wholeFileNames } from './tidy/arrows.ts';
import { namedExports, plainRecords } from './tidy/constructs.ts';
import { pureCore } from './tidy/pure-core.ts';
import { fileLength, functionLength, lineLength } from './tidy/sizes.ts';
import { type Rule, type SourceFile, show } from './tidy/source.ts';
import { fileNames, nothingUnfinished } from './tidy/words.ts';

const root = join(import.meta.dirname, '..');

const files: SourceFile[] = globSync(['{bin,lib,lambdas,scripts,test}/**/*.{ts,mjs}', '*.ts'], { cwd: root })
  .toSorted()
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

const rules: Record<string, Rule> = {
  'imports follow the arrows of the layout': importArrows,
  'relative imports carry their ending': wholeFileNames,
  'the core is pure': pureCore,
  'files have at most 250 lines': fileLength,
  'functions have at most 70 lines': functionLength,
  'lines have at most 120 characters': lineLength,
  'there are no enums, and no classes but errors and constructs': plainRecords,
  'exports have names': namedExports,
  'file names say what is in the file': fileNames,
  'nothing is marked as unfinished': nothingUnfinished,
};

test('the rules see the repository', () => {
  const seen = files.map(({ path }) => path);
  expect(seen).toEqual(expect.arrayContaining(['lib/core/decide.ts', 'test/tidy.test.ts', 'vitest.config.ts']));
});

test.each(Object.entries(rules))('%s', (_, rule) => {
  expect(files.flatMap((file) => rule(file)).map(show)).toEqual([]);
});
