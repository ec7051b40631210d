import { expect, test } from 'vitest';
import { namedExports, plainRecords } from './constructs.ts';
import { pureCore } from './pure-core.ts';
import { fileLength, functionLength, lineLength } from './sizes.ts';
import { show } from './source.ts';
import { fileNames, nothingUnfinished } from './words.ts';

const core = (text: string) => pureCore({ path: 'lib/core/x.ts', text }).map(show);

test.each([
  ['new Date()', 'the present time'],
  ['Date()', 'the present time'],
  ['Date.now()', 'Date.now'],
  ['Temporal.Now.instant()', 'Temporal.Now'],
  ['Math.random()', 'Math.random'],
  ["process.env['HOME']", 'process'],
  ["fetch('https://example.com')", 'fetch'],
  ["console.log('x')", 'console'],
  ['crypto.randomUUID()', 'crypto'],
])('the core may not say %s', (code, what) => {
  expect(core(`\nconst x = ${code};`)).toEqual([`lib/core/x.ts:2 ${what} in the core`]);
});

test('the core may not roll dice with node:crypto', () => {
  expect(core("import { randomUUID } from 'node:crypto';")).toEqual([
    'lib/core/x.ts:1 chance from node:crypto in the core',
  ]);
});

test.each(['new Date(now)', 'Date.UTC(2015, 0, 1)', 'step.process', '({ fetch: 1 })', "'Date.now()'", '1 // console'])(
  'the core may say %s',
  (code) => {
    expect(core(`const x = ${code}`)).toEqual([]);
  },
);

test('other folders may use clocks', () => {
  expect(pureCore({ path: 'lib/adapters/clock.ts', text: 'export const now = () => Date.now();' })).toEqual([]);
});

test('a file has at most 250 lines, with or without a closing newline', () => {
  const path = 'lib/x.ts';
  expect(fileLength({ path, text: 'x;\n'.repeat(250) })).toEqual([]);
  expect(fileLength({ path, text: 'x;\n'.repeat(251) }).map(show)).toEqual([
    'lib/x.ts:251 251 lines; split it, 250 is the most',
  ]);
});

test('a line has at most 120 characters', () => {
  const path = 'lib/x.ts';
  expect(lineLength({ path, text: `ok\n${'x'.repeat(120)}` })).toEqual([]);
  expect(lineLength({ path, text: `ok\n${'x'.repeat(121)}` }).map(show)).toEqual([
    'lib/x.ts:2 121 characters in a line',
  ]);
});

const body = (lines: number) => `{\n${'  x;\n'.repeat(lines - 2)}}`;

test.each([
  ['function f() ', ''],
  ['const f = () => ', ';'],
  ['const o = { m() ', '};'],
  ["test('x', () => ", ');'],
])('%s… has at most 70 lines, whatever its strings contain', (before, after) => {
  const check = (lines: number) =>
    functionLength({ path: 'lib/x.ts', text: `const s = '{{{';\n${before}${body(lines)}${after}` }).map(show);
  expect(check(70)).toEqual([]);
  expect(check(71)).toEqual(['lib/x.ts:2 a function of 71 lines; 70 is the most']);
});

test.each(["describe('x', () => ", "describe.each([1])('x', () => "])(
  '%s… is a chapter and may be longer',
  (before) => {
    expect(functionLength({ path: 'test/x.test.ts', text: `${before}${body(200)});` })).toEqual([]);
  },
);

test('there are no enums and no classes', () => {
  const text = 'enum A { B }\nconst enum C { D }\nclass E {}\nclass F extends E {}\nconst G = class {};';
  expect(plainRecords({ path: 'lib/x.ts', text }).map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
});

test('errors are classes, and constructs in infra', () => {
  const errors = 'class A extends Error {}\nclass B extends UsageError {}';
  const constructs = 'class Hub extends Stack {}\nclass Other extends cdk.Stack {}';
  expect(plainRecords({ path: 'lib/x.ts', text: errors })).toEqual([]);
  expect(plainRecords({ path: 'lib/infra/hub-stack.ts', text: constructs })).toEqual([]);
  expect(plainRecords({ path: 'lib/adapters/x.ts', text: constructs })).toHaveLength(2);
  expect(plainRecords({ path: 'lib/infra/x.ts', text: 'class Plain {}' })).toHaveLength(1);
});

test('exports have names, except in configuration', () => {
  const text = 'const a = 1;\nexport default a;';
  expect(namedExports({ path: 'lib/x.ts', text }).map(show)).toEqual(['lib/x.ts:2 a default export: name it']);
  expect(namedExports({ path: 'lib/x.ts', text: 'const a = 1;\nexport { a as default };' })).toHaveLength(1);
  expect(namedExports({ path: 'vitest.config.ts', text })).toEqual([]);
  expect(namedExports({ path: 'lib/x.ts', text: "export { a } from './a.ts';" })).toEqual([]);
});

test('names that fit everything are refused, for files and folders', () => {
  expect(fileNames({ path: 'lib/core/utils.ts', text: '' })).toHaveLength(1);
  expect(fileNames({ path: 'lib/common/arn.ts', text: '' })).toHaveLength(1);
  expect(fileNames({ path: 'test/helpers.test.ts', text: '' })).toHaveLength(1);
  expect(fileNames({ path: 'lib/resource-types/sdk/secrets-manager.ts', text: '' })).toEqual([]);
});

test('marks of unfinished work are refused', () => {
  const words = ['TO', 'FIX', 'XX'].map((start, index) => start + ['DO', 'ME', 'X'][index]);
  for (const word of words) {
    expect(nothingUnfinished({ path: 'lib/x.ts', text: `ok\n// ${word}: later` })).toHaveLength(1);
    expect(nothingUnfinished({ path: 'lib/x.ts', text: `x${word}x` })).toEqual([]);
  }
});
