import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { folderRunStore } from '../../lib/adapters/run-store-folder.ts';
import type { Answer } from '../../lib/core/answer.ts';
import { hour } from '../../lib/core/time.ts';
import { aStage, type Stage, textOf } from '../fakes/slack-stage.ts';
import { account } from '../fakes/world.ts';

// It is 2026-11-23T12:00Z.
let stage: Stage;
beforeEach(() => {
  stage = aStage();
});

async function list(name: Parameters<Stage['says']>[0], text = 'list'): Promise<Answer & { kind: 'list' }> {
  const given = await stage.says(name, text);
  if (given.kind !== 'list') throw new Error(`no list: ${textOf(given)}`);
  return given;
}

const idsIn = ({ rows }: Answer & { kind: 'list' }) => rows.map(({ about }) => about.arn.split(/[:/]/).at(-1));

function aFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-runs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folderRunStore(folder);
}

describe('list', () => {
  beforeEach(async () => {
    stage.world.queue('late', { ttl: '2026-12-01', owner: 'ana', environment: 'pr-1' });
    stage.world.queue('soon', { ttl: '2026-11-24', owner: 'ANA@example.com', environment: 'pr-2' });
    stage.world.queue('never', { ttl: 'never', owner: 'ana, ben' });
    stage.world.queue('bens', { ttl: '2026-11-25', owner: 'ben', environment: 'pr-1' });
    stage.world.queue('far', { ttl: '2026-11-25', owner: 'ben', environment: 'pr-1' }, { account: '333333333333' });
    stage.world.queue('lost', { ttl: '2026-11-26' });
    await stage.sweeps();
  });

  test.each([
    ['ana', 'list', ['soon', 'late', 'never']],
    ['ana', 'list mine', ['soon', 'late', 'never']],
    ['ana', 'list env PR-1', ['late']],
    ['ana', `list account ${account}`, ['soon', 'late', 'never']],
    ['ana', 'list account 333333333333', []],
    ['ben', 'list', ['bens', 'far', 'never']],
    ['dan', 'list', []],
    ['ada', 'list', []],
    ['ada', 'list all', ['soon', 'bens', 'far', 'lost', 'late', 'never']],
    ['ada', 'list env pr-1', ['bens', 'far', 'late']],
    ['ada', 'list account 333333333333', ['far']],
  ] as const)('of %s, who says "%s", the next to expire first', async (name, text, ids) => {
    expect(idsIn(await list(name, text))).toEqual(ids);
  });

  test('of everything is for admins, who are named', async () => {
    for (const name of ['ana', 'dan'] as const) {
      const text = textOf(await stage.says(name, 'list all'));
      expect(text).toMatch(/Only @platform may list others' things.\n`\/ttl list` shows yours/);
    }
  });

  test('says when it was seen, and what happens next', async () => {
    const text = textOf(await list('ana'));
    expect(text).toMatch(/^3 resources of yours that carry an expiry tag/);
    expect(text).toMatch(/As the sweep saw it 2026-11-23T12:00:00Z/);
    expect(text).toMatch(/soon expires 2026-11-24T23:00:00Z; its owner is warned from 2026-11-23T23:00:00Z/);
    expect(text).toMatch(/never kept: its tag says never/);
  });

  test('knows what was ordered since', async () => {
    await stage.says('ana', 'extend soon 2d');
    await stage.says('ana', 'let-go late');
    await stage.says('ben', 'pause 4h');
    const text = textOf(await list('ana'));
    expect(text).toMatch(/soon expires 2026-11-26T23:00:00Z/);
    expect(text).toMatch(/late expires 2026-12-01T23:00:00Z; let go by ana \(U0ANA000001\) in Slack/);
    expect(text).toMatch(/paused until 2026-11-23T16:00:00Z/);
  });

  test('does not name what has gone since', async () => {
    await stage.says('ana', 'let-go soon');
    await stage.sweeps();
    expect(idsIn(await list('ana'))).toEqual(['late', 'never']);
  });

  test('comes in pages, each of which leads to the next', async () => {
    for (let index = 10; index < 50; index++) {
      stage.world.queue(`q-${index}`, { ttl: '2026-12-24', owner: 'ana', environment: 'my env' });
    }
    await stage.sweeps();
    const first = await list('ana', 'list env "my env"');
    expect([first.rows.length, first.more, first.next]).toEqual([20, 20, 'list env "my env" page 2']);
    const given = await stage.clicks('ana', 'choose', first.next ?? '');
    if (given.kind !== 'list') throw new Error(textOf(given));
    expect([given.rows.length, given.more, given.next]).toEqual([20, 0, undefined]);
    expect(new Set([...idsIn(first), ...idsIn(given)]).size).toBe(40);
    expect((await list('ana', 'list env "my env" page 9')).rows).toEqual([]);
  });
});

test('what a limit holds is not said to go', async () => {
  stage = aStage({ limits: { removalsPerAccount: 1 }, expiry: { requireWarning: false } });
  for (const name of ['a', 'b']) stage.world.queue(name, { ttl: '2026-11-20', owner: 'ana' });
  await stage.sweeps();
  expect(textOf(await list('ana'))).toMatch(/a limit holds it until an admin approves/);
  expect(textOf(await list('ana'))).not.toMatch(/the next sweep removes it/);
});

test.each([
  ['arrived', true, /late expires .*; its owner was warned 2026-11-23T12:00:00Z; it goes from 2026-11-23T13:00:00Z/],
  ['did not arrive', false, /late expires .*; its owner is warned, then it goes/],
])('a warning that %s since the plan was made', async (_, arrives, words) => {
  if (!arrives) stage.world.deliver = async () => ({ kind: 'failed', why: 'Slack is down' });
  stage.world.queue('late', { ttl: '2026-11-20', owner: 'ana' });
  await stage.sweeps();
  expect(textOf(await list('ana'))).toMatch(words);
});

test('after the warning what expires is said to go', async () => {
  stage.world.queue('soon', { ttl: '2026-11-23T20:00Z', owner: 'ana' });
  await stage.sweeps();
  const words = /its owner was warned 2026-11-23T12:00:00Z, and is again from 2026-11-23T19:00:00Z/;
  expect(textOf(await list('ana'))).toMatch(words);
  stage.clock.pass(7 * hour);
  await stage.sweeps();
  expect(textOf(await list('ana'))).toMatch(/its owner was warned 2026-11-23T19:00:00Z; it goes when it expires/);
});

describe('in an account that is only observed', () => {
  const wouldWarn = (from: string) => new RegExp(`its owner would be warned${from} \\(its account is only observed\\)`);

  async function listed(): Promise<string> {
    stage.world.queue('late', { ttl: '2026-12-01', owner: 'ana' });
    stage.world.queue('soon', { ttl: '2026-11-23T20:00Z', owner: 'ana' });
    await stage.sweeps();
    return textOf(await list('ana'));
  }

  test('nobody is said to be warned, and nothing to go', async () => {
    stage = aStage({ mode: 'observe' });
    stage.world.ports.runStore = aFolder();
    const text = await listed();
    expect(text).toMatch(wouldWarn(', then it would go'));
    expect(text).toMatch(wouldWarn(' from 2026-11-30T23:00:00Z'));
    expect(text).not.toMatch(/it goes|is warned|it is due/);
    expect(textOf(await stage.says('ana', 'show late'))).toMatch(wouldWarn(' from 2026-11-30T23:00:00Z'));
  });

  test('by an order since the sweep, it is the same', async () => {
    await listed();
    await stage.world.ports.ledger.lowerMode(account, 'observe', 'ada');
    const text = textOf(await list('ana'));
    expect(text).toMatch(wouldWarn(' from 2026-11-30T23:00:00Z'));
    expect(text).not.toMatch(/it goes|is warned/);
  });
});

test('of more than the ledger is asked about at once, what is shown is as it knows it', async () => {
  for (let index = 0; index <= 1_000; index++) {
    stage.world.queue(`q-${index}`, { ttl: '2026-11-20', owner: 'ana', environment: `pr-${index % 3}` });
  }
  await stage.sweeps();
  const { rows, more } = await list('ana');
  expect([rows.length, more]).toEqual([20, 981]);
  expect(textOf(await list('ana'))).not.toMatch(/its owner is warned/);
});

test('before the first sweep there is nothing to list', async () => {
  expect(textOf(await stage.says('ana', 'list'))).toMatch(/No sweep has ended yet/);
});

test('a real run store knows what is not due, too', async () => {
  stage.world.ports.runStore = aFolder();
  stage.world.queue('late', { ttl: '2026-12-01', owner: 'ana', Name: 'my queue', environment: 'pr-1' });
  await stage.sweeps();
  expect(idsIn(await list('ana'))).toEqual(['late']);
  expect((await stage.says('ana', 'extend “My Queue” 1d')).kind).toBe('done');
});
