import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumArguments } from '../local-slack/chromium.ts';
import { pictureScenes } from './scenes.ts';
import { sourceOf, stamped } from './stamp.ts';

const width = 720;

/** Draws the pictures of the pages about Slack, and tells each file. */
export async function makePictures(executablePath: string, root: string): Promise<string[]> {
  const browser = await chromium.launch({ executablePath, args: chromiumArguments });
  try {
    const page = await browser.newPage({ viewport: { width, height: 900 }, deviceScaleFactor: 1.25 });
    const files: string[] = [];
    for (const scene of pictureScenes()) {
      await page.setContent(scene.page);
      const picture = await page.locator(`#${scene.element}`).screenshot();
      const file = join(root, scene.file);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, stamped(picture, sourceOf(scene)));
      files.push(scene.file);
    }
    return files;
  } finally {
    await browser.close();
  }
}
