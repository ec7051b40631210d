import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KeptRecipe, RecipeStore } from '../use-cases/ports.ts';
import { loadFromFolder, saveInFolder } from './folder-documents.ts';
import { recipeKey } from './run-documents.ts';

const cipher = 'aes-256-gcm';

type SealedRecipe = Pick<KeptRecipe, 'recipe'> & { sealed?: string };

/** What GCM takes, in bytes. */
const nonceLength = 12;
const tagLength = 16;

/**
 * Recipes as files in a folder. Their secret part is encrypted with a key that lies beside them and that only its owner
 * may read: it keeps user data out of backups and greps of the recipes, and from nobody who owns the folder.
 */
export function folderRecipeStore(folder: string): RecipeStore {
  const fileOf = (copy: string) => join(folder, recipeKey(copy));
  return {
    async save(copy, { recipe, secret }) {
      const file = fileOf(copy);
      // The key lies in the same folder.
      await mkdir(dirname(file), { recursive: true });
      const sealed = secret === undefined ? {} : { sealed: seal(secret, await keyIn(folder)) };
      await saveInFolder(file, { recipe, ...sealed }, { mode: 0o600 });
    },
    async load(copy) {
      const found = (await loadFromFolder(fileOf(copy))) as SealedRecipe | undefined;
      if (found === undefined) return undefined;
      const { recipe, sealed } = found;
      return { recipe, ...(sealed !== undefined && { secret: open(sealed, await keyIn(folder)) }) };
    },
  };
}

/** Made once; of two processes that make it at the same time, both read the one that was first. */
async function keyIn(folder: string): Promise<Buffer> {
  const file = join(folder, 'recipes', 'key');
  const made = writeFile(file, randomBytes(32), { flag: 'wx', mode: 0o600 });
  await made.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return readFile(file);
}

function seal(secret: string, key: Buffer): string {
  const nonce = randomBytes(nonceLength);
  const sealing = createCipheriv(cipher, key, nonce);
  const body = Buffer.concat([sealing.update(secret, 'utf8'), sealing.final()]);
  return Buffer.concat([nonce, sealing.getAuthTag(), body]).toString('base64');
}

function open(sealed: string, key: Buffer): string {
  const bytes = Buffer.from(sealed, 'base64');
  const opening = createDecipheriv(cipher, key, bytes.subarray(0, nonceLength));
  opening.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
  return Buffer.concat([opening.update(bytes.subarray(nonceLength + tagLength)), opening.final()]).toString('utf8');
}

/** For commands that must leave no trace. */
export const forgetfulRecipeStore: RecipeStore = {
  save: async () => {},
  load: async () => undefined,
};
