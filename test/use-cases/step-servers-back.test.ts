import { beforeEach, describe, expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { extend } from '../../lib/use-cases/extend.ts';
import { policyWith, type ServerSweeps, staging, sweepsOf } from '../fakes/server-sweeps.ts';
import { aServerWorld, type ServerWorld } from '../fakes/world-servers.ts';
import { awsError } from '../samples/sample.ts';

// What people do to a server that Mayfly stopped.

let world: ServerWorld;
let sweeps: ServerSweeps;
beforeEach(async () => {
  world = aServerWorld();
  sweeps = sweepsOf(world);
  await sweeps.until('not-due');
  world.clock.pass(2 * hour);
});

const back = 'started-again: changed: a person started it again: its time begins anew';

describe('a person starts it', () => {
  beforeEach(() => world.people.start('i-1a'));

  test('it is alive: its date goes, and its 30 days begin anew', async () => {
    world.clock.pass(hour);
    const { said, outcome } = await sweeps.once();
    expect(said).toBe(back);
    expect(outcome).toMatchObject({ startedAgain: true });
    expect(sweeps.server.tags).toEqual(staging);
    expect((await sweeps.memory())?.stopped).toBeUndefined();
    world.clock.pass(20 * day);
    expect((await sweeps.once()).decision?.reason).toBe('changed-lately');
  });

  test('and is alive also where its date had passed, was warned of, and nobody swept in between', async () => {
    world.clock.pass(30 * day);
    expect((await sweeps.once()).said).toBe(back);
    expect(sweeps.server.tags).toEqual(staging);
    expect(world.aws.removals).toEqual([]);
  });

  test.each<[string, () => void]>([
    ['excludes it from the rule', () => world.people.tag('i-1a', 'mayfly:not-idle', 'true')],
    ['protects it', () => world.people.tag('i-1a', 'mayfly:protect', 'true')],
    ['takes the tags of the rule off', () => world.people.untag('i-1a', 'environment')],
    ['turns its stop protection on', () => Object.assign(sweeps.server, { stopProtected: true })],
    [
      'stops it again before the next sweep',
      () => {
        world.clock.pass(hour);
        world.people.stop('i-1a');
        world.clock.pass(hour);
      },
    ],
  ])('and %s', async (_, does) => {
    does();
    expect((await sweeps.once()).said).toBe(back);
    expect(sweeps.server.tags).not.toHaveProperty('expires-at');
  });

  test('and has written a date of their own: that stands', async () => {
    world.people.tag('i-1a', 'expires-at', '2027-03-01T00:00:00Z');
    expect((await sweeps.once()).said).toBe(back);
    expect(sweeps.server.tags).toMatchObject({ 'expires-at': '2027-03-01T00:00:00Z' });
  });

  test('and AWS refuses to take the date off: it is told, and the server is not removed for it', async () => {
    world.refuse.set('DeleteTags', () => awsError('UnauthorizedOperation', 'its tags are not those of the rule'));
    const { said } = await sweeps.once();
    expect(said).toMatch(
      /^started-again: failed: a person started it again, but its tag expires-at can't be taken off/,
    );
    expect(said).toMatch(/Mayfly does not remove it; the next sweep tries again, or take the tag off yourself$/);
    for (let sweep = 0; sweep < 20; sweep += 1) {
      world.clock.pass(day);
      await sweeps.once();
    }
    expect(world.aws.removals).toEqual([]);
    world.refuse.clear();
    expect((await sweeps.once()).said).toBe(back);
  });

  test('in an account that is only observed by now: nothing is taken off, and nothing removed', async () => {
    world.clock.pass(30 * day);
    expect((await sweeps.once(policyWith({}, { mode: 'observe' }))).said).toBe('account-observed');
    expect(sweeps.server.tags).toHaveProperty('expires-at');
    expect((await sweeps.once()).said).toBe(back);
  });

  test('and extends its date by Mayfly before: what Mayfly wrote goes all the same', async () => {
    await extend(world.ports, { policy: policyWith(), name: sweeps.server.arn, by: 3 * day, who: 'ana' });
    expect((await sweeps.once()).said).toBe(back);
    expect(sweeps.server.tags).toEqual(staging);
  });

  test('and the ledger does not take it: the next sweep finds out once more', async () => {
    const { ledger } = world.ports;
    const write = ledger.record.bind(ledger);
    ledger.record = async (events) => {
      if (events.some(({ kind }) => kind === 'started-again')) throw new Error('the table is busy');
      return write(events);
    };
    expect((await sweeps.once()).said).toMatch(/begins anew, but the ledger could not be written.*tries again$/);
    ledger.record = write;
    expect((await sweeps.once()).said).toBe(back);
  });
});

test('its tags are taken off: it stays stopped, and goes no sooner than after a new copy', async () => {
  world.people.untag('i-1a', 'environment');
  expect((await sweeps.once()).decision?.reason).toBe('not-due');
  await sweeps.until('idle-done');
  expect(world.aws.images.size).toBe(2);
  await sweeps.once();
  expect(world.aws).toMatchObject({ removals: ['i-1a'], breaches: [] });
});

test('started and shut down from inside: nothing is copied, and nothing removed', async () => {
  // Nobody swept while it ran, and its launch is what tells: its date goes, and so does all that would follow.
  world.people.start('i-1a');
  world.clock.pass(hour);
  world.people.shutDown('i-1a');
  world.clock.pass(20 * day);
  expect((await sweeps.once()).said).toBe(back);
  for (let sweep = 0; sweep < 20; sweep += 1) {
    world.clock.pass(day);
    await sweeps.once();
  }
  expect(world.aws.images.size).toBe(1);
  expect(world.aws.removals).toEqual([]);
});

test('a stop of which EC2 shows no time is never copied sweep after sweep', async () => {
  Object.assign(sweeps.server, { stopIsHidden: true });
  world.clock.pass(20 * day);
  const said = new Set<string>();
  for (let sweep = 0; sweep < 20; sweep += 1) {
    world.clock.pass(day);
    said.add((await sweeps.once()).said);
  }
  expect([...said].at(-1)).toMatch(/^idle-evidence-missing/);
  expect(world.aws.images.size).toBe(1);
  expect(world.aws.removals).toEqual([]);
});
