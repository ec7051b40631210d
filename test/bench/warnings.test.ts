import { describe, expect, test } from 'vitest';
import { minute } from '../../lib/core/time.ts';
import { strictSlack } from '../../scripts/bench/answered-slack.ts';
import { virtualClock } from '../../scripts/bench/virtual-clock.ts';
import { tellAll } from '../../scripts/bench/warnings.ts';
import { at } from '../fakes/builders.ts';

const start = at('2026-11-25T10:00Z');

describe('the clock of the bench', () => {
  test('sleeps side by side take as long as the longest, one after the other as long as all', async () => {
    const clock = virtualClock(start);
    const ended = await clock.run(async () => {
      const one = clock.sleep(3_000).then(() => clock.sleep(4_000));
      await Promise.all([one, clock.sleep(5_000)]);
      return clock.now() - start;
    });
    expect(ended).toBe(7_000);
  });

  test('what the work throws is thrown, and a sleep that is aborted ends at once', async () => {
    const clock = virtualClock(start);
    const aborted = clock.run(() => clock.sleep(60_000, AbortSignal.abort()));
    await expect(aborted).resolves.toBeUndefined();
    await expect(clock.run(() => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
    expect(clock.now()).toBe(start);
  });
});

test('the Slack of the bench takes no more than its pages promise', async () => {
  const clock = virtualClock(start);
  const slack = strictSlack(clock, 100);
  const ask = (method: string, body: string) =>
    slack.fetch(`https://slack.com/api/${method}`, { method: 'POST', body });
  const statuses = await clock.run(async () => {
    const opened = Array.from({ length: 51 }, () => ask('conversations.open', 'users=U1'));
    const posted = ['C1', 'C2', 'C1'].map((channel) => ask('chat.postMessage', `channel=${channel}`));
    const first = (await Promise.all([...opened, ...posted])).map(({ status }) => status);
    await clock.sleep(minute);
    const later = await Promise.all([ask('conversations.open', 'users=U1'), ask('chat.postMessage', 'channel=C1')]);
    return { first, later: later.map(({ status }) => status) };
  });
  expect(statuses.first.filter((status) => status === 429)).toHaveLength(2);
  expect([statuses.first[50], statuses.first.at(-1), statuses.later]).toEqual([429, 429, [200, 200]]);
  expect(slack.refused()).toBe(2);
});

test('1,000 warnings reach 200 owners within the time of the step, and never too fast for Slack', async () => {
  const environments = 2;
  const { first, later } = await tellAll({ resources: 1_000, owners: 200, environments });
  for (const told of [first, later]) {
    expect([told.delivered, told.failures, told.refused]).toEqual([200 * environments, [], 0]);
    expect(told.calls.get('chat.postMessage')).toBe(200 * environments);
    // Fifty direct messages are opened in a minute.
    expect(told.seconds).toBeGreaterThan(3 * 60);
    expect(told.seconds).toBeLessThan(10 * 60);
  }
  expect([first.calls.get('users.lookupByEmail'), later.calls.get('users.lookupByEmail')]).toEqual([200, undefined]);
});
