import { beforeEach, describe, expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { aStage, type Stage, textOf } from '../fakes/slack-stage.ts';
import { account } from '../fakes/world.ts';

// It is 2026-11-23T12:00Z.
let stage: Stage;
beforeEach(() => {
  stage = aStage();
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
