import { expect, test, vi } from 'vitest';
import { type Connected, lazySlack } from '../../../lib/adapters/slack/lazily.ts';
import type { Notice } from '../../../lib/core/notice.ts';
import type { SweepReport } from '../../../lib/core/sweep-report.ts';
import type { Delivery } from '../../../lib/use-cases/ports-people.ts';
import { aGuardMessage } from '../../fakes/guard-messages.ts';

const notice = { id: 'notice-1', kind: 'warning', at: 0, items: [] } satisfies Notice;
const report = {} as SweepReport;
const delivered: Delivery = { kind: 'delivered', to: 'ana' };

function aSlack(): Connected {
  const deliver = async () => delivered;
  return {
    messenger: { warn: deliver, report: deliver, guard: deliver, update: deliver },
    directory: {
      person: async (id) => ({ id, name: 'Ana', standing: 'member' }),
      personByEmail: async () => undefined,
      members: async () => ['U1'],
    },
  };
}

test('nobody connects before something is told, and then once', async () => {
  const connect = vi.fn(async () => aSlack());
  const { messenger, directory } = lazySlack(connect);
  expect(connect).not.toHaveBeenCalled();
  const told = await Promise.all([messenger.warn(notice), messenger.report(report), messenger.update(notice)]);
  expect(told).toEqual([delivered, delivered, delivered]);
  expect(await messenger.guard(aGuardMessage())).toEqual(delivered);
  const asked = [await directory.person('U1'), await directory.personByEmail('x@y'), await directory.members('@all')];
  expect(asked).toEqual([{ id: 'U1', name: 'Ana', standing: 'member' }, undefined, ['U1']]);
  expect(connect).toHaveBeenCalledTimes(1);
});

test('what can not be connected is a failed delivery in words, and the next one tries again', async () => {
  const connect = vi.fn(async () => aSlack());
  connect.mockRejectedValueOnce(new Error('the bot token of Slack is not set up yet'));
  const { messenger } = lazySlack(connect);
  const why = 'the bot token of Slack is not set up yet';
  expect(await messenger.warn(notice)).toEqual({ kind: 'failed', why });
  expect(await messenger.warn(notice)).toEqual(delivered);
});

test('who is who can not be told then: that is an error, never "nobody"', async () => {
  const { directory } = lazySlack(async () => Promise.reject(new Error('no token')));
  await expect(directory.person('U1')).rejects.toThrow('no token');
  await expect(directory.personByEmail('ana@example.com')).rejects.toThrow('no token');
  await expect(directory.members('@all')).rejects.toThrow('no token');
});

test('a messenger that breaks, against its promise, has failed to deliver', async () => {
  const broken = { ...aSlack().messenger, report: async () => Promise.reject(new Error('a defect')) };
  const { messenger } = lazySlack(async () => ({ ...aSlack(), messenger: broken }));
  expect(await messenger.report(report)).toEqual({ kind: 'failed', why: 'a defect' });
});
