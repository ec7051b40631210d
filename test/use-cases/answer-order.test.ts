import { beforeEach, describe, expect, test } from 'vitest';
import { hour } from '../../lib/core/time.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { at } from '../fakes/builders.ts';
import { aStage, idOf, type Stage, textOf } from '../fakes/slack-stage.ts';
import { awsError } from '../samples/sample.ts';

// It is 2026-11-23T12:00Z; things were created twelve hours ago.
const ttl = '2026-11-24T12:00Z';

let stage: Stage;
beforeEach(() => {
  stage = aStage();
});

const ofAna = (more = {}) => ({ ttl, owner: 'ana', ...more });
const tagsOf = (arn: string) => stage.world.tagsOf(arn);
const ledger = () => stage.world.ports.ledger;

describe('extend', () => {
  test('by its owner, by the name of its queue, is written, remembered and told', async () => {
    const arn = stage.world.queue('orders', ofAna());
    await stage.sweeps();
    const given = await stage.says('ana', 'extend orders 2d the demo');
    expect(given).toMatchObject({
      kind: 'done',
      order: 'extend',
      done: [{ about: { arn, owner: 'ana', account: '222222222222' } }],
      failed: [],
    });
    expect(textOf(given)).toContain('lasts until 2026-11-26T12:00:00Z (was 2026-11-24T12:00:00Z)');
    expect(tagsOf(arn)).toMatchObject({ 'expires-at': '2026-11-26T12:00:00Z' });
    const extended = (await ledger().history(arn)).find(({ kind }) => kind === 'extended');
    expect(extended).toMatchObject({ by: `ana (${idOf('ana')}) in Slack`, reason: 'the demo' });
  });

  test('an ARN needs no sweep before', async () => {
    const arn = stage.world.queue('orders', ofAna());
    await stage.says('ana', `extend ${arn} 2d`);
    expect(tagsOf(arn)).toMatchObject({ 'expires-at': '2026-11-26T12:00:00Z' });
  });

  test('a name without any sweep says what works', async () => {
    expect(textOf(await stage.says('ana', 'extend orders 2d'))).toMatch(/No sweep has ended yet.*An ARN works now/);
  });

  test('of an environment extends what is the person’s, and counts the rest without naming it', async () => {
    const mine = stage.world.queue('mine', ofAna({ environment: 'pr-102' }));
    const bens = stage.world.queue('secret-of-ben', { ttl, owner: 'ben', environment: 'pr-102' });
    const nobodys = stage.world.queue('lost', { ttl, environment: 'pr-102' });
    await stage.sweeps();
    const given = await stage.says('ana', 'extend pr-102 2d');
    expect(given).toMatchObject({ kind: 'done', done: [{ about: { arn: mine } }], failed: [] });
    const text = textOf(given);
    expect(text).toMatch(/1 more is not yours to decide about. Only its owner \(ben\), @developers or @platform may/);
    expect(text).toMatch(/It names no owner. Only @developers or @platform may extend it/);
    expect(text).not.toMatch(/secret-of-ben|lost/);
    expect(text).toMatch(/This is pr-102 as the sweep saw it .*what is newer is named by its ARN/);
    expect(tagsOf(bens)).toEqual({ ttl, owner: 'ben', environment: 'pr-102' });
    expect(tagsOf(nobodys)).toEqual({ ttl, environment: 'pr-102' });
  });

  test('the owner is whom the tag names now, not whom a sweep saw', async () => {
    const arn = stage.world.queue('orders', ofAna());
    await stage.sweeps();
    stage.world.queue('orders', { ttl, owner: 'ben' });
    expect(textOf(await stage.says('ana', 'extend orders 2d'))).toMatch(/Only its owner \(ben\)/);
    expect(tagsOf(arn)).toEqual({ ttl, owner: 'ben' });
  });

  test('one that fails does not stop the others, and is named', async () => {
    const good = stage.world.queue('good', ofAna({ environment: 'pr-102' }));
    const bad = stage.world.queue('bad', ofAna({ environment: 'pr-102' }));
    await stage.sweeps();
    stage.world.refuse.set('TagQueue', ({ QueueUrl }) =>
      /bad$/.test(String(QueueUrl)) ? awsError('AccessDenied', 'not allowed') : undefined,
    );
    const given = await stage.says('ana', 'extend pr-102 2d');
    expect(given).toMatchObject({
      done: [{ about: { arn: good } }],
      failed: [{ about: { arn: bad }, words: ['not allowed'] }],
    });
  });

  test('what could not be given is told: caps, no expiry key, two spellings', async () => {
    const long = stage.world.queue('long', ofAna());
    expect(textOf(await stage.says('ana', `extend ${long} 30d`))).toMatch(
      /2026-11-30.*less than asked for.*maxExtension/,
    );
    const bare = stage.world.queue('bare', { owner: 'ana' });
    expect(await stage.says('ana', `extend ${bare} 1d`)).toMatchObject({
      done: [],
      failed: [{ words: [expect.stringContaining('carries no expiry tag')] }],
    });
    expect(tagsOf(bare)).toEqual({ owner: 'ana' });
  });

  test('is visible in the warning that named it', async () => {
    const arn = stage.world.queue('orders', ofAna());
    await stage.sweeps();
    const [warning] = stage.world.warnings;
    await stage.says('ana', 'extend orders 2d');
    const [updated] = stage.world.updates;
    expect(updated?.id).toBe(warning?.id);
    const state = { kind: 'extended', to: at('2026-11-26T12:00Z'), by: `ana (${idOf('ana')}) in Slack` };
    expect(updated?.items).toMatchObject([{ arn, state }]);
  });
});

