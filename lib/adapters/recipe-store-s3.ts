import type { Recipe } from '../core/server.ts';
import type { ClientSource } from '../resource-types/define.ts';
import type { RecipeStore } from '../use-cases/ports.ts';
import { clientSource, retryStrategyForShard } from './aws-clients.ts';
import { recipeKey } from './run-documents.ts';
import { s3Documents } from './s3-documents.ts';

export interface S3RecipeStoreSettings {
  bucket: string;
  region: string;
  /** Encrypts the secret part: only who restores may use it for reading. Absent: as the bucket encrypts everything. */
  secretKeyId?: string;
  /** Absent: clients with the caller's own credentials. */
  source?: ClientSource;
}

/** Recipes as objects of a bucket. The secret part is an object of its own, under a key of its own. */
export function s3RecipeStore({ bucket, region, secretKeyId, source }: S3RecipeStoreSettings): RecipeStore {
  const clients = source ?? clientSource({ region, retryStrategy: retryStrategyForShard() });
  const { put, get } = s3Documents({ bucket, source: clients, remedies });
  const byKey = secretKeyId === undefined ? {} : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: secretKeyId };
  return {
    async save(copy, { recipe, secret }) {
      if (secret !== undefined) await put(recipeKey(copy, 'secret'), { secret }, byKey);
      await put(recipeKey(copy), { recipe, hasSecret: secret !== undefined });
    },
    async load(copy) {
      const found = (await get(recipeKey(copy))) as { recipe: Recipe; hasSecret: boolean } | undefined;
      if (found === undefined) return undefined;
      if (!found.hasSecret) return { recipe: found.recipe };
      const kept = (await get(recipeKey(copy, 'secret'))) as { secret: string } | undefined;
      if (kept === undefined) throw new Error(`the secret part of the recipe of ${copy} is missing`);
      return { recipe: found.recipe, secret: kept.secret };
    },
  };
}

const remedies = {
  reading: {
    AccessDenied:
      'the caller needs s3:GetObject on recipes/* of the bucket, and kms:Decrypt with the key of its secrets',
  },
  writing: {
    AccessDenied:
      'the caller needs s3:PutObject on recipes/* of the bucket, and kms:GenerateDataKey with the key of its secrets',
  },
};
