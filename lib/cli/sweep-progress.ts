import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { Progress } from '../use-cases/ports.ts';

/**
 * Runs work while one line on stderr says how far it is. In a terminal the line changes in place; elsewhere only its
 * first and last form are printed; with `--json` outside a terminal nothing is. `counts`: what a scan finds.
 */
export async function withProgress<T>(
  { title, json, counts = 'resources with an expiry tag' }: { title: string; json: boolean; counts?: string },
  work: (report: (event: Progress) => void) => Promise<T>,
): Promise<T> {
  const terminal = process.stderr.isTTY;
  let result: { value: T } | { error: unknown } | undefined;
  const tasks = new Listr(
    [
      {
        title,
        task: async (_, step) => {
          const say = lineTeller(counts);
          try {
            const value = await work((event) => {
              step.title = say(event);
            });
            result = { value };
          } catch (error) {
            // Told once, by whoever called: the line of a failed step would only repeat it.
            result = { error };
            step.skip('Stopped');
          }
        },
      },
    ],
    {
      renderer: terminal ? 'default' : json ? 'silent' : 'simple',
      // Its own listener ends the process at once, in the middle of a batch.
      registerSignalListeners: false,
      // Progress belongs to stderr: stdout is for the document.
      rendererOptions: {
        logger: new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) }),
      },
    },
  );
  await tasks.run();
  if (result === undefined) throw new Error('the work ended without a result');
  if ('error' in result) throw result.error;
  return result.value;
}

/** Keeps the counts that the line needs; each event gives the line as it is now. */
function lineTeller(counts: string): (event: Progress) => string {
  let shards = 0;
  let scanned = 0;
  let tracked = 0;
  const removals = new Map<string, { done: number; of: number }>();
  return (event) => {
    switch (event.step) {
      case 'shards-listed':
        // Work of several parts looks at all of them once for each.
        [shards, scanned, tracked] = [event.shards.length, 0, 0];
        return `Scanning ${shards} account-regions`;
      case 'shard-scanned':
        scanned += 1;
        tracked += event.tracked;
        return `Scanned ${scanned} of ${shards} account-regions: ${tracked} ${counts}`;
      case 'plan-made':
        return `Scanned ${shards} account-regions: ${tracked} ${counts}, ${event.removals} to go`;
      case 'removed': {
        removals.set(`${event.shard.account} ${event.shard.region}`, event);
        const done = [...removals.values()].reduce((sum, one) => sum + one.done, 0);
        const of = [...removals.values()].reduce((sum, one) => sum + one.of, 0);
        return `Removing: ${done} of ${of} done in ${removals.size} account-regions`;
      }
      case 'waiting':
        return `Waiting for ${event.pending} removals in ${event.shard.account} ${event.shard.region}`;
      default:
        return event satisfies never;
    }
  };
}
