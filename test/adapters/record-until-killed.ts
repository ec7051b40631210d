import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import type { Event } from '../../lib/core/history.ts';

/** Run by a test: records in a loop, and is gone in the middle of the record that the second argument names. */
const [file = '', fatal = '0'] = process.argv.slice(2);
const ledger = sqliteLedger(file, { now: () => Date.now(), sleep: async () => {} });

for (let round = 1; ; round++) {
  const events = Array.from({ length: 3000 }, (_, index): Event => {
    const arn = `arn:aws:sqs:eu-west-1:222222222222:queue-${index}`;
    return { arn, at: round, kind: 'refused', why: `round ${round} ${'x'.repeat(400)}` };
  });
  if (String(round) === fatal) Object.defineProperty(events[2900], 'at', { get: killed });
  await ledger.record(events);
}

/** By now SQLite has written a part of the transaction to the file. */
function killed(): number {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}
