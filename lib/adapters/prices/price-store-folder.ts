import { join } from 'node:path';
import type { PriceStore } from '../../use-cases/ports-money.ts';
import { loadFromFolder, saveInFolder } from '../folder-documents.ts';
import { pricesKey } from '../run-documents.ts';

/** Nightly prices as a file in the folder of the run store, for who brings them there. */
export function folderPriceStore(folder: string): PriceStore {
  const file = join(folder, pricesKey);
  return {
    save: (document) => saveInFolder(file, document),
    load: () => loadFromFolder(file),
  };
}
