import { randomBytes } from 'node:crypto';
import type { Approval } from '../core/limits.ts';
import type { Mode } from '../core/policy.ts';
import { type Instant, toIso } from '../core/time.ts';
import type { Clock, Ledger } from '../use-cases/ports.ts';
import type { Item } from './ledger-dynamodb-items.ts';
import { expiring, isThere } from './ledger-dynamodb-state.ts';
import type { Key, Table } from './ledger-dynamodb-table.ts';
import { transactAnyway } from './ledger-dynamodb-transaction.ts';
import { ledgerPartitions } from './ledger-table.ts';

type Switches = Pick<
  Ledger,
  'pausedUntil' | 'pause' | 'resume' | 'loweredModes' | 'lowerMode' | 'approvals' | 'approve' | 'useApprovals'
>;

const { switches: switchPartition, approvals: approvalPartition, orders: orderPartition } = ledgerPartitions;
const modePrefix = 'mode#';

/** What the gate reads, too. */
export const pauseKey: Key = { pk: switchPartition, sk: 'pause' };
export const modeKey = (account: string): Key => ({ pk: switchPartition, sk: `${modePrefix}${account}` });

export function switchesIn(table: Table, clock: Clock): Switches {
  const orders = ordersIn(table, clock);
  return {
    async pausedUntil() {
      const [item] = await table.get([pauseKey]);
      return pausedUntil(item, clock);
    },
    pause: (until, by) => orders(pauseKey, { until }, by),
    resume: (by) => orders(pauseKey, {}, by),
    async loweredModes() {
      const items = await table.query(switchPartition, modePrefix);
      return new Map(items.map(({ sk, mode }) => [String(sk).slice(modePrefix.length), mode as Mode]));
    },
    lowerMode: (account, mode, by) => orders(modeKey(account), { mode }, by),
    ...approvalsIn(table, clock),
  };
}

/** The pause that the item tells of, while it lasts. */
export function pausedUntil(item: Item | undefined, clock: Clock): Instant | undefined {
  const until = Number(item?.['until'] ?? 0);
  return clock.now() < until ? until : undefined;
}

/** What a person orders counts at once, and stays in the table as an order when the next one has taken its place. */
function ordersIn(table: Table, clock: Clock) {
  return (key: Key, order: Item, by: string): Promise<void> => {
    const at = toIso(clock.now());
    const item = { ...order, by, at };
    const log = { pk: orderPartition, sk: `${at}#${randomBytes(4).toString('hex')}`, switch: key.sk };
    return transactAnyway(table, [{ put: { ...key, ...item } }, { put: { ...log, ...item, ...expiring(clock) } }]);
  };
}

function approvalsIn(table: Table, clock: Clock): Pick<Ledger, 'approvals' | 'approve' | 'useApprovals'> {
  return {
    async approvals() {
      const items = await table.query(approvalPartition);
      const unused = items.filter(({ usedBy }) => usedBy === undefined);
      const all = unused.map(({ approval }) => JSON.parse(String(approval)) as Approval);
      return all.filter(({ at, lasts }) => clock.now() < at + lasts);
    },
    async approve(approval) {
      const put = { pk: approvalPartition, sk: approval.planId, approval: JSON.stringify(approval) };
      await table.put({ ...put, ...expiring(clock) });
    },
    async useApprovals(planIds, run) {
      for (const sk of planIds) {
        await table.update({
          key: { pk: approvalPartition, sk },
          set: 'SET #usedBy = :run',
          onlyIf: isThere,
          values: { run },
        });
      }
    },
  };
}
