import { beforeEach, describe, expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { type ExtendRequest, extend, extendTargets } from '../../lib/use-cases/extend.ts';
import { findTargets } from '../../lib/use-cases/find-targets.ts';
import { letGo } from '../../lib/use-cases/let-go.ts';
import { aPolicy, at } from '../fakes/builders.ts';
import { account, aWorld, region, type World } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';

// It is 2026-11-23T12:00Z, and what has no other date was created twelve hours ago.
let world: World;
beforeEach(() => {
  world = aWorld();
});

const both = [{ id: account }, { id: '333333333333' }];

function extending(name: string, by: number, request: Partial<ExtendRequest> & { expiry?: object } = {}) {
  const { expiry = {}, ...rest } = request;
  return extend(world.ports, { policy: aPolicy({ accounts: both, expiry }), name, by, who: 'ana', ...rest });
}

describe('one resource', () => {
  test('its present expiry is moved on, and the first key of the policy says the new one', async () => {
    const arn = world.queue('orders', { ttl: '2026-11-24T12:00Z', owner: 'ana' });
    expect(await extending(arn, 2 * day, { reason: 'demo' })).toEqual({
      changed: [{ arn, from: '2026-11-24T12:00:00Z', to: '2026-11-26T12:00:00Z' }],
      failed: [],
    });
    const tags = { ttl: '2026-11-24T12:00Z', owner: 'ana', 'expires-at': '2026-11-26T12:00:00Z' };
    expect(world.tagsOf(arn)).toEqual(tags);
    const [event] = await world.ports.ledger.history(arn);
    expect(event).toMatchObject({ kind: 'extended', by: 'ana', reason: 'demo', to: at('2026-11-26T12:00Z') });
  });

  test('what has expired is extended from now', async () => {
    const arn = world.queue('orders', { 'expires-at': '2026-11-01' });
    const { changed } = await extending(arn, 4 * hour);
    expect(changed[0]?.to).toBe('2026-11-23T16:00:00Z');
  });

  test('the spelling that stands on it is kept, because a second one would collide', async () => {
    const arn = world.queue('orders', { 'Expires-At': '2026-11-24' });
    await extending(arn, day);
    expect(Object.keys(world.tagsOf(arn) ?? {})).toEqual(['Expires-At']);
  });

  test.each([
    ['expiry.maxExtension', {}, '2026-11-30T12:00:00Z'],
    ['expiry.maxLifetime', { maxLifetime: '4d' }, '2026-11-27T00:00:00Z'],
  ])('%s cuts it, and the answer says so', async (cap, expiry, to) => {
    const arn = world.queue('orders', { ttl: '2026-11-24T12:00Z' });
    const { changed } = await extending(arn, 30 * day, { expiry });
    expect(changed).toMatchObject([{ to, note: expect.stringContaining(cap) }]);
    expect(world.tagsOf(arn)?.['expires-at']).toBe(to);
  });

  test('what lasts longer than any cap allows already is not made shorter', async () => {
    const arn = world.queue('orders', { ttl: '2027-01-01T00:00Z' });
    expect((await extending(arn, day)).failed).toMatchObject([{ arn, why: expect.stringContaining('maxExtension') }]);
    expect(world.tagsOf(arn)).toEqual({ ttl: '2027-01-01T00:00Z' });
  });

  test.each([
    ['no expiry key', { owner: 'ana' }, /carries no expiry tag/],
    ['never', { ttl: 'never' }, /never/],
    ['two spellings of a key', { ttl: '3d', TTL: '4d' }, /ttl and TTL differ only in case/],
  ])('with %s it is not extended', async (_, tags, why) => {
    const arn = world.queue('orders', tags);
    expect((await extending(arn, day)).failed).toMatchObject([{ arn, why: expect.stringMatching(why) }]);
    expect(world.tagsOf(arn)).toEqual(tags);
    expect(await world.ports.ledger.history(arn)).toEqual([]);
  });

  test('a value that can not be read gives way to the new one, whichever key it stood under', async () => {
    const arn = world.queue('orders', { ttl: 'soon' });
    const { changed } = await extending(arn, day);
    expect(changed).toMatchObject([{ from: 'soon', to: '2026-11-24T12:00:00Z', note: expect.stringContaining('ttl') }]);
    expect(world.tagsOf(arn)).toEqual({ ttl: '2026-11-24T12:00:00Z', 'expires-at': '2026-11-24T12:00:00Z' });
  });

  test('a stack is not tagged: its extension stands in the ledger, and is there for the next one', async () => {
    const arn = world.stack('web', { ttl: '2026-11-24T12:00Z' });
    await extending(arn, day);
    expect(world.tagsOf(arn)).toEqual({ ttl: '2026-11-24T12:00Z' });
    expect((await world.ports.ledger.memories([arn])).get(arn)?.extendedTo).toBe(at('2026-11-25T12:00Z'));
    expect((await extending(arn, day)).changed).toMatchObject([
      { from: '2026-11-25T12:00:00Z', to: '2026-11-26T12:00:00Z' },
    ]);
  });

  test('when AWS refuses the tag nothing is remembered', async () => {
    const arn = world.queue('orders', { ttl: '2026-11-24' });
    world.refuse.set('TagQueue', () => awsError('AccessDenied', 'no'));
    expect((await extending(arn, day)).failed).toEqual([{ arn, why: 'no' }]);
    expect(await world.ports.ledger.history(arn)).toEqual([]);
  });

  test.each([
    ['arn:aws:sqs:eu-west-1:444444444444:orders', /does not cover account 444444444444/],
    ['arn:aws:glue:eu-west-1:222222222222:job/x', /does not know the type/],
    ['arn:nonsense', /is not an ARN/],
  ])('%s is a bad request', async (arn, why) => {
    await expect(extending(arn, day)).rejects.toThrow(why);
  });
});

describe('an environment', () => {
  const ofPr = (ttl: string) => ({ ttl, environment: 'pr-123' });

  test('all its members are extended, those that only their own service lists, too', async () => {
    const members = [
      world.queue('orders', ofPr('2026-11-24')),
      world.volume('vol-1a', ofPr('2026-11-25')),
      world.group('web', ofPr('2026-11-26')),
    ];
    const other = world.queue('other', { ttl: '2026-11-24', environment: 'pr-1234' });
    const { changed, failed } = await extending('pr-123', day);
    expect(changed.map(({ arn }) => arn).toSorted()).toEqual(members.toSorted());
    expect(failed).toEqual([]);
    expect(world.tagsOf(other)).not.toHaveProperty('expires-at');
  });

  test('one that fails does not stop the others, and is named', async () => {
    const good = world.queue('good', ofPr('2026-11-24'));
    const bad = world.queue('bad', ofPr('2026-11-24'));
    world.refuse.set('TagQueue', ({ QueueUrl }) => (/bad$/.test(String(QueueUrl)) ? awsError('Oh') : undefined));
    expect(await extending('pr-123', day)).toMatchObject({ changed: [{ arn: good }], failed: [{ arn: bad }] });
  });

  test('in two accounts it is asked back, and nothing is written until one is named', async () => {
    const here = world.queue('orders', ofPr('2026-11-24'));
    const there = world.queue('orders', ofPr('2026-11-24'), { account: '333333333333' });
    await expect(extending('pr-123', day)).rejects.toThrow(/several accounts.*222222222222.*333333333333.*--account/);
    expect(world.tagsOf(here)).toEqual(ofPr('2026-11-24'));
    const { changed } = await extending('pr-123', day, { account: '333333333333' });
    expect(changed.map(({ arn }) => arn)).toEqual([there]);
  });

  test('a shard that can not be read is named beside what was extended', async () => {
    const arn = world.queue('orders', ofPr('2026-11-24'));
    world.closed.add('333333333333');
    const { changed, failed } = await extending('pr-123', day);
    expect(changed).toMatchObject([{ arn }]);
    expect(failed).toEqual([{ arn: '333333333333/eu-west-1', why: expect.stringContaining('no way into') }]);
  });

  test('an account that can not be listed is named beside what was extended', async () => {
    const arn = world.queue('orders', ofPr('2026-11-24'));
    world.regionsOf.set(account, [region]);
    const policy = aPolicy({ accounts: both, regions: 'enabled' });
    const { changed, failed } = await extending('pr-123', day, { policy });
    expect(changed).toMatchObject([{ arn }]);
    expect(failed).toEqual([{ arn: '333333333333', why: expect.stringContaining("its regions can't be listed") }]);
  });

  test('a unit that can not be listed is named, also where one account was asked for', async () => {
    world.queue('orders', ofPr('2026-11-24'));
    const unit = 'ou-a1b2-c3d4e5f6';
    const policy = aPolicy({ accounts: [{ id: account }, { ou: unit }] });
    for (const asked of [{}, { account }]) {
      const { failed } = await extending('pr-123', day, { policy, ...asked });
      expect(failed).toEqual([{ arn: unit, why: expect.stringContaining('listing the accounts of') }]);
    }
  });

  test('an account that nobody asked for is not missed', async () => {
    world.queue('orders', ofPr('2026-11-24'));
    world.regionsOf.set(account, [region]);
    const policy = aPolicy({ accounts: both, regions: 'enabled' });
    expect((await extending('pr-123', day, { policy, account })).failed).toEqual([]);
  });

  test('a name that is found nowhere says which accounts were not searched', async () => {
    world.regionsOf.set(account, [region]);
    const policy = aPolicy({ accounts: both, regions: 'enabled' });
    await expect(extending('pr-999', day, { policy })).rejects.toThrow(/environment=pr-999.*333333333333/);
  });

  test('a listing that fails in part is named, too', async () => {
    world.queue('orders', ofPr('2026-11-24'));
    world.refuse.set('DescribeAutoScalingGroups', () => awsError('AccessDenied', 'not allowed'));
    const { changed, failed } = await extending('pr-123', day, { account });
    expect(changed).toHaveLength(1);
    expect(failed).toEqual([{ arn: `${account}/eu-west-1`, why: expect.stringContaining('not allowed') }]);
  });

  test('a name that nothing carries is a bad request', async () => {
    await expect(extending('pr-999', day)).rejects.toThrow(/nothing .* environment=pr-999/);
  });
});

describe('what was let go', () => {
  const letGoNow = async (arn: string) => {
    const policy = aPolicy({ accounts: both });
    await (await letGo(world.ports, { policy, name: arn, who: 'ana' })).confirm();
  };
  const isLetGo = async (arn: string) => (await world.ports.ledger.memories([arn])).get(arn)?.letGo !== undefined;

  test('is taken back also where it lasts as long as it may already, and its tag is left alone', async () => {
    const arn = world.queue('orders', { ttl: '2027-01-01T00:00Z' });
    await letGoNow(arn);
    const { changed, failed } = await extending(arn, day);
    expect(failed).toEqual([]);
    expect(changed).toMatchObject([{ arn, to: '2027-01-01T00:00:00Z', note: expect.stringMatching(/not let go any/) }]);
    expect(await isLetGo(arn)).toBe(false);
    expect(world.tagsOf(arn)).toEqual({ ttl: '2027-01-01T00:00Z' });
  });

  test('and never expires stays let go, and the answer says so', async () => {
    const arn = world.queue('orders', { ttl: 'never' });
    await letGoNow(arn);
    expect((await extending(arn, day)).failed).toMatchObject([
      { arn, why: expect.stringMatching(/let go all the same/) },
    ]);
    expect(await isLetGo(arn)).toBe(true);
  });
});

describe('to an instant', () => {
  const keeping = (arn: string, until: string, expiry = {}) => keepUntil(arn, at(until), expiry);
  async function keepUntil(arn: string, until: number, expiry: object) {
    const policy = aPolicy({ expiry });
    const { targets } = await findTargets(world.ports, policy, arn);
    return extendTargets(world.ports, { policy, wanted: { until }, who: 'ana', reason: 'demo' }, targets);
  }

  test('it lasts until then', async () => {
    const arn = world.queue('orders', { ttl: '2026-11-24T12:00Z' });
    expect(await keeping(arn, '2026-11-27T16:00Z')).toMatchObject([{ kind: 'extended', to: at('2026-11-27T16:00Z') }]);
    expect(world.tagsOf(arn)).toMatchObject({ 'expires-at': '2026-11-27T16:00:00Z' });
  });

  test('the caps cut it as they cut an extension', async () => {
    const arn = world.queue('orders', { ttl: '2026-11-24T12:00Z' });
    const cut = { kind: 'extended', to: at('2026-11-30T12:00Z'), note: expect.stringContaining('maxExtension') };
    expect(await keeping(arn, '2027-11-27')).toMatchObject([cut]);
  });

  test('what lasts longer is not made shorter', async () => {
    const arn = world.queue('orders', { ttl: '2026-11-29T12:00Z' });
    expect(await keeping(arn, '2026-11-25')).toMatchObject([
      { kind: 'not-extended', why: 'it already lasts to 2026-11-29T12:00:00Z' },
    ]);
    expect(world.tagsOf(arn)).toEqual({ ttl: '2026-11-29T12:00Z' });
  });
});
