import { beforeEach, describe, expect, test } from 'vitest';
import type { Notice } from '../../lib/core/notice.ts';
import { day, hour, minute, week } from '../../lib/core/time.ts';
import { at } from '../fakes/builders.ts';
import { aStage, idOf, type Stage, textOf } from '../fakes/slack-stage.ts';

// It is 2026-11-23T12:00Z.
const ttl = '2026-11-24T12:00Z';
const later = at('2026-11-25T12:00Z');

let stage: Stage;
let orders: string;
let mails: string;
let warning: Notice;
beforeEach(async () => {
  stage = aStage();
  const tags = { ttl, owner: 'ana', environment: 'pr-102' };
  orders = stage.world.queue('orders', tags);
  mails = stage.world.queue('mails', tags);
  await stage.sweeps();
  [warning] = stage.world.warnings as [Notice];
});

const tagsOf = (arn: string) => stage.world.tagsOf(arn);
const stored = () => stage.world.ports.ledger.notice(warning.id);

describe('a button under a warning', () => {
  test.each([
    ['extend-1d', '2026-11-25T12:00:00Z'],
    ['extend-3d', '2026-11-27T12:00:00Z'],
    ['extend-1w', '2026-11-30T12:00:00Z'],
  ] as const)('%s moves everything that the warning names', async (action, to) => {
    const given = await stage.clicks('ana', action, warning.id);
    expect(given).toMatchObject({ kind: 'done', order: 'extend', failed: [] });
    for (const arn of [orders, mails]) expect(tagsOf(arn)).toMatchObject({ 'expires-at': to });
  });

  test('is a click of its owner, of an extender or of an admin', async () => {
    const given = await stage.clicks('ben', 'extend-1d', warning.id);
    expect(given.kind).toBe('refused');
    expect(textOf(given)).toMatch(/2 are not yours to decide about. Only its owner \(ana\), @developers or @platform/);
    expect(tagsOf(orders)).not.toHaveProperty('expires-at');
    for (const name of ['dan', 'ada'] as const) {
      expect((await stage.clicks(name, 'extend-1d', warning.id)).kind).toBe('done');
    }
  });

  test('brings its own message up to date', async () => {
    await stage.clicks('ana', 'extend-1d', warning.id);
    const state = { kind: 'extended', to: later, by: `ana (${idOf('ana')}) in Slack` };
    expect((await stored())?.items).toMatchObject([{ state }, { state }]);
    expect(stage.world.updates).toMatchObject([{ id: warning.id, message: { channel: 'D1' } }]);
  });

  test('works though Slack does not take the message', async () => {
    stage.world.ports.messenger.update = () => Promise.reject(new Error('Slack is down'));
    expect((await stage.clicks('ana', 'extend-1d', warning.id)).kind).toBe('done');
    expect((await stored())?.items[0]?.state).toMatchObject({ kind: 'extended' });
  });

  test('two weeks old does what it says to what is there, and tells the rest', async () => {
    stage.clock.pass(2 * week);
    stage.world.place().queues.delete('orders');
    await stage.world.ports.ledger.record([{ arn: orders, at: at('2026-11-24T13:00Z'), kind: 'removed' }]);
    const given = await stage.clicks('ana', 'extend-1d', warning.id);
    expect(given).toMatchObject({
      kind: 'done',
      done: [{ about: { arn: mails } }],
      failed: [{ about: { arn: orders } }],
    });
    expect(textOf(given)).toContain('Mayfly removed it 2026-11-24T13:00:00Z');
    expect(tagsOf(mails)).toMatchObject({ 'expires-at': '2026-12-08T12:00:00Z' });
  });

  test('does nothing to another resource that has the name now', async () => {
    stage.world.queue('orders', { ttl, owner: 'ana' }, { createdAt: stage.clock.now() - minute });
    const given = await stage.clicks('ana', 'extend-1d', warning.id);
    expect(given).toMatchObject({ done: [{ about: { arn: mails } }] });
    expect(textOf(given)).toMatch(/orders it was made anew since/);
    expect(tagsOf(orders)).toEqual({ ttl, owner: 'ana' });
  });

  test.each(['extend-1d', 'keep', 'let-go', 'confirm', 'cancel'] as const)(
    '%s of a message that nobody remembers says so',
    async (action) => {
      stage.clock.pass(91 * day);
      expect(textOf(await stage.clicks('ana', action, warning.id))).toMatch(/does not know that message any more/);
    },
  );

  test.each(['confirm', 'cancel'] as const)('%s is no answer to a warning', async (action) => {
    expect(textOf(await stage.clicks('ana', action, warning.id))).toMatch(/asks nothing/);
  });

  test('that lets go asks first where there is more than one', async () => {
    const given = await stage.clicks('ana', 'let-go', warning.id);
    expect(given).toMatchObject({ kind: 'question', notice: { environment: 'pr-102', askedOf: idOf('ana') } });
    if (given.kind !== 'question') return;
    await stage.clicks('ana', 'confirm', given.notice.id);
    expect((await stored())?.items).toMatchObject([{ state: { kind: 'let-go' } }, { state: { kind: 'let-go' } }]);
    expect(stage.world.updates).toMatchObject([{ id: warning.id }]);
  });
});