describe('keep', () => {
  test('lasts to the end of the day in the zone of the policy, with its reason', async () => {
    const arn = stage.world.queue('orders', ofAna());
    await stage.sweeps();
    const given = await stage.says('ana', 'keep orders until 2026-11-28 customer demo');
    expect(given).toMatchObject({ kind: 'done', order: 'keep', done: [{ about: { arn } }] });
    expect(tagsOf(arn)).toMatchObject({ 'expires-at': '2026-11-28T23:00:00Z' });
    const event = (await ledger().history(arn)).find(({ kind }) => kind === 'extended');
    expect(event).toMatchObject({ reason: 'customer demo' });
  });

  test('ends by itself, at the latest after the longest extension', async () => {
    const arn = stage.world.queue('orders', ofAna());
    const given = await stage.says('ana', `keep ${arn} until 2027-11-28 for ever`);
    expect(tagsOf(arn)).toMatchObject({ 'expires-at': '2026-11-30T12:00:00Z' });
    expect(textOf(given)).toContain('maxExtension');
  });

  test('never makes anything shorter', async () => {
    const arn = stage.world.queue('orders', ofAna({ ttl: '2026-11-28T12:00Z' }));
    expect(textOf(await stage.says('ana', `keep ${arn} until 2026-11-24 x`))).toMatch(/already lasts to 2026-11-28/);
    expect(tagsOf(arn)).toEqual(ofAna({ ttl: '2026-11-28T12:00Z' }));
  });
});

describe('too late', () => {
  const requested = (arn: string, when = stage.clock.now()) =>
    ledger().record([{ arn, at: when, kind: 'removal-requested', identity: 'x' }]);

  test('is said with when, if it was removed', async () => {
    const arn = stage.world.queue('orders', ofAna());
    await stage.sweeps();
    stage.world.place().queues.delete('orders');
    await ledger().record([{ arn, at: at('2026-11-23T12:00Z'), kind: 'removed' }]);
    stage.clock.pass(hour);
    const given = await stage.says('ana', 'extend orders 1d');
    expect(given).toMatchObject({ done: [], failed: [{ about: { arn } }] });
    expect(textOf(given)).toContain('too late: Mayfly removed it 2026-11-23T12:00:00Z');
  });

  test('is said where AWS is deleting it, and who asked for that', async () => {
    const arn = stage.world.instance('i-0abc', ofAna());
    await stage.sweeps();
    const leaving = { Reservations: [{ Instances: [{ InstanceId: 'i-0abc', State: { Name: 'shutting-down' } }] }] };
    const { source } = answeredClients({ DescribeInstances: leaving });
    stage.world.ports.cloud.reader = async () => ({ partition: 'aws', source });
    expect(textOf(await stage.says('ana', 'extend i-0abc 1d'))).toMatch(/AWS is deleting it, and Mayfly did not ask/);
    await requested(arn);
    const given = await stage.says('ana', 'extend i-0abc 1d');
    expect(textOf(given)).toMatch(/too late: Mayfly asked AWS 2026-11-23T12:00:00Z to remove it, and AWS is deleting/);
  });

  test('is said where the removal came between the look and the tag', async () => {
    const arn = stage.world.queue('orders', ofAna());
    await stage.sweeps();
    // The tag is still written; in that moment the reaper asks for the removal, and AWS carries it out.
    stage.world.refuse.set('TagQueue', () => {
      void requested(arn);
      queueMicrotask(() => stage.world.place().queues.delete('orders'));
      return undefined;
    });
    const given = await stage.says('ana', 'extend orders 1d');
    expect(given).toMatchObject({ done: [], failed: [{ about: { arn } }] });
    expect(textOf(given)).toMatch(/too late: Mayfly asked AWS .* to remove it, and it is gone/);
  });

  test('is not said where AWS shows that it is there; that a removal was asked for is', async () => {
    const arn = stage.world.queue('orders', ofAna());
    await stage.sweeps();
    await requested(arn);
    const given = await stage.says('ana', 'extend orders 1d');
    expect(given).toMatchObject({ done: [{ about: { arn } }], failed: [] });
    expect(textOf(given)).toMatch(/its removal was asked for 2026-11-23T12:00:00Z, and AWS shows nothing of it/);
  });

  test('nor where nobody knows whether it is there', async () => {
    const arn = stage.world.queue('orders', ofAna());
    await stage.sweeps();
    stage.world.closed.add('222222222222');
    const given = await stage.says('ana', 'extend orders 1d');
    expect(given).toMatchObject({ done: [], failed: [{ about: { arn } }] });
    expect(textOf(given)).toMatch(/no way into 222222222222/);
  });
});
