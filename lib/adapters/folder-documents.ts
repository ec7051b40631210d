import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { documentText, readDocument } from './run-documents.ts';

/** Writes a JSON document whole or not at all, in place of an earlier one. `mode`: who may read the file. */
export async function saveInFolder(file: string, document: unknown, about: { mode?: number } = {}): Promise<void> {
  const text = documentText(document);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, text, about);
  await rename(`${file}.part`, file);
}

/** `undefined` where there is no such file. Throws where it can't be read, or is no document. */
export async function loadFromFolder(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return readDocument(text, file);
}
