import { toCents } from '../../core/cost.ts';
import type { FinanceReport, TrendWeek } from '../../core/finance-report.ts';
import type { Instant } from '../../core/time.ts';
import { chartFile } from './chart-files.ts';
import { escapedXml, ink, panelSvg, sides, softInk, words } from './chart-panel.ts';
import { idleInWords, unknownInWords } from './finance-words.ts';

/** In pixels: as chats show pictures without cutting anything off. */
export const chartSize = { width: 1200, height: 630 } as const;

const weeksShown = 12;
const colours = { idle: '#b45309', saved: '#15803d' } as const;

/**
 * Twelve weeks as SVG: what idled, USD a month, above what was saved, USD in the week. A week that no report tells of
 * is a gap; so is a number that is none.
 */
export function trendSvg(report: FinanceReport): string {
  const { timeZone, trend, idleTotal, week } = report;
  const weeks = trend.slice(-weeksShown);
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short' });
  const barsOf = (part: (one: TrendWeek) => number | undefined) =>
    weeks.map((one) => ({ label: day.format(one.from), usd: shown(part(one)) }));
  const { width, height } = chartSize;
  const unknown = unknownInWords(idleTotal);
  const until = `Week to ${dateInWords(week.to, timeZone)}`;
  const panels =
    weeks.length === 0
      ? [words('No week has been reported yet.', { x: width / 2, y: 340, size: 20, colour: softInk })]
      : [
          panelSvg({
            title: 'Idle, USD a month',
            colour: colours.idle,
            bars: barsOf(({ idleMonthlyUsd }) => idleMonthlyUsd),
            top: 116,
            height: 262,
          }),
          panelSvg({
            title: 'Saved in the week, USD',
            colour: colours.saved,
            bars: barsOf(({ savedUsd }) => savedUsd),
            top: 392,
            height: 200,
          }),
        ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      'role="img" font-family="DejaVu Sans, Verdana, sans-serif">',
    `<title>${escapedXml(`Idle: ${idleInWords(idleTotal)}. ${until}.`)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    words(`Idle: ${idleInWords(idleTotal)}`, { x: sides.left, y: 52, size: 30, colour: ink, anchor: 'start' }),
    words(unknown === undefined ? until : `${until} · ${unknown}`, {
      ...{ x: sides.left, y: 84, size: 17, colour: softInk, anchor: 'start' },
    }),
    ...panels,
    words('Each week by its Monday. Estimates by list prices, or what AWS billed. A gap is what nobody knows.', {
      ...{ x: sides.left, y: 615, size: 14, colour: softInk, anchor: 'start' },
    }),
    '</svg>',
  ].join('\n');
}

/** What is no number is not known, and nothing is shown finer than cents. */
function shown(usd: number | undefined): number | undefined {
  return usd !== undefined && Number.isFinite(usd) ? toCents(usd) : undefined;
}

function dateInWords(instant: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short', year: 'numeric' }).format(
    instant,
  );
}

/** The same as a PNG of the same size. Throws where what it is drawn with is missing. */
export async function trendPng(report: FinanceReport): Promise<Uint8Array> {
  const [{ Resvg }, font] = await Promise.all([renderer(), chartFile('DejaVuSans.ttf')]);
  const drawing = new Resvg(trendSvg(report), {
    font: { fontBuffers: [font], defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
  });
  const image = drawing.render();
  try {
    return image.asPng();
  } finally {
    image.free();
    drawing.free();
  }
}

let starting: Promise<typeof import('@resvg/resvg-wasm')> | undefined;

/** It may be started once in a process. */
function renderer(): Promise<typeof import('@resvg/resvg-wasm')> {
  starting ??= start().catch((error: Error) => {
    starting = undefined;
    throw error;
  });
  return starting;
}

async function start() {
  const [resvg, wasm] = await Promise.all([import('@resvg/resvg-wasm'), chartFile('resvg.wasm')]);
  await resvg.initWasm(wasm);
  return resvg;
}
