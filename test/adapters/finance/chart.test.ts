import { Resvg } from '@resvg/resvg-wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { chartSize, trendPng, trendSvg } from '../../../lib/adapters/finance/chart.ts';
import { chartFile } from '../../../lib/adapters/finance/chart-files.ts';
import { shortUsd } from '../../../lib/adapters/finance/chart-panel.ts';
import type { FinanceReport, TrendWeek } from '../../../lib/core/finance-report.ts';
import { week } from '../../../lib/core/time.ts';
import { at } from '../../fakes/builders.ts';
import { aFinanceReport, unknownAmount } from '../../fakes/finance-report.ts';
import { type Picture, readPng } from './png.ts';

const idleColour = '#b45309';
const savedColour = '#15803d';

/** Weeks up to one Monday; what is `undefined` was not reported. */
function weeks(idle: readonly (number | undefined)[], saved: readonly (number | undefined)[] = idle): TrendWeek[] {
  return idle.map((usd, index) => {
    const spared = saved[index];
    return {
      from: at('2026-11-22T23:00Z') - (idle.length - 1 - index) * week,
      ...(usd !== undefined && { idleMonthlyUsd: usd }),
      ...(spared !== undefined && { savedUsd: spared }),
    };
  });
}

const drawn = async (about: Partial<FinanceReport>) => readPng(await trendPng(aFinanceReport(about)));

/** How much of a colour stands in the column of a week, in pixels from top to bottom through its middle. */
function heightOf({ colourAt, height }: Picture, colour: string, index: number): number {
  const x = Math.round(60 + 90 * (index + 0.5)) - 20;
  return Array.from({ length: height }, (_, y) => colourAt(x, y)).filter((one) => one === colour).length;
}

let font: Uint8Array;

beforeAll(async () => {
  font = await chartFile('DejaVuSans.ttf');
  await trendPng(aFinanceReport());
});

describe('the picture', () => {
  test('is a PNG of the size that chats show whole', async () => {
    const picture = await drawn({});
    expect([picture.width, picture.height]).toEqual([chartSize.width, chartSize.height]);
    expect(picture.colourAt(5, 5)).toBe('#ffffff');
  });

  test('has a bar as high as its value, and none for a week that nobody knows', async () => {
    const values = [100, 50, undefined, 25, 0, 100, 75, undefined, undefined, 10, 5, 50];
    const picture = await drawn({ trend: weeks(values) });
    for (const colour of [idleColour, savedColour]) {
      const heights = values.map((_, index) => heightOf(picture, colour, index));
      const full = heights[0] ?? 0;
      expect(full).toBeGreaterThan(100);
      for (const [index, value] of values.entries()) {
        const wanted = value === undefined ? 0 : Math.max(2, (full * value) / 100);
        expect(Math.abs((heights[index] ?? 0) - wanted)).toBeLessThanOrEqual(1);
      }
    }
  });

  test('a week that lost more than it saved has its bar below the line', async () => {
    const picture = await drawn({ trend: weeks(Array(12).fill(10), [...Array(11).fill(30), -30]) });
    const rows = (index: number) => {
      const x = Math.round(60 + 90 * (index + 0.5)) - 20;
      return Array.from({ length: picture.height }, (_, y) => y).filter((y) => picture.colourAt(x, y) === savedColour);
    };
    expect(Math.min(...rows(11))).toBeGreaterThanOrEqual(Math.max(...rows(10)) - 1);
    expect(rows(11).length).toBeGreaterThan(30);
  });

  test('words are drawn, not left out for want of a font', async () => {
    const { colourAt } = await drawn({});
    const dark = Array.from({ length: 40 * 400 }, (_, index) =>
      colourAt(60 + (index % 400), 25 + Math.floor(index / 400)),
    );
    expect(dark.filter((colour) => colour === '#1f2328').length).toBeGreaterThan(500);
  });
});

