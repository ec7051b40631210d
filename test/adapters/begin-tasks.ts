import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';

/** Run by a test: takes up as many tasks as the second argument says, and writes each answer. */
const [file = '', count = '0'] = process.argv.slice(2);
const ledger = sqliteLedger(file, { now: () => Date.now(), sleep: async () => {} });

for (let task = 0; task < Number(count); task++) console.info(await ledger.beginTask(`task-${task}`));
ledger.close();
