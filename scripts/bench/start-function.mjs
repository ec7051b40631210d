/**
 * Forked for each measurement, so that nothing is loaded yet: loads one function as Lambda would, then the clients of
 * its first calls, and calls it. Says what each took by the clock and in CPU time of this process.
 */
const {
  entry,
  clients = [],
  event,
  calls = 0,
  events = Array(calls).fill(event),
} = JSON.parse(process.argv[2] ?? '{}');

async function timed(work) {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - wall, cpuMs: (user + system) / 1000 };
}

const context = {
  functionName: 'bench',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:bench',
  memoryLimitInMB: '512',
  awsRequestId: 'bench',
  getRemainingTimeInMillis: () => 290_000,
};

const rssMb = () => process.memoryUsage.rss() / 1e6;

let handler;
const imported = await timed(async () => {
  ({ handler } = await import(entry));
});
const loaded = { ...imported, rssMb: rssMb() };
const ready = await timed(async () => {
  for (const path of clients) {
    const names = Object.entries(await import(path)).filter(([name]) => name.endsWith('Client'));
    for (const [, Client] of names) new Client({ region: 'us-east-1' });
  }
});
const connected = { ...ready, rssMb: rssMb() };
const called = [];
for (const one of events) {
  let result;
  const took = await timed(async () => {
    result = await handler(structuredClone(one), context);
  });
  called.push({ ...took, result });
}
process.send({ loaded, connected, called }, () => process.exit(0));
