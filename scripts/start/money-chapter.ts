import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { day, type Instant, toIso } from '../../lib/core/time.ts';
import { type Chapter, heading, mayfly, type Stage, tell } from './stage.ts';

/** Nobody is there who could be warned, so none is wanted; metrics are not asked for in a world without any. */
const idleRule = `idle:
  match: { environment: [staging] }
  after: 30d
  warnings: []
  requireMetrics: false
  cloudTrail: "off"
  removeAfter: 14d
`;

/** The Mondays of the story, in days from now; the last is beyond the 30 days of the idle rule. */
const weeks = [7, 14, 21, 28, 35];

/**
 * What finance reads on Mondays: a sweep saves money, weeks go by, staging servers idle, and the report says what that
 * costs, whose it is, and what it does not know.
 */
export const moneyChapter: Chapter = async (stage) => {
  appendFileSync(join(stage.folder, 'mayfly.yaml'), idleRule);
  const start = Date.now();
  heading('1. What would go, and what it costs.');
  await expectStatus(stage, [0, 4], ['plan']);

  heading('2. It goes, and the ledger knows from when on it costs nothing any more.');
  await expectStatus(stage, [0, 4], ['reap', '--enforce']);

  const out = join(process.cwd(), '.mayfly', 'report');
  mkdirSync(out, { recursive: true });
  for (const [index, days] of weeks.entries()) {
    heading(`${index + 3}. The report ${days / 7} ${days === 7 ? 'week' : 'weeks'} later.`);
    await report(stage, start + days * day, out);
  }
  check(out);
  tell(`\nThe weekly report: ${join(out, 'idle-report.html')}`);
  tell(`The same for a spreadsheet: ${join(out, 'idle-report.csv')}, and as a chart: ${join(out, 'trend.png')}`);
};

async function report(stage: Stage, now: Instant, out: string): Promise<void> {
  // A bucket's or a queue's price is unknown by what AWS shows of it, and that is told, so the status may be 4.
  await expectStatus(stage, [0, 4], ['report', '--now', toIso(now), '--out', out]);
}

async function expectStatus(stage: Stage, wanted: readonly number[], args: readonly string[]): Promise<void> {
  const status = await mayfly(stage, args);
  if (!wanted.includes(status)) throw new Error(`mayfly ${args[0]} ended with ${status}`);
}

/** The chapter fails where the report does not say what happened. */
function check(out: string): void {
  const csv = readFileSync(join(out, 'idle-report.csv'), 'utf8');
  const html = readFileSync(join(out, 'idle-report.html'), 'utf8');
  const png = readFileSync(join(out, 'trend.png'));
  const wrong = [
    ...(csv.includes('staging-web') ? [] : ['the idle server staging-web is not in the CSV']),
    ...(html.includes('staging-web') ? [] : ['the idle server staging-web is not in the page']),
    ...(png.subarray(1, 4).toString() === 'PNG' ? [] : ['the chart is no PNG']),
  ];
  if (wrong.length > 0) throw new Error(`The report does not tell the story:\n  ${wrong.join('\n  ')}`);
}
