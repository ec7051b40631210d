import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { chromiumArguments, chromiumPath } from '../../scripts/local-slack/chromium.ts';
import { conversationPage, elementOf } from '../../scripts/local-slack/page.ts';
import { pictureScenes } from '../../scripts/pictures/scenes.ts';
import { type Part, readPng } from './picture.ts';
import { hostileNames, type SampleConversation, sampleConversation } from './sample-conversation.ts';

let browser: Browser;
let sample: SampleConversation;
let html: string;

beforeAll(async () => {
  sample = await sampleConversation();
  html = conversationPage(sample.slack, Date.now());
  const executablePath = chromiumPath() ?? '';
  browser = await chromium.launch({ executablePath, args: chromiumArguments });
});

afterAll(async () => {
  await browser?.close();
  await sample?.slack.stop();
});

interface Opened {
  page: Page;
  /** Everything that a page of letters must not do. */
  trouble: string[];
}

async function open(settings: { colorScheme?: 'light' | 'dark'; width?: number } = {}): Promise<Opened> {
  const { colorScheme = 'light', width = 1200 } = settings;
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  onTestFinished(() => page.close());
  const trouble: string[] = [];
  page.on('console', (line) => trouble.push(`console: ${line.text()}`));
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  page.on('request', (request) => trouble.push(`request: ${request.url()}`));
  page.on('dialog', (dialog) => trouble.push(`dialog: ${dialog.message()}`));
  await page.setContent(html, { waitUntil: 'load' });
  return { page, trouble };
}

test('the warning is there with its buttons, as it is now and as it was', async () => {
  const { page } = await open();
  const warning = page.locator(`#${elementOf(sample.warning)}`);
  const labels = ['+1 day', '+3 days', '+1 week', 'Keep until…', 'Let it go'];
  expect(await warning.getByRole('button').allInnerTexts()).toEqual(labels);
  const [now, before] = await warning.locator('p').filter({ hasText: 'About to go: 6 resources' }).all();
  expect(await now?.innerText()).toMatch(/preview-pr-102-web.* extended to .* by @Ben Okafor/);
  expect(await now?.innerText()).toMatch(/<img src=x onerror=alert\(1\)>/);
  expect(await before?.isVisible()).toBe(false);
  await warning.getByText('What it said before').click();
  expect(await before?.innerText()).toMatch(/preview-pr-102-web.* expires to/);
  expect(await warning.locator('.loud').count()).toBe(0);
});

test('a button that Slack asks about first opens what it asks, and a click on either answer closes it', async () => {
  const { page, trouble } = await open();
  const warning = page.locator(`#${elementOf(sample.warning)}`);
  const press = () => warning.getByRole('button', { name: 'Let it go' }).click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.count()).toBe(0);
  for (const answer of ['Keep it', 'Let it go']) {
    await press();
    expect(await dialog.getByRole('heading').innerText()).toBe('Let it go?');
    expect(await dialog.getByText('The next sweep removes it.').isVisible()).toBe(true);
    await dialog.getByRole('button', { name: answer }).click();
    expect(await dialog.count()).toBe(0);
  }
  await warning.getByRole('button', { name: '+1 day' }).click();
  expect(await dialog.count()).toBe(0);
  expect(trouble).toEqual([]);
});

test('who sees what is told: channels, people, and answers for one person alone', async () => {
  const { page } = await open();
  const places = await page.getByRole('navigation').getByRole('link').allInnerTexts();
  expect(places).toEqual(['#cloud-costs', '#cloud-lost', 'Chloe Martin']);
  const channel = page.getByRole('region', { name: '#cloud-costs' });
  expect(await channel.getByText('Ben Okafor types /ttl extend pr-102 2d').count()).toBe(1);
  const answer = channel.getByRole('article').filter({ hasText: 'Only visible to Ben Okafor' });
  expect(await answer.innerText()).toContain('Extended by 2 days: 3 resources of pr-102.');
});