describe('says', () => {
  test('what idles, until when, and how much of it is not known', () => {
    const idleTotal = { amount: { kind: 'estimate', usd: 4210.4 } as const, known: 28, unknown: 12 };
    const svg = trendSvg(aFinanceReport({ idleTotal }));
    expect(svg).toContain('>Idle: ~$4,210 a month<');
    expect(svg).toContain('>Week to 23 Nov 2026 · 12 of 40 have no known cost and are not in the sum<');
  });

  test('that an unknown sum is unknown, and not nothing', () => {
    const svg = trendSvg(aFinanceReport({ idleTotal: { amount: unknownAmount(), known: 0, unknown: 3 } }));
    expect(svg).toContain('>Idle: what it costs is unknown<');
    expect(svg).not.toContain('$0 a month');
  });

  test('one word for neighbouring weeks without a report', () => {
    const svg = trendSvg(aFinanceReport({ trend: weeks([...Array(11).fill(undefined), 4210]) }));
    expect(svg.match(/not known/g)).toHaveLength(2);
    expect(trendSvg(aFinanceReport({ trend: [] }))).toContain('No week has been reported yet.');
  });

  test('the day of each Monday in the zone of the policy', () => {
    const trend = weeks([1, 2]);
    expect(trendSvg(aFinanceReport({ trend }))).toContain('>23 Nov<');
    expect(trendSvg(aFinanceReport({ trend, timeZone: 'America/New_York' }))).toContain('>22 Nov<');
  });

  test.each([
    [0, '$0'],
    [0.4, '$0.40'],
    [-0.05, '-$0.05'],
    [950, '$950'],
    [12_345, '$12.3K'],
    [-40, '-$40'],
    [4_560_000, '$4.56M'],
    [1e20, '$>999T'],
  ])('%d as %s', (usd, said) => {
    expect(shortUsd(usd)).toBe(said);
  });
});

interface Line {
  left: number;
  right: number;
  y: number;
  text: string;
}

/** Where each line of words stands, as the font makes it. */
function linesIn(svg: string): Line[] {
  return [...svg.matchAll(/<text x="[\d.-]+" y="([\d.-]+)".*?>(.*?)<\/text>/g)].map(([element, y, text = '']) => {
    const alone = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630">${element}</svg>`;
    const drawing = new Resvg(alone, { font: { fontBuffers: [font], defaultFontFamily: 'DejaVu Sans' } });
    const box = drawing.innerBBox();
    drawing.free();
    return { left: box?.x ?? 0, right: (box?.x ?? 0) + (box?.width ?? 0), y: Number(y), text };
  });
}

test('no words leave the picture or run into others, whatever the numbers', () => {
  const usd = fc.option(fc.double({ min: -1e18, max: 1e18 }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(usd, { minLength: 12, maxLength: 12 }), fc.nat(1e6), (values, unknown) => {
      const amount = { kind: 'estimate', usd: 9_876_543_210_123 } as const;
      const idleTotal = { amount, known: 1e6, unknown };
      const lines = linesIn(trendSvg(aFinanceReport({ trend: weeks(values), idleTotal })));
      expect(lines.length).toBeGreaterThan(24);
      for (const { left, right, y } of lines) {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(right).toBeLessThanOrEqual(chartSize.width);
        expect(y).toBeLessThanOrEqual(chartSize.height - 10);
      }
      const beside = lines.flatMap((one) =>
        lines.filter((other) => other !== one && Math.abs(other.y - one.y) < 12).map((other) => [one, other]),
      );
      for (const [one, other] of beside as [Line, Line][]) {
        expect(one.right < other.left || other.right < one.left, `${one.text} and ${other.text}`).toBe(true);
      }
    }),
    { numRuns: 15 },
  );
});

test('what somebody wrote into a report can not break the picture', async () => {
  const note = '</text><script>&"\u0000\ud800';
  const idleTotal = { amount: { kind: 'estimate', usd: Number.NaN } as const, known: 1, unknown: 0 };
  const trend = weeks([Number.NaN, Number.POSITIVE_INFINITY, 5]);
  const report = aFinanceReport({ idleTotal, trend, pricesAsOf: note, run: note });
  expect(readPng(await trendPng(report)).width).toBe(chartSize.width);
  expect(trendSvg(report).match(/not known/g)).toHaveLength(2);
});
