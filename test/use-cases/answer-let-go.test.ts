import { beforeEach, describe, expect, test } from 'vitest';
import type { Notice } from '../../lib/core/notice.ts';
import { hour, minute } from '../../lib/core/time.ts';
import { aStage, idOf, type Stage, textOf } from '../fakes/slack-stage.ts';
import { account } from '../fakes/world.ts';

const ttl = '2026-12-24';

let stage: Stage;
beforeEach(() => {
  stage = aStage();
});

const ofAna = (more = {}) => ({ ttl, owner: 'ana', environment: 'pr-102', ...more });
const isLetGo = async (arn: string) =>
  (await stage.world.ports.ledger.memories([arn])).get(arn)?.letGo?.by === `ana (${idOf('ana')}) in Slack`;

/** The notice of the question that was asked back. */
async function question(text = 'let-go pr-102'): Promise<Notice> {
  const given = await stage.says('ana', text);
  if (given.kind !== 'question') throw new Error(`no question: ${textOf(given)}`);
  return given.notice;
}

test('one resource is let go at once, and the answer says when it goes and how to take that back', async () => {
  const arn = stage.world.queue('orders', ofAna());
  await stage.sweeps();
  const given = await stage.says('ana', 'let-go orders');
  expect(given).toMatchObject({ kind: 'done', order: 'let-go', done: [{ about: { arn } }], failed: [] });
  expect(textOf(given)).toMatch(
    /next sweep removes .*sweeps come every hour.*`\/ttl extend arn:aws:sqs:.* 1d` takes it/,
  );
  expect(await isLetGo(arn)).toBe(true);
  const { outcomes } = await stage.sweeps();
  expect(outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
});

test('what stands in the way of the order is told with it', async () => {
  const arn = stage.world.queue('orders', ofAna());
  await stage.world.ports.ledger.lowerMode(account, 'observe', 'ben');
  await stage.says('ben', 'pause 4h');
  const text = textOf(await stage.says('ana', `let-go ${arn}`));
  expect(text).toMatch(/paused until 2026-11-23T16:00:00Z: nothing goes before that/);
  expect(text).toMatch(/222222222222 is only observed/);
});

describe('more than one', () => {
  let arns: string[];
  beforeEach(async () => {
    arns = ['orders', 'mails'].map((name) => stage.world.queue(name, ofAna()));
    stage.world.queue('of-ben', { ttl, owner: 'ben', environment: 'pr-102' });
    stage.world.queue('audit', ofAna({ 'mayfly:protect': 'true' }));
    await stage.sweeps();
  });

  test('is asked back with a list, and nothing is ordered before the answer', async () => {
    const given = await stage.says('ana', 'let-go pr-102');
    const items = arns.toSorted().map((arn) => expect.objectContaining({ arn, identity: expect.any(String) }));
    expect(given).toMatchObject({
      kind: 'question',
      notice: { kind: 'question', askedOf: idOf('ana'), environment: 'pr-102' },
      failed: [{ about: { arn: expect.stringContaining('audit') }, words: ['Its protect tag says true.'] }],
    });
    expect(given.kind === 'question' && given.notice.items.toSorted((a, b) => (a.arn < b.arn ? -1 : 1))).toEqual(items);
    expect(textOf(given)).not.toContain('of-ben');
    for (const arn of arns) expect(await isLetGo(arn)).toBe(false);
  });

  test('goes once the person who was asked confirms', async () => {
    const { id } = await question();
    const given = await stage.clicks('ana', 'confirm', id);
    expect(given).toMatchObject({ kind: 'done', order: 'let-go', failed: [] });
    for (const arn of arns) expect(await isLetGo(arn)).toBe(true);
    expect((await stage.world.ports.ledger.notice(id))?.items).toMatchObject([
      { state: { kind: 'let-go' } },
      { state: { kind: 'let-go' } },
    ]);
  });

  test.each([
    ['somebody else', 'ben', /Only @U0ANA000001, who was asked/],
    ['an admin', 'ada', /Only @U0ANA000001, who was asked/],
  ] as const)('is not confirmed by %s', async (_, name, says) => {
    const { id } = await question();
    expect(textOf(await stage.clicks(name, 'confirm', id))).toMatch(says);
    for (const arn of arns) expect(await isLetGo(arn)).toBe(false);
  });

  test('stays after a cancel, and the question is over', async () => {
    const { id } = await question();
    expect(textOf(await stage.clicks('ana', 'cancel', id))).toBe('Nothing was let go.');
    expect(textOf(await stage.clicks('ana', 'confirm', id))).toMatch(/was answered before/);
    for (const arn of arns) expect(await isLetGo(arn)).toBe(false);
  });

  test('is not confirmed after an hour', async () => {
    const { id } = await question();
    stage.clock.pass(hour + minute);
    expect(textOf(await stage.clicks('ana', 'confirm', id))).toMatch(/older than an hour: nothing was let go/);
    for (const arn of arns) expect(await isLetGo(arn)).toBe(false);
  });

  test('is authorised again: what changed hands since stays', async () => {
    const { id } = await question();
    stage.world.queue('orders', ofAna({ owner: 'ben' }));
    const given = await stage.clicks('ana', 'confirm', id);
    expect(given).toMatchObject({ done: [{ about: { arn: expect.stringContaining('mails') } }] });
    expect(textOf(given)).toMatch(/1 more is not yours to decide about. Only its owner \(ben\)/);
    expect(await Promise.all(arns.map(isLetGo))).toEqual([false, true]);
  });

  test('is looked at again: what is gone or was made anew since is told', async () => {
    const { id } = await question();
    stage.world.place().queues.delete('orders');
    stage.world.queue('mails', ofAna(), { createdAt: stage.clock.now() - minute });
    const given = await stage.clicks('ana', 'confirm', id);
    expect(given).toMatchObject({ done: [] });
    expect(textOf(given)).toMatch(/orders too late: it does not exist any more/);
    expect(textOf(given)).toMatch(/mails it was made anew since/);
    for (const arn of arns) expect(await isLetGo(arn)).toBe(false);
  });

  test('is refused where it is too much for one list', async () => {
    for (let index = 0; index < 500; index++) stage.world.queue(`many-${index}`, ofAna());
    await stage.sweeps();
    expect(textOf(await stage.says('ana', 'let-go pr-102'))).toMatch(/502 resources; 500 at once are the most/);
  });
});
