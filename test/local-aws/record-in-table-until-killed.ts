import { systemClock } from '../../lib/adapters/clock.ts';
import { dynamodbLedger } from '../../lib/adapters/ledger-dynamodb.ts';
import type { Event } from '../../lib/core/history.ts';
import { hub, wire } from './tables.ts';

/** Run by a test: records in a loop, and is gone as soon as the transaction that the last argument counts is sent. */
const [url = '', table = '', fatal = '0'] = process.argv.slice(2);
let transactions = 0;
const { source } = wire(url, ({ command }, next) => {
  const answer = next();
  if (command === 'TransactWriteItems' && ++transactions === Number(fatal)) {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 2);
  }
  return answer;
});
const ledger = dynamodbLedger({ table, region: hub.region, clock: systemClock, source });

for (let round = 1; ; round++) {
  const events = Array.from({ length: 150 }, (_, index): Event => {
    const arn = `arn:aws:sqs:eu-west-1:222222222222:queue-${index}`;
    return { arn, at: round, kind: 'refused', why: `round ${round}` };
  });
  await ledger.record(events);
}