test('a report has its table, and its file in the thread', async () => {
  const { page } = await open();
  const report = page.locator(`#${elementOf(sample.report)}`);
  expect(await report.getByRole('columnheader', { name: 'What' }).count()).toBe(1);
  const thread = report.getByRole('list', { name: 'Thread' });
  await thread.getByText('sweep.csv').click();
  const cells = await thread.getByRole('row').getByRole('cell').allInnerTexts();
  expect(cells.filter((_, index) => index % 2 === 0)).toEqual([...hostileNames]);
});

test('hostile names are letters: nothing is loaded, run, styled or said', async () => {
  const { page, trouble } = await open();
  for (const summary of await page.locator('summary').all()) await summary.click();
  const hostile = page.locator(`#${elementOf(sample.hostile)}`);
  const shown = await hostile.innerText();
  for (const name of hostileNames) expect(shown.split(name).length - 1, name).toBeGreaterThanOrEqual(4);
  expect(await page.locator('script, img, iframe, object, embed, base, link, a:not(nav a)').count()).toBe(0);
  expect(await page.locator('style').count()).toBe(1);
  expect(await page.locator('.loud').count()).toBe(0);
  expect(await hostile.isVisible()).toBe(true);
  expect(trouble).toEqual([]);
});

test('should a mistake let a script in, the page still does not run it', async () => {
  const { page } = await open();
  await page.setContent(html.replace('<main>', '<main><script>document.title = "taken"</script>'));
  expect(await page.title()).toBe('What Slack shows · Example');
});

test('a person who can not see it finds everything: names, headings and regions', async () => {
  const { page } = await open();
  const ids = await page.locator('[id]').evaluateAll((all) => all.map(({ id }) => id));
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  const levels = await page
    .locator('h1, h2, h3, h4')
    .evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])));
  expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
  const words = await page.locator('button, summary, label, a').allTextContents();
  expect(words.filter((word) => word.trim() === '')).toEqual([]);
  expect(await page.getByRole('main').getByRole('region').count()).toBe(3);
});

describe('a picture of it', () => {
  test.each(['light', 'dark'] as const)(
    '%s: is as large as the message, has its letters and its buttons',
    async (scheme) => {
      const { page } = await open({ colorScheme: scheme });
      const warning = page.locator(`#${elementOf(sample.warning)}`);
      // Before the picture, for which the page scrolls.
      const all = await boxOf(warning);
      const names = ['Let it go'];
      const buttons = await Promise.all(names.map((name) => boxOf(warning.getByRole('button', { name }))));
      const picture = readPng(await warning.screenshot());
      expect([picture.width, picture.height]).toEqual([all.width, all.height]);
      expect(picture.colours()).toBeGreaterThan(20);
      expect(picture.ink()).toBeGreaterThan(0.03);
      expect(picture.ink()).toBeLessThan(0.4);
      const margin = { x: 0, y: 20, width: 15, height: all.height - 40 };
      expect(picture.ink(margin)).toBe(0);
      for (const { x, y, width, height } of buttons) {
        const inside = { x: x - all.x + 4, y: y - all.y + 4, width: width - 8, height: height - 8 };
        // A coloured face with letters on it.
        expect(picture.commonest(inside)).not.toBe(picture.commonest(margin));
        expect(picture.ink(inside)).toBeGreaterThan(0.05);
      }
    },
  );

  test('on a phone nothing is wider than the phone', async () => {
    const { page } = await open({ width: 360 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });
});

describe.each(pictureScenes())('$file', ({ file }) => {
  test('can be read, and is no blank sheet', () => {
    const picture = readPng(readFileSync(join(import.meta.dirname, '..', '..', file)));
    expect(picture.width).toBeGreaterThan(600);
    expect(picture.ink()).toBeGreaterThan(0.03);
    expect(picture.ink()).toBeLessThan(0.4);
  });
});

/** In whole pixels, as a picture has them. */
async function boxOf(element: Locator): Promise<Part> {
  const box = await element.boundingBox();
  if (box === null) throw new Error('what a picture is wanted of is nowhere');
  const [x, y] = [Math.floor(box.x), Math.floor(box.y)];
  return { x, y, width: Math.ceil(box.x + box.width) - x, height: Math.ceil(box.y + box.height) - y };
}
