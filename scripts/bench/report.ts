import { sumOf } from './floor.ts';
import { type Measured, ratioOf } from './measure.ts';

/** The results as Markdown: one line a scenario, then the calls of each by operation beside the floor. */
export function reportOf(measured: readonly Measured[]): string {
  const lines = [
    '| scenario | expired | calls | floor | ratio | refused | CPU s | peak MB | wall s | results |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|---|',
    ...measured.map(lineOf),
  ];
  return [...lines, ...measured.flatMap(operationsOf)].join('\n');
}

function lineOf(one: Measured): string {
  const { scenario, run, calls, floor, refused, expired, results } = one;
  const cells = [
    scenario.title,
    expired,
    sumOf(calls),
    sumOf(floor),
    ratioOf(one).toFixed(2),
    refused,
    run.cpuSeconds.toFixed(2),
    run.peakMb.toFixed(0),
    run.wallSeconds.toFixed(1),
    Object.entries(results)
      .map(([word, count]) => `${count} ${word}`)
      .join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function operationsOf({ scenario, calls, floor }: Measured): string[] {
  const names = [...new Set([...calls.keys(), ...floor.keys()])].toSorted((a, b) => (a < b ? -1 : 1));
  return [
    '',
    `${scenario.title}:`,
    '',
    '| operation | calls | floor |',
    '|---|--:|--:|',
    ...names.map((name) => `| ${name} | ${calls.get(name) ?? 0} | ${floor.get(name) ?? 0} |`),
  ];
}
