import { countOutcomes } from '../use-cases/conclude.ts';
import type { Outcome, OutcomeKind } from '../use-cases/outcome.ts';
import { nameIn } from './show-plan.ts';
import { table } from './table.ts';
import { say, styled } from './terminal.ts';

const colours = {
  removed: 'green',
  gone: 'green',
  stopped: 'green',
  copied: 'blue',
  warned: 'yellow',
  waiting: 'yellow',
  changed: 'cyan',
  skipped: 'gray',
  blocked: 'magenta',
  failed: 'red',
} as const satisfies Record<OutcomeKind, string>;

const rowsMax = 60;

/** What really happened. "removed" stands only where the owning service says so. */
export function showOutcomes(outcomes: readonly Outcome[]): void {
  if (outcomes.length === 0) {
    say('Nothing was due.');
    return;
  }
  const kinds = Object.keys(colours);
  const sorted = outcomes.toSorted(
    (a, b) => kinds.indexOf(a.outcome) - kinds.indexOf(b.outcome) || (a.type < b.type ? -1 : 1),
  );
  const rows = sorted
    .slice(0, rowsMax)
    .map(({ arn, type, outcome, detail }) => [styled(colours[outcome], outcome), type, nameIn(arn), detail ?? '']);
  const columns = [
    { title: 'Outcome', width: 8 },
    { title: 'Type', width: 26 },
    { title: 'Resource', width: 'rest' },
    { title: 'Detail', width: 'rest' },
  ] as const;
  say(table(columns, rows));
  if (sorted.length > rowsMax) say(`… and ${sorted.length - rowsMax} more; --json shows them`);
  const counts = Object.entries(countOutcomes(outcomes)).map(([kind, count]) => `${count} ${kind}`);
  say(`Outcomes: ${counts.join(', ')}.`);
}
