import type { Clock, Gate, Ledger } from '../use-cases/ports.ts';
import { modeKey, pausedUntil, pauseKey } from './ledger-dynamodb-switches.ts';
import type { Key, Table } from './ledger-dynamodb-table.ts';
import { ledgerPartitions } from './ledger-table.ts';

type Lease = Pick<Ledger, 'acquireLease' | 'renewLease' | 'releaseLease' | 'gate'>;

const leaseKey: Key = { pk: ledgerPartitions.lease, sk: 'lease' };

const isMine = '#run = :run AND #fence = :fence AND #until > :now';

/** The lease, an item that only changes where it stands as expected. */
export function leaseIn(table: Table, clock: Clock): Lease {
  const setUntil = async (run: string, fence: number, until: number) => {
    const values = { run, fence, now: clock.now(), until };
    return (await table.update({ key: leaseKey, set: 'SET #until = :until', onlyIf: isMine, values })).done;
  };
  return {
    async acquireLease(run, lasts) {
      const now = clock.now();
      const { done, item } = await table.update({
        key: leaseKey,
        set: 'SET #run = :run, #until = :until, #fence = if_not_exists(#fence, :none) + :one',
        onlyIf: 'attribute_not_exists(#until) OR #until <= :now',
        values: { run, until: now + lasts, now, none: 0, one: 1 },
      });
      const fence = Number(item['fence']);
      // Where an answer was lost, whoever asks again meets what the first call has written.
      const isOwn = done || (item['run'] === run && (await setUntil(run, fence, now + lasts)));
      if (isOwn) return { ok: true, fence };
      return { ok: false, holder: String(item['run']), until: Number(item['until']) };
    },
    renewLease: (run, fence, lasts) => setUntil(run, fence, clock.now() + lasts),
    releaseLease: async (run, fence) => void (await setUntil(run, fence, 0)),
    async gate(run, fence, account): Promise<Gate> {
      const items = await table.get([leaseKey, pauseKey, modeKey(account)]);
      const item = ({ pk, sk }: Key) => items.find((one) => one['pk'] === pk && one['sk'] === sk);
      const lease = item(leaseKey);
      const holds = lease?.['run'] === run && lease['fence'] === fence && clock.now() < Number(lease['until']);
      if (!holds) return 'lease-lost';
      if (pausedUntil(item(pauseKey), clock) !== undefined) return 'paused';
      return item(modeKey(account))?.['mode'] === 'observe' ? 'account-observed' : 'open';
    },
  };
}
