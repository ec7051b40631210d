import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PriceStore } from '../../use-cases/ports-money.ts';
import { documentText, pricesKey, readDocument } from '../run-documents.ts';

/** Nightly prices as a file in the folder of the run store, for who brings them there. */
export function folderPriceStore(folder: string): PriceStore {
  const file = join(folder, pricesKey);
  return {
    async save(document) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.part`, documentText(document));
      await rename(`${file}.part`, file);
    },
    async load() {
      let text: string;
      try {
        text = await readFile(file, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
      return readDocument(text, file);
    },
  };
}
