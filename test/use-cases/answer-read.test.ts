import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { folderRunStore } from '../../lib/adapters/run-store-folder.ts';
import type { Answer } from '../../lib/core/answer.ts';
import { day, hour } from '../../lib/core/time.ts';
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
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-runs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  stage.world.ports.runStore = folderRunStore(folder);
  stage.world.queue('late', { ttl: '2026-12-01', owner: 'ana', Name: 'my queue', environment: 'pr-1' });
  await stage.sweeps();
  expect(idsIn(await list('ana'))).toEqual(['late']);
  expect((await stage.says('ana', 'extend “My Queue” 1d')).kind).toBe('done');
});

describe('show and why', () => {
  test('tell the state of one resource as its service shows it', async () => {
    const tags = { ttl: '2026-11-24T12:00Z', owner: 'ana', 'managed-by': 'terraform' };
    const arn = stage.world.queue('orders', tags);
    await stage.sweeps();
    await stage.says('ana', 'extend orders 1d');
    await stage.says('ana', 'let-go orders');
    const text = textOf(await stage.says('ana', 'show orders'));
    expect(text).toContain(arn);
    expect(text).toMatch(/SQS queue in account 222222222222 \(enforce\), eu-west-1/);
    expect(text).toMatch(/Expires 2026-11-25T12:00:00Z/);
    expect(text).toMatch(/Next step: the next sweep removes it/);
    expect(text).toMatch(/Let go by ana \(U0ANA000001\) in Slack at 2026-11-23T12:00:00Z/);
    expect(text).toMatch(/Managed by terraform/);
  });

  test('explain with the command that people here type', async () => {
    stage.world.queue('orders', { ttl: 'soon', owner: 'ana' });
    await stage.sweeps();
    const text = textOf(await stage.says('ana', 'why orders'));
    expect(text).toMatch(/Its tag says `ttl=soon`/);
    expect(text).toMatch(/hold: Its expiry tag cannot be read/);
    expect(text).toMatch(/`\/ttl extend arn:aws:sqs:eu-west-1:222222222222:orders 3d`/);
    expect(text).not.toMatch(/mayfly /);
    stage.world.queue('due', { ttl: '2026-11-20', owner: 'ana' });
    await stage.says('ana', 'pause 4h');
    await stage.sweeps();
    expect(textOf(await stage.says('ana', 'why due'))).toMatch(/`\/ttl resume` ends the pause\./);
  });

  test('are for the owner and admins; an extender and others are told who may', async () => {
    const arn = stage.world.queue('orders', { ttl: '2026-11-24', owner: 'ana' });
    await stage.sweeps();
    for (const text of ['show orders', 'why orders', `show ${arn}`]) {
      for (const name of ['ben', 'dan'] as const) {
        const given = await stage.says(name, text);
        expect(given.kind).toBe('refused');
        expect(textOf(given)).toBe('Only its owner (ana) or @platform may see it.');
      }
      for (const name of ['ana', 'ada'] as const) expect((await stage.says(name, text)).kind).toBe('shown');
    }
  });

  test('of an environment show what is the person’s of it', async () => {
    stage.world.queue('mine', { ttl: '2026-11-24', owner: 'ana', environment: 'pr-1' });
    stage.world.queue('too', { ttl: '2026-11-25', owner: 'ana', environment: 'pr-1' });
    stage.world.queue('of-ben', { ttl: '2026-11-24', owner: 'ben', environment: 'pr-1' });
    await stage.sweeps();
    const text = textOf(await stage.says('ana', 'show pr-1'));
    expect(text).toMatch(/2 resources in pr-1/);
    expect(text).toMatch(/There is more in it that is not yours to see/);
    expect(text).not.toContain('of-ben');
    expect(textOf(await stage.says('ana', 'why pr-1'))).toMatch(/one resource at a time/);
    expect(textOf(await stage.says('ada', 'show pr-1'))).toMatch(/3 resources in pr-1/);
  });

  test('of something that has gone tell when', async () => {
    stage.world.queue('orders', { ttl: '2026-11-24', owner: 'ana' });
    await stage.sweeps();
    const before = await stage.world.ports.runStore.load('latest', 'sweep');
    await stage.says('ana', 'let-go orders');
    await stage.sweeps();
    // The removal of another run, since the newest sweep that was kept.
    await stage.world.ports.runStore.save('latest', 'sweep', before);
    expect(textOf(await stage.says('ana', 'show orders'))).toBe('"orders": Mayfly removed it 2026-11-23T12:00:00Z.');
    expect(textOf(await stage.says('ben', 'show orders'))).toMatch(/Only its owner \(ana\)/);
  });
});

describe('status', () => {
  test('before the first sweep', async () => {
    const text = textOf(await stage.says('ben', 'status'));
    expect(text).toMatch(
      /not paused.\nNo sweep has ended yet.\nSweeps come every hour.\nAccount 222222222222: enforce/,
    );
  });

  test('tells what anybody may know', async () => {
    stage = aStage({
      accounts: [{ id: account, name: 'dev' }, { id: '333333333333', mode: 'observe' }, { ou: 'ou-ab12-34567890' }],
      limits: { removalsPerAccount: 1 },
      expiry: { requireWarning: false },
    });
    for (const name of ['a', 'b']) stage.world.queue(name, { ttl: '2026-11-20', owner: 'ana' });
    stage.world.closed.add('333333333333');
    const { plan } = await stage.sweeps();
    await stage.world.ports.ledger.lowerMode(account, 'observe', 'ada');
    await stage.says('ben', 'pause 4h');
    stage.clock.pass(hour);
    const text = textOf(await stage.says('ben', 'status'));
    expect(text).toMatch(/paused until 2026-11-23T16:00:00Z/);
    expect(text).toMatch(
      /newest sweep ended 2026-11-23T12:00:00Z: 2 resources with an expiry tag, 2 account-regions not/,
    );
    expect(text).toContain(
      `A limit holds account ${account} (plan ${plan.id}): 2 wanted, limits.removalsPerAccount allows 1`,
    );
    expect(text).toMatch(/Account 222222222222 \(dev\): observe, lowered by hand/);
    expect(text).toMatch(/Account 333333333333: observe/);
    expect(text).toMatch(/Unit ou-ab12-34567890: enforce/);
    expect(text).not.toMatch(/arn:/);
  });

  test('counts what a sweep in the cloud removed', async () => {
    await stage.sweeps();
    const { run } = (await stage.world.ports.runStore.load('latest', 'sweep')) as { run: string };
    await stage.world.ports.runStore.save(run, 'outcomes/all', [{ outcome: 'removed' }, { outcome: 'warned' }]);
    stage.clock.pass(day);
    expect(textOf(await stage.says('ben', 'status'))).toMatch(/, 1 removed\./);
  });
});
