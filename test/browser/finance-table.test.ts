import { expect, test } from 'vitest';
import { money } from '../../lib/adapters/finance/html-words.ts';
import { sum } from '../../lib/core/cost.ts';
import type { IdleRow } from '../../lib/core/finance-report.ts';
import { aFinanceReport, anIdleRow, estimated, manyRows, unknownAmount } from '../fakes/finance-report.ts';
import { cellsOf, clickHead, idleRows, reportBrowser } from './finance-page.ts';

const open = reportBrowser();

const some = aFinanceReport();
const many = aFinanceReport({ idle: manyRows(10_000) });

test('without a script the most expensive are there, and it is said what is not', async () => {
  const { page, trouble } = await open(many, { javaScriptEnabled: false });
  expect(await idleRows(page).count()).toBe(100);
  expect(await cellsOf(page, 'title')).toEqual(many.idle.slice(0, 100).map(({ name, id }) => name ?? id));
  const note = await page.locator('#without-script').innerText();
  expect(note).toContain('These are the 100 most expensive of 10,000 resources; idle-report.csv has all.');
  expect(await page.getByRole('search').isVisible()).toBe(false);
  expect(await page.getByRole('button').count()).toBe(0);
  expect(trouble).toEqual([]);
});

test('the script shows the same rows as the page has without it', async () => {
  const rows = [anIdleRow({ evidence: [], amount: { kind: 'estimate', usd: 3, atMost: true, note: 'no requests' } })];
  const report = aFinanceReport({ idle: [...some.idle, ...rows] });
  const { page: still } = await open(report, { javaScriptEnabled: false });
  const without = await still.locator('table.idle tbody').innerHTML();
  const { page } = await open(report);
  expect(await page.locator('#without-script').count()).toBe(0);
  expect((await page.locator('table.idle tbody').innerHTML()).replaceAll(/>\s+</g, '><')).toBe(
    without.replaceAll(/>\s+</g, '><'),
  );
});

test('a click on a head sorts by it, a second the other way; what is unknown is last both ways', async () => {
  const idle = [estimated(30), estimated(7.5), unknownAmount()].map((amount, index) =>
    anIdleRow({ name: ['b', 'c', 'a'][index] ?? '', amount, ...(index < 2 && { owner: ['zoe', 'ana'][index] ?? '' }) }),
  );
  const { page } = await open(aFinanceReport({ idle }));
  const head = page.locator('table.idle thead').getByRole('columnheader', { name: 'Cost a month' });
  expect(await head.getAttribute('aria-sort')).toBe('descending');
  await clickHead(page, 'Cost a month');
  expect(await head.getAttribute('aria-sort')).toBe('ascending');
  expect(await cellsOf(page, 'cost')).toEqual(['$7.50', '$30.00', 'unknown']);
  await clickHead(page, 'Cost a month');
  expect(await cellsOf(page, 'cost')).toEqual(['$30.00', '$7.50', 'unknown']);
  await clickHead(page, 'Owner');
  expect(await cellsOf(page, 'owner')).toEqual(['ana', 'zoe', 'no owner']);
  expect(await page.locator('th[aria-sort]').allInnerTexts()).toEqual(['Owner']);
  await clickHead(page, 'Owner');
  expect(await cellsOf(page, 'owner')).toEqual(['zoe', 'ana', 'no owner']);
  await clickHead(page, 'Resource');
  expect(await cellsOf(page, 'title')).toEqual(['a', 'b', 'c']);
});

test.each([
  ['Owner', 'owner'],
  ['Team', 'team'],
  ['Environment', 'environment'],
  ['Account', 'account'],
  ['Idle since', 'idleSince'],
  ['Last change', 'lastChange'],
  ['Evidence', 'evidence'],
  ['Next step', 'nextStep'],
  ['On', 'nextStepOn'],
])('sorted by %s, with the keyboard too', async (head, field) => {
  const { page } = await open(some);
  const inOrder = (all: string[]) => all.filter((text) => text !== '–' && text !== 'no owner');
  await page.locator('table.idle thead').getByRole('button', { name: head, exact: true }).focus();
  await page.keyboard.press('Enter');
  const up = inOrder(await cellsOf(page, field));
  expect(up).toEqual(up.toSorted(new Intl.Collator('en').compare));
  await page.keyboard.press('Space');
  expect(inOrder(await cellsOf(page, field))).toEqual(up.toReversed());
});

