import type { ClientSource } from '../../resource-types/define.ts';
import type { PriceStore } from '../../use-cases/ports-money.ts';
import { pricesKey } from '../run-documents.ts';
import { s3Documents } from '../s3-documents.ts';

/** Nightly prices as an object of the hub's bucket. */
export function s3PriceStore({ bucket, source }: { bucket: string; source: ClientSource }): PriceStore {
  const { put, get } = s3Documents({ bucket, source, remedies });
  return {
    save: (document) => put(pricesKey, document),
    load: () => get(pricesKey),
  };
}

const remedies = {
  writing: { AccessDenied: 'the role needs s3:PutObject on prices/* of the bucket' },
  reading: { AccessDenied: 'the caller needs s3:GetObject on prices/* of the bucket, and s3:ListBucket on it' },
};
