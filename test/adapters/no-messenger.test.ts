import { expect, test } from 'vitest';
import { commandLineMessenger } from '../../lib/adapters/no-messenger.ts';
import type { Notice } from '../../lib/core/notice.ts';
import { tellSweep } from '../../lib/use-cases/report-sweep.ts';
import { aGuardMessage } from '../fakes/guard-messages.ts';
import { policy, removing } from '../fakes/tellings.ts';
import { aWorld } from '../fakes/world.ts';

const aNotice = (kind: Notice['kind']): Notice => ({ id: 'notice-1', kind, at: 0, items: [] });

test.each([true, false])('on the command line no warning counts as delivered, with a hub: %s', async (hasHub) => {
  const messenger = commandLineMessenger({ hasHub });
  expect(await messenger.warn(aNotice('warning'))).toMatchObject({ kind: 'failed' });
  expect(await messenger.warn(aNotice('hold'))).toMatchObject({ kind: 'nowhere' });
});

test.each([
  [true, 'failed'],
  [false, 'nowhere'],
])('what the guard says counts as not delivered where a hub has a channel for it: %s', async (hasHub, kind) => {
  expect(await commandLineMessenger({ hasHub }).guard(aGuardMessage())).toMatchObject({ kind });
});

test.each([
  ['with a hub waits for its next sweep', true, ['run-1'], 1],
  ['without one is no problem, and nothing waits', false, [], 0],
])('the report of a run on the command line %s', async (_, hasHub, waiting, problems) => {
  const { ports } = aWorld();
  const here = { ...ports, messenger: commandLineMessenger({ hasHub }) };
  expect(await tellSweep(here, policy, removing('run-1'))).toHaveLength(problems);
  expect((await ports.ledger.undelivered()).map(({ run }) => run)).toEqual(waiting);
});