/** What the line above the table says of some of the rows. */
function found(rows: readonly IdleRow[], all: number): string {
  const { amount, unknown } = sum(rows.map((row) => row.amount));
  const known = amount.kind === 'unknown' ? '' : ` · ${money(amount.usd)} a month`;
  const beside = unknown === 0 ? '' : ` · ${unknown} of unknown cost, in no sum`;
  return `${rows.length.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} resources${known}${beside}`;
}

test('of 10,000, those of one account and owner that have the words, page by page', async () => {
  const { page, trouble } = await open(many);
  const status = page.getByRole('status');
  expect(await idleRows(page).count()).toBe(100);
  await page.getByLabel('Account').selectOption('333333333333');
  let rows = many.idle.filter(({ account }) => account === '333333333333');
  expect(await status.innerText()).toBe(found(rows, 10_000));
  await page.getByLabel('Owner').selectOption('ana');
  rows = rows.filter(({ owner }) => owner === 'ana');
  expect(await status.innerText()).toBe(found(rows, 10_000));
  await page.getByLabel('Find').fill('WORKER tags');
  await page.keyboard.press('Enter');
  rows = rows.filter((row) => row.name?.startsWith('worker') && row.lastChange?.includes('tags'));
  expect(rows.length).toBeGreaterThan(0);
  expect(await status.innerText()).toBe(found(rows, 10_000));
  expect(await cellsOf(page, 'title')).toEqual(rows.slice(0, 100).map(({ name }) => name));
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByText('Rows 1 to 100 of 10,000').first().waitFor();
  await page.getByRole('button', { name: 'Next' }).last().click();
  expect(await cellsOf(page, 'title')).toEqual(many.idle.slice(100, 200).map(({ name, id }) => name ?? id));
  expect(await page.evaluate('document.activeElement.id')).toBe('idle-rows');
  await page.getByRole('button', { name: 'Last' }).first().click();
  expect(await page.locator('.pager span').first().innerText()).toBe('Rows 9,901 to 10,000 of 10,000');
  expect(await page.getByRole('button', { name: 'Next' }).first().getAttribute('aria-disabled')).toBe('true');
  expect(await cellsOf(page, 'cost')).toEqual(Array.from({ length: 100 }, () => 'unknown'));
  expect(trouble).toEqual([]);
});

test('nobody is an owner to filter by, and words that nothing has find nothing', async () => {
  const { page } = await open(some);
  await page.getByLabel('Owner').selectOption('no owner');
  const rows = some.idle.filter(({ owner }) => owner === undefined);
  expect(await page.getByRole('status').innerText()).toBe(found(rows, some.idle.length));
  await page.getByLabel('Find').fill('nowhere at all');
  await page.keyboard.press('Enter');
  expect(await idleRows(page).count()).toBe(0);
  expect(await page.getByRole('status').innerText()).toBe('0 of 36 resources');
});

test('printed are 500 rows, without what paper can not do; after that all is as it was', async () => {
  const { page } = await open(many);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
  expect(await idleRows(page).count()).toBe(500);
  expect(await page.getByRole('button').count()).toBe(0);
  expect(await page.getByRole('search').count()).toBe(0);
  expect(await page.locator('#print-note').innerText()).toBe(
    'The first 500 of 10,000 resources are printed; idle-report.csv has all.',
  );
  await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
  await page.emulateMedia({ media: 'screen' });
  expect(await idleRows(page).count()).toBe(100);
  expect(await page.locator('#print-note').isVisible()).toBe(false);
  await clickHead(page, 'Owner');
  expect((await cellsOf(page, 'owner'))[0]).toBe('ana');
});