describe('keep', () => {
  test('opens a form about what the person may keep', async () => {
    expect(await stage.clicks('ana', 'keep', warning.id)).toEqual({
      kind: 'form',
      notice: expect.objectContaining({ id: warning.id }),
    });
    expect(textOf(await stage.clicks('ben', 'keep', warning.id))).toMatch(/Only its owner \(ana\)/);
  });

  test('opens none where nothing is left', async () => {
    const gone = warning.items.map((item) => ({ ...item, state: { kind: 'removed' as const } }));
    await stage.world.ports.ledger.saveNotice({ ...warning, items: gone });
    expect(textOf(await stage.clicks('ana', 'keep', warning.id))).toMatch(/Nothing .* is there any more/);
  });

  test('of the form lasts to the end of the day, with its reason', async () => {
    const given = await stage.submits('ana', warning.id, '2026-11-27', 'customer demo');
    expect(given).toMatchObject({ kind: 'done', order: 'keep', failed: [] });
    expect(tagsOf(orders)).toMatchObject({ 'expires-at': '2026-11-27T23:00:00Z' });
    const history = await stage.world.ports.ledger.history(orders);
    expect(history.find(({ kind }) => kind === 'extended')).toMatchObject({ reason: 'customer demo' });
  });

  test.each([
    ['', 'demo', /A date such as/],
    ['2026-02-30', 'demo', /A date such as/],
    ['2026-11-20', 'demo', /has passed/],
    ['2026-11-27', '  ', /A reason is needed/],
  ])('until "%s" because of "%s" is refused', async (until, reason, says) => {
    expect(textOf(await stage.submits('ana', warning.id, until, reason))).toMatch(says);
    expect(tagsOf(orders)).not.toHaveProperty('expires-at');
  });

  test('of the form is authorised again, and forgotten notices are told', async () => {
    expect((await stage.submits('ben', warning.id, '2026-11-27', 'x')).kind).toBe('refused');
    expect(textOf(await stage.submits('ana', 'notice-999', '2026-11-27', 'x'))).toMatch(/does not know that message/);
    expect(tagsOf(orders)).not.toHaveProperty('expires-at');
  });
});

