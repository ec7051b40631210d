import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import type { GuardMessage } from '../../lib/core/guard-message.ts';
import type { Clock } from '../../lib/use-cases/ports.ts';
import type { Delivery } from '../../lib/use-cases/ports-people.ts';
import { hurriedClock } from './clocks.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-alarms-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let ledgers = 0;

/** A hub that hears alarms, with a ledger. Its Slack answers the next of `answers`, and at last that all is well. */
export function anAlarmHub({ clock = hurriedClock(), answers = [] }: { clock?: Clock; answers?: Delivery[] } = {}) {
  const ledger = sqliteLedger(join(folder, `${++ledgers}.sqlite`), clock);
  /** What people have been told. */
  const told: GuardMessage[] = [];
  const messenger = {
    guard: async (message: GuardMessage): Promise<Delivery> => {
      const delivery = answers.shift() ?? { kind: 'delivered', to: '#costs' };
      if (delivery.kind === 'delivered') told.push(message);
      return delivery;
    },
  };
  return { ports: { clock, ledger, messenger }, ledger, told };
}
