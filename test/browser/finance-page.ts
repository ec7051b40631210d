import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { financeHtml } from '../../lib/adapters/finance/html.ts';
import type { FinanceReport } from '../../lib/core/finance-report.ts';
import { chromiumArguments, chromiumPath } from '../../scripts/local-slack/chromium.ts';

export interface OpenedReport {
  page: Page;
  /** Everything that a page of figures must not do. */
  trouble: string[];
}

export type OpenReport = (report: FinanceReport, settings?: BrowserContextOptions) => Promise<OpenedReport>;

/** A browser for the tests of a file, in which reports are opened as the files that they are. */
export function reportBrowser(): OpenReport {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mayfly-report-'));
    browser = await chromium.launch({ executablePath: chromiumPath() ?? '', args: chromiumArguments });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return async (report, settings = {}) => {
    const path = join(folder, 'idle-report.html');
    writeFileSync(path, financeHtml(report));
    const { href } = pathToFileURL(path);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...settings });
    onTestFinished(() => page.close());
    const trouble: string[] = [];
    page.on('console', (line) => trouble.push(`console: ${line.text()}`));
    page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => trouble.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (request.url() !== href) trouble.push(`request: ${request.url()}`);
    });
    await page.goto(href);
    return { page, trouble };
  };
}

/** The idle resources as the table shows them now. */
export function idleRows(page: Page) {
  return page.locator('table.idle tbody tr');
}

/** What stands in a column, from top to bottom. */
export function cellsOf(page: Page, field: string): Promise<string[]> {
  return page.locator(`table.idle tbody [data-field=${field}]`).allInnerTexts();
}

/** Sorts as a person does. */
export function clickHead(page: Page, name: string): Promise<void> {
  return page.locator('table.idle thead').getByRole('button', { name }).click();
}
