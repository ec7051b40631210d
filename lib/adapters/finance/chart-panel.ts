/** One value of a row of bars; absent where nobody knows it. */
export interface Bar {
  label: string;
  usd: number | undefined;
}

export interface Panel {
  title: string;
  colour: string;
  bars: readonly Bar[];
  /** Its place, in pixels: the title stands at its top, the labels of the bars at its bottom. */
  top: number;
  height: number;
}

/** The sides of all panels, in pixels. */
export const sides = { left: 60, right: 1140 } as const;

export const ink = '#1f2328';
export const softInk = '#59636e';
const faint = '#d1d9e0';
const gapFill = '#f3f4f6';

const titleHeight = 26;
const valueHeight = 24;
const labelHeight = 26;
const barShare = 0.62;

/** Bars with their values, positive ones above the line and negative ones below. A gap is drawn as one, never as 0. */
export function panelSvg(panel: Panel): string {
  const { title, bars, top, height } = panel;
  const known = bars.flatMap(({ usd }) => usd ?? []);
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const above = top + titleHeight + valueHeight;
  const below = top + height - labelHeight - (low < 0 ? valueHeight : 4);
  const perUsd = high === low ? 0 : (below - above) / (high - low);
  const line = below + low * perUsd;
  const slot = (sides.right - sides.left) / bars.length;
  const middle = (index: number) => sides.left + slot * (index + 0.5);
  const drawn = bars.map(({ usd, label }, index) => {
    const name = words(label, { x: middle(index), y: top + height - 8, size: 15, colour: softInk });
    return usd === undefined ? name : name + barSvg(panel, { usd, x: middle(index), slot, line, perUsd });
  });
  const gaps = gapsIn(bars).map(({ from, to }) => {
    const [x, width] = [sides.left + slot * from + 3, slot * (to - from) - 6];
    const size = `width="${px(width)}" height="${px(below - above)}"`;
    const box = `<rect x="${px(x)}" y="${above}" ${size} fill="${gapFill}"/>`;
    const at = { x: x + width / 2, y: (above + below) / 2 + 5, size: 13, colour: softInk };
    return box + words('not known', at);
  });
  return [
    words(title, { x: sides.left, y: top + 16, size: 18, colour: ink, anchor: 'start' }),
    ...gaps,
    `<line x1="${sides.left}" x2="${sides.right}" y1="${px(line)}" y2="${px(line)}" stroke="${faint}"/>`,
    ...drawn,
  ].join('\n');
}

interface Place {
  usd: number;
  x: number;
  slot: number;
  line: number;
  perUsd: number;
}

/** What is nearly nothing beside the others is still seen. */
const leastHeight = 2;

function barSvg({ colour }: Panel, { usd, x, slot, line, perUsd }: Place): string {
  const width = slot * barShare;
  const height = Math.max(leastHeight, Math.abs(usd) * perUsd);
  const y = usd < 0 ? line : line - height;
  const at = { x, y: usd < 0 ? line + height + 18 : y - 7, size: 16, colour: ink };
  const box = `x="${px(x - width / 2)}" y="${px(y)}" width="${px(width)}" height="${px(height)}"`;
  return `<rect ${box} fill="${colour}"/>${words(shortUsd(usd), at)}`;
}

/** Neighbours without a value, as half-open ranges. */
function gapsIn(bars: readonly Bar[]): { from: number; to: number }[] {
  const gaps: { from: number; to: number }[] = [];
  for (const [index, { usd }] of bars.entries()) {
    if (usd !== undefined) continue;
    const last = gaps.at(-1);
    if (last?.to === index) last.to = index + 1;
    else gaps.push({ from: index, to: index + 1 });
  }
  return gaps;
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** `$0.40`, `$950`, `$12.3K`, `-$4.5M`: as wide as a bar has room. What is finer than cents is not told. */
export function shortUsd(usd: number): string {
  const size = Math.abs(usd);
  // Beyond this there is no shorter word, and no bill.
  const text = size >= 1e15 ? '>999T' : size < 10 && !Number.isInteger(size) ? size.toFixed(2) : compact.format(size);
  return `${usd < 0 ? '-' : ''}$${text}`;
}

export interface At {
  x: number;
  /** Of the line that the words stand on. */
  y: number;
  size: number;
  colour: string;
  anchor?: 'start' | 'middle' | 'end';
}

/** One line of words as SVG. What it says may be anybody's. */
export function words(text: string, { x, y, size, colour, anchor = 'middle' }: At): string {
  const place = `x="${px(x)}" y="${px(y)}" font-size="${size}" text-anchor="${anchor}"`;
  return `<text ${place} fill="${colour}">${escapedXml(text)}</text>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML knows no control characters, not even escaped. */
export function escapedXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\ufffe\uffff]/gu, ' ')
    .replaceAll(/[&<>"]/g, (character) => entities[character] ?? '');
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
