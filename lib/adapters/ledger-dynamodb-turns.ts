import { createHash } from 'node:crypto';
import type { Event } from '../core/history.ts';
import type { Instant } from '../core/time.ts';
import { type MoreTime, moreTimeOf, type Turn, turnOf } from '../core/turns.ts';
import type { Clock, Ledger } from '../use-cases/ports.ts';
import { expiring } from './ledger-dynamodb-state.ts';
import type { Table } from './ledger-dynamodb-table.ts';
import { shortened } from './ledger-dynamodb-texts.ts';
import type { Write } from './ledger-dynamodb-transaction.ts';
import { ledgerPartitions } from './ledger-table.ts';

const pk = ledgerPartitions.turns;

type Kind = 'ending' | 'extension';

/**
 * What is written beside the events of one resource, so that reports of a week find it without its history. Endings
 * stay, because savings are counted from the first day on; who wanted more time ends as events do.
 */
export function turnWrites(arn: string, events: readonly Event[], version: number, clock: Clock): Write[] {
  // Sort keys are shorter than ARNs may be.
  const whose = createHash('sha256').update(arn).digest('hex').slice(0, 24);
  return events.flatMap((event, index): Write[] => {
    const [turn, moreTime] = [turnOf(event), moreTimeOf(event)];
    // A resource has each version once.
    const key = (kind: Kind) => ({ pk, sk: `${timeKey(kind, event.at)}#${whose}#${version}.${index}` });
    if (turn !== undefined) return [{ put: { ...key('ending'), turn: shortened(turn) } }];
    if (moreTime === undefined) return [];
    return [{ put: { ...key('extension'), turn: shortened(moreTime), ...expiring(clock) } }];
  });
}

/** Numbers sort as texts where all have as many digits; what is before 1970 is no time of Mayfly's. */
function timeKey(kind: Kind, at: Instant): string {
  const whole = Math.max(0, Math.ceil(Math.min(at, latest)));
  return `${kind}#${String(whole).padStart(digits, '0')}`;
}

const digits = 15;
const latest = 10 ** digits - 1;

/** What the table knows of endings and of orders for more time. */
export function turnsIn(table: Table): Pick<Ledger, 'endings' | 'extensions'> {
  const between = async <T>(kind: Kind, from: Instant, to: Instant): Promise<T[]> => {
    if (to <= from) return [];
    const items = await table.queryBetween(pk, timeKey(kind, from), timeKey(kind, to));
    return items.map(({ turn }) => JSON.parse(String(turn)) as T);
  };
  return {
    endings: (from, to) => between<Turn>('ending', from, to),
    extensions: (from, to) => between<MoreTime>('extension', from, to),
  };
}
