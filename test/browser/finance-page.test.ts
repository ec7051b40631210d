import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hostileWords, reportThatSays } from '../adapters/finance/html-texts.ts';
import { aFinanceReport, manyRows } from '../fakes/finance-report.ts';
import { idleRows, reportBrowser } from './finance-page.ts';
import { type Part, readPng } from './picture.ts';

const open = reportBrowser();
const report = aFinanceReport();

/** The rules that a page breaks, each with where. Rows are alike, and it takes its time: a dozen of them are enough. */
async function broken(page: Page): Promise<string[]> {
  await page.evaluate("document.querySelectorAll('.idle tbody tr:nth-child(n+13)').forEach((row) => row.remove())");
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>('axe.run()');
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

test.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 390 },
] as const)('axe finds nothing: $colorScheme, $width pixels', async ({ colorScheme, width }) => {
  const { page } = await open(aFinanceReport({ idle: manyRows(250) }), {
    colorScheme,
    viewport: { width, height: 900 },
  });
  await page.getByText('The twelve weeks in numbers').click();
  expect(await broken(page)).toEqual([]);
});

test('axe finds nothing without a script, nor where there is nothing to tell', async () => {
  const { page: still } = await open(aFinanceReport({ idle: [], expiring: [], extended: [], trend: [], unread: [] }));
  expect(await broken(still)).toEqual([]);
});

test.each(hostileWords.map((words) => ({ words })))('$words is nothing but letters', async ({ words }) => {
  const { page, trouble } = await open(reportThatSays(words));
  await page.getByLabel('Owner').selectOption({ index: 1 });
  expect(await idleRows(page).count()).toBe(2);
  expect(await page.title()).toBe('What idles, and what it costs · 2026-11-23');
  expect(await page.locator('img, iframe, object, embed, base, link').count()).toBe(0);
  expect(await page.locator('script').count()).toBe(2);
  const shown = await page.locator('table.idle [data-field=owner]').first().textContent();
  expect(shown?.toWellFormed()).toBe(words.toWellFormed());
  expect(trouble).toEqual([]);
});

test('should a mistake let a script or markup in, the page still does not run it', async () => {
  const { page } = await open(report);
  const attempt = `(() => { try { document.body.innerHTML = '<p>taken</p>'; } catch { return 'refused'; } })()`;
  expect(await page.evaluate(attempt)).toBe('refused');
  await page.evaluate(`(() => {
    const script = document.createElement('script');
    try { script.textContent = 'document.title = "taken"'; } catch { return; }
    document.body.append(script);
  })()`);
  expect(await page.title()).not.toBe('taken');
});

test('who does not see it finds landmarks, headings in their order, and heads of tables', async () => {
  const { page } = await open(report);
  for (const landmark of ['banner', 'main', 'contentinfo', 'search'] as const) {
    expect(await page.getByRole(landmark).count(), landmark).toBe(1);
  }
  const levels = await page.locator('h1, h2, h3').evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])));
  expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
  expect(await page.locator('th:not([scope])').count()).toBe(0);
  expect(await page.getByRole('img', { name: /^Idle a month, week by week: from \$/ }).count()).toBe(1);
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('To the table of idle resources');
});

test('on a phone nothing but the tables is wider than the phone', async () => {
  const { page } = await open(report, { viewport: { width: 390, height: 800 } });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
});

describe('a picture of it', () => {
  test.each(['light', 'dark'] as const)('%s: has its figures, its bars, and a margin', async (colorScheme) => {
    const { page } = await open(report, { colorScheme });
    const picture = readPng(await page.screenshot({ fullPage: true }));
    expect(picture.width).toBe(1280);
    expect(picture.colours()).toBeGreaterThan(20);
    expect(picture.ink()).toBeGreaterThan(0.03);
    expect(picture.ink({ x: 0, y: 0, width: 18, height: picture.height })).toBe(0);
    const paper = picture.commonest({ x: 0, y: 0, width: 18, height: 400 });
    for (const kind of ['idle', 'saved']) {
      const bars = await boxesOf(page, `figure.${kind} rect.bar`);
      expect(bars).toHaveLength(11);
      const colours = new Set(bars.map((bar) => picture.commonest(bar)));
      expect(colours.size).toBe(1);
      expect(colours.has(paper)).toBe(false);
    }
    const figures = await boxesOf(page, '.figure strong');
    expect(figures).toHaveLength(5);
    for (const figure of figures) expect(picture.ink(figure)).toBeGreaterThan(0.05);
  });

  test('bars are as high as their amounts', async () => {
    const { page } = await open(report);
    const bars = await boxesOf(page, 'figure.idle rect.bar');
    const amounts = report.trend.flatMap(({ idleMonthlyUsd }) => idleMonthlyUsd ?? []);
    const [first = 1, height = 1] = [amounts[0], bars[0]?.height];
    amounts.forEach((usd, index) => {
      expect(Math.abs((bars[index]?.height ?? 0) - (usd / first) * height)).toBeLessThanOrEqual(3);
    });
  });

  test('on paper: sheets of A4, the head of the table on each', async () => {
    const { page } = await open(report);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const picture = readPng(await page.screenshot({ fullPage: true }));
    expect(picture.commonest()).toBe(0xff_ff_ff);
    const pdf = await page.pdf({ preferCSSPageSize: true, tagged: false });
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 84[12][.\d]* 59[45]/);
  });
});

/** In whole pixels of the page, within what was measured. */
async function boxesOf(page: Page, selector: string): Promise<Part[]> {
  const boxes = await Promise.all((await page.locator(selector).all()).map((one) => one.boundingBox()));
  return boxes.flatMap((box) => {
    if (box === null) return [];
    const [x, y] = [Math.ceil(box.x), Math.ceil(box.y)];
    return [{ x, y, width: Math.floor(box.x + box.width) - x, height: Math.floor(box.y + box.height) - y }];
  });
}