describe('which of these?', () => {
  beforeEach(async () => {
    const there = { account: '333333333333' };
    stage.world.queue('orders', { ttl, owner: 'ana', environment: 'pr-102' }, there);
    stage.world.volume('vol-a', { ttl, owner: 'ana', Name: 'shared' });
    stage.world.volume('vol-b', { ttl, owner: 'ben', Name: 'shared' });
    stage.world.queue('bens', { ttl, owner: 'ben', environment: 'pr-103' });
    stage.world.queue('bens', { ttl, owner: 'ben', environment: 'pr-103' }, there);
    await stage.sweeps();
  });

  const choice = async (name: Parameters<Stage['says']>[0], text: string) => {
    const given = await stage.says(name, text);
    if (given.kind !== 'choice') throw new Error(`no choice: ${textOf(given)}`);
    return given;
  };

  test('names what the person may see, and a click does the whole command', async () => {
    const { options, more } = await choice('ana', 'extend orders 1d12h the demo');
    expect([options.length, more]).toEqual([2, 0]);
    const there = options.find(({ label }) => label.includes('333333333333'));
    expect(there?.label).toBe('SQS queue orders, 333333333333 eu-west-1');
    await stage.clicks('ana', 'choose', there?.command ?? '');
    expect(tagsOf(orders)).not.toHaveProperty('expires-at');
    const arn = orders.replace('222222222222', '333333333333');
    expect(tagsOf(arn)).toMatchObject({ 'expires-at': '2026-11-26T00:00:00Z' });
    const history = await stage.world.ports.ledger.history(arn);
    expect(history.find(({ kind }) => kind === 'extended')).toMatchObject({ reason: 'the demo' });
  });

  test.each(['keep pr-102 until 2026-11-27 the demo', 'let-go pr-102', 'show pr-102', 'why pr-102'])(
    '%s asks which account is meant, and each button is understood',
    async (text) => {
      const { options } = await choice('ana', text);
      expect(options.map(({ label }) => label).toSorted()).toEqual([
        'environment pr-102 in account 222222222222 (2 resources)',
        'environment pr-102 in account 333333333333 (1 resource)',
      ]);
      for (const { command } of options) {
        const given = await stage.clicks('ana', 'choose', command);
        expect(given.kind).not.toBe('choice');
        expect(textOf(given)).not.toMatch(/none of the commands|is called/);
      }
    },
  );

  test('what is nobody’s of theirs is not offered', async () => {
    const given = await stage.says('ana', 'extend pr-103 1d');
    expect(textOf(given)).toBe(
      '"pr-103" means several things, and none of them is yours. An ARN says which one you mean.',
    );
    // Of the team, who may extend what is others', but not see it.
    expect((await choice('dan', 'extend pr-103 1d')).options.map(({ label }) => label).toSorted()).toEqual([
      'environment pr-103 in account 222222222222 (1 resource)',
      'environment pr-103 in account 333333333333 (1 resource)',
    ]);
    expect(textOf(await stage.says('dan', 'let-go pr-103'))).toMatch(/none of them is yours/);
    expect(textOf(await stage.says('dan', 'show pr-103'))).toMatch(/none of them is yours/);
    expect((await choice('ada', 'extend pr-103 1d')).options).toHaveLength(2);
  });

  test('the one that is theirs is meant where the others are not', async () => {
    const given = await stage.says('ben', 'extend shared 1d');
    expect(given).toMatchObject({ kind: 'done', done: [{ about: { arn: expect.stringMatching(/vol-b$/) } }] });
  });

  test('at most ten are offered, the rest is counted', async () => {
    for (let index = 0; index < 14; index++) {
      stage.world.volume(`vol-${index}`, { ttl, owner: 'ana', Name: 'data' });
    }
    await stage.sweeps();
    const { options, more } = await choice('ana', 'show data');
    expect([options.length, more]).toEqual([10, 4]);
  });

  test('a name that is near is proposed, if it is theirs', async () => {
    const text = textOf(await stage.says('ana', 'extend oders 1d'));
    expect(text).toMatch(/Nothing that carries an expiry tag is called "oders"/);
    expect(text).toMatch(/Did you mean "orders"\?/);
    expect(text).toMatch(/newest sweep was 2026-11-23T12:00:00Z; what is newer is named by its ARN/);
    expect(textOf(await stage.says('ana', 'extend bans 1d'))).not.toMatch(/bens/);
    expect(textOf(await stage.says('ada', 'extend bans 1d'))).toMatch(/bens/);
  });
});

test('an extender extends what is not theirs, and lets nothing go', async () => {
  stage.clock.pass(hour);
  expect((await stage.says('dan', 'extend orders 1d')).kind).toBe('done');
  expect(textOf(await stage.says('dan', 'let-go orders'))).toMatch(/Only its owner \(ana\) or @platform may let it go/);
});
