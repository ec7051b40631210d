import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PolicyError, readPolicyFile } from '../../lib/adapters/policy-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-policy-'));
const file = join(folder, 'mayfly.yaml');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const types = ['ec2:instance', 'ec2:volume', 'sqs:queue'];

/** The problems of a file with these lines, without its folder. */
function problemsOf(...lines: string[]): readonly string[] {
  writeFileSync(file, `${lines.join('\n')}\n`);
  return caught(file).map((problem) => problem.replaceAll(`${folder}/`, ''));
}

function caught(path: string): readonly string[] {
  try {
    readPolicyFile(path, types);
  } catch (error) {
    if (error instanceof PolicyError) return error.problems;
    throw error;
  }
  return [];
}

const head = ['version: 1', 'accounts:', '  - { id: "222222222222" }', 'regions: [eu-west-1]'];

test('a small policy is read, and its defaults are safe ones', () => {
  writeFileSync(file, head.join('\n'));
  const policy = readPolicyFile(file, types);
  expect(policy.mode).toBe('observe');
  expect(policy.types).toEqual([]);
  expect(policy.accounts).toEqual([{ id: '222222222222' }]);
});

test.each([
  [
    'a mistyped key is named with the one that was meant',
    [...head, 'limits:', '  removalsPerRuns: 5'],
    'mayfly.yaml:6: limits.removalsPerRuns: unknown key; did you mean "removalsPerRun"?',
  ],
  [
    'a mistyped key whose value begins on the next line stands on its own line',
    [...head, 'limit:', '', '  removalsPerRun: 5'],
    'mayfly.yaml:5: limit: unknown key; did you mean "limits"?',
  ],
  [
    'a mistyped value is named with the allowed ones',
    ['mode: enforced', ...head],
    'mayfly.yaml:1: mode: expected observe or enforce; did you mean "enforce"?',
  ],
  [
    'an account without quotes',
    ['version: 1', 'accounts:', '  - id: "222222222222"', '  - id: 012345678901', 'regions: [eu-west-1]'],
    'mayfly.yaml:4: accounts[1].id: expected an account id of 12 digits, in quotes',
  ],
  [
    'a type that does not exist',
    [...head, 'types:', '  - ec2:instance', '  - ec2:volumes'],
    'mayfly.yaml:7: types[1]: unknown type "ec2:volumes"; did you mean "ec2:volume"?',
  ],
  [
    'a duration that could be months',
    [...head, 'expiry:', '  maxLifetime: 1m'],
    'mayfly.yaml:6: expiry.maxLifetime: expected a duration such as 30min, 4h, 3d or 2w',
  ],
  [
    'a region that is none',
    ['version: 1', 'accounts: [{ id: "222222222222" }]', 'regions: [eu-west-1, europe]'],
    'mayfly.yaml:3: regions[1]: expected a region such as eu-west-1',
  ],
])('%s', (_, lines, problem) => {
  expect(problemsOf(...lines)).toEqual([problem]);
});

test('enforcing with required warnings and no Slack names both remedies', () => {
  const [problem = '', ...others] = problemsOf('mode: enforce', ...head, 'expiry:', '  requireWarning: true');
  expect(problem).toMatch(/^mayfly.yaml:7: expiry.requireWarning: .*slack block.*requireWarning to false/);
  expect(others).toEqual([]);
});

test('every problem is told, not only the first', () => {
  const problems = problemsOf('version: 2', 'accounts: []', 'regions: enabled', 'modus: observe', 'limits: many');
  expect(problems.map((problem) => problem.split(': ').slice(0, 2).join(' '))).toEqual([
    'mayfly.yaml:1 version',
    'mayfly.yaml:2 accounts',
    'mayfly.yaml:5 limits',
    'mayfly.yaml:4 modus',
  ]);
});

test('what is missing altogether is asked for', () => {
  expect(problemsOf('version: 1').map((problem) => problem.replace(/^\S+ /, ''))).toEqual([
    'accounts: is required',
    'regions: is required',
  ]);
});

test.each([
  [
    'broken YAML',
    ['version: 1', 'accounts:', '  - { id: "222222222222"', 'regions: [eu-west-1]'],
    /^mayfly.yaml:\d+: /,
  ],
  ['a key that stands there twice', [...head, 'mode: observe', 'mode: enforce'], /^mayfly.yaml:6: .*unique/],
])('%s is one line with its place', (_, lines, expected) => {
  const problems = problemsOf(...lines);
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) expect(problem).toMatch(/^mayfly.yaml:\d+: [^\n]+$/);
  expect(problems.join('\n')).toMatch(expected);
});

test.each([[''], ['# nothing yet'], ['just a sentence'], ['- a\n- list']])('%j is no policy', (text) => {
  expect(problemsOf(text)).toHaveLength(1);
  expect(problemsOf(text)[0]).toMatch(/^mayfly.yaml(:1)?: the file: expected object/i);
});

test('a missing file names the command that writes one', () => {
  expect(caught(join(folder, 'none.yaml'))).toEqual([
    `${join(folder, 'none.yaml')}: there is no such file; mayfly init writes one`,
  ]);
});

test('a folder is no policy file', () => {
  expect(caught(folder)[0]).toContain('EISDIR');
});
