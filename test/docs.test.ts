import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { botScopes } from '../lib/adapters/slack/manifest.ts';
import { readExpiryValue } from '../lib/core/expiry.ts';
import { policyJsonSchema, readPolicy } from '../lib/core/policy-problems.ts';
import { resourceTypes } from '../lib/resource-types/index.ts';
import { generatedPages } from '../scripts/generate-docs.ts';
import { pictureScenes } from '../scripts/pictures/scenes.ts';
import { sourceOf, stampOf } from '../scripts/pictures/stamp.ts';
import { answeredClients } from './fakes/answered-clients.ts';
import { samples } from './samples/index.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: root }).toSorted();

/** The text between two markers of a page. */
function between(text: string, name: string): string {
  const found = new RegExp(`<!-- ${name}:begin -->\n(.*?)<!-- ${name}:end -->`, 's').exec(text)?.[1];
  if (found === undefined) throw new Error(`the page has no part ${name}`);
  return found;
}

const codeSpans = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);

test.each(Object.entries(generatedPages()))('%s is what the code says now: npm run docs', (path, text) => {
  expect(read(path)).toBe(text);
});

describe.each(pictureScenes())('$file', (scene) => {
  const picture = readFileSync(join(root, scene.file));

  test('shows what Mayfly says now: npm run docs, where there is a Chromium', () => {
    expect(stampOf(picture)).toBe(sourceOf(scene));
  });

  test('is small, and shown by a page', () => {
    expect(picture.length).toBeLessThan(150_000);
    const name = scene.file.replace('docs/', '');
    expect(pages.filter((page) => read(page).includes(name))).toEqual(expect.arrayContaining(['docs/slack.md']));
  });
});

describe.each(pages)('%s', (page) => {
  const text = read(page);
  // Code in fences is no prose: what looks like a link there is none.
  const prose = text.replaceAll(/^```.*?^```/gms, '');

  test('links to files and headings that exist', () => {
    const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const missing = targets
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => !pointsSomewhere(page, target));
    expect(missing).toEqual([]);
  });

  test('names files that exist', () => {
    const named = codeSpans(prose).filter((span) => /^(bin|lib|scripts|test|docs|examples)\/[\w./-]+$/.test(span));
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('names commands that exist', () => {
    const program = read('lib/cli/program.ts');
    const named = [...text.matchAll(/(?:npx |`|\$ )mayfly ([a-z-]+)/g)].map(([, command = '']) => command);
    expect(named.filter((command) => !program.includes(`.command('${command}')`))).toEqual([]);
  });
});

function pointsSomewhere(page: string, target: string): boolean {
  const [path = '', fragment] = target.split('#');
  const file = path === '' ? join(root, page) : join(root, dirname(page), path);
  if (!existsSync(file)) return false;
  if (fragment === undefined) return true;
  const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  return headings.includes(fragment);
}

const knownTypes = resourceTypes.map(({ id }) => id);

function problemsIn(policy: string): unknown {
  const result = readPolicy(parse(policy), knownTypes);
  return result.ok ? [] : result.problems;
}

describe('policies', () => {
  const fenced = pages.flatMap((page) =>
    [...read(page).matchAll(/^```ya?ml\n(version:.*?)^```/gms)].map(([, policy = '']) => [page, policy] as const),
  );
  const files = globSync('examples/*.yaml', { cwd: root }).map((path) => [path, read(path)] as const);

  test.each([...fenced, ...files])('that of %s can be read', (_, policy) => {
    expect(problemsIn(policy)).toEqual([]);
  });

  test('the README has one', () => {
    expect(fenced.map(([page]) => page)).toContain('README.md');
  });

  test('the complete one names every key, and what it leaves out in comments can be read too', () => {
    const [active = '', reserved = ''] = read('examples/mayfly.yaml').split(/^# These .*\n/m);
    const whole = active + reserved.replaceAll(/^# /gm, '');
    expect(problemsIn(whole)).toEqual([]);
    const unnamed = keysOf(policyJsonSchema()).filter((key) => !new RegExp(`\\b${key}:`).test(whole));
    // The state of a deployed hub, which there is none of yet.
    expect(unnamed).toEqual(['table', 'bucket']);
  });
});

/** Every property that a JSON Schema names, at any depth. */
function keysOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties' ? [...Object.keys(value), ...Object.values(value).flatMap(keysOf)] : keysOf(value),
  );
}

test('the README reads expiry values as the code does', () => {
  const [, table = ''] = /## Expiry tags\n.*?\n\n(\|.*?)\n\n/s.exec(read('README.md')) ?? [];
  const rows = table.split('\n').slice(2);
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) {
    const [, values = '', meaning = ''] = row.split('|');
    for (const value of codeSpans(values)) {
      const isReadable = readExpiryValue(value, 'Europe/Berlin').kind !== 'unreadable';
      expect(isReadable, value).toBe(!meaning.trim().startsWith('unreadable'));
    }
  }
});

describe('docs/safety.md', () => {
  const safety = read('docs/safety.md');

  test('says for each type what is recoverable', () => {
    const rows = [...between(safety, 'recoverable').matchAll(/^\| `([^`]+)` \|/gm)].map(([, type = '']) => type);
    expect(rows).toEqual(knownTypes.toSorted());
  });

  test('names the types that show no creation', async () => {
    const [neither = '', changeOnly = ''] = between(safety, 'unseen').split(/^- /m).slice(1);
    const shown = await Promise.all(resourceTypes.map(timesShownBy));
    const only = (wanted: string) =>
      shown
        .filter(({ times }) => times === wanted)
        .map(({ id }) => id)
        .toSorted();
    expect(codeSpans(neither).toSorted()).toEqual(only('neither'));
    expect(codeSpans(changeOnly).toSorted()).toEqual(only('change'));
  });

  test('has a policy for the keys that is JSON and small enough for Organizations', () => {
    const [, policy = ''] = /```json\n(.*?)```/s.exec(safety) ?? [];
    expect(JSON.stringify(JSON.parse(policy)).length).toBeLessThan(5120);
  });
});

test('docs/slack.md gives every scope of the manifest its reason', () => {
  const rows = [...between(read('docs/slack.md'), 'scopes').matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)];
  expect(Object.fromEntries(rows.map(([, scope, what]) => [scope, what]))).toEqual(botScopes);
});

/** Which times the description of a type shows, going by its sample. */
async function timesShownBy(type: (typeof resourceTypes)[number]): Promise<{ id: string; times: string }> {
  const sample = samples.find((one) => one.type === type.id);
  const { source } = answeredClients(sample?.answers ?? {});
  const bound = await type.bind(source, { account: '222222222222', region: 'eu-west-1', partition: 'aws' });
  const [found] = await bound.describe([sample?.id ?? '']);
  if (found?.kind !== 'present') throw new Error(`the sample of ${type.id} is not present`);
  const times = found.createdAt !== undefined ? 'creation' : found.changedAt !== undefined ? 'change' : 'neither';
  return { id: type.id, times };
}
