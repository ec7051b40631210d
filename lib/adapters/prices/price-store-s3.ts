import type { ClientSource } from '../../resource-types/define.ts';
import type { PriceStore } from '../../use-cases/ports-money.ts';
import { accountProblem } from '../aws-problems.ts';
import { documentText, pricesKey, readDocument } from '../run-documents.ts';

/** Nightly prices as an object of the hub's bucket. */
export function s3PriceStore({ bucket, source }: { bucket: string; source: ClientSource }): PriceStore {
  const place = `s3://${bucket}/${pricesKey}`;
  return {
    async save(document) {
      const { PutObjectCommand, S3Client } = await import('../sdk/s3.ts');
      const about = { Bucket: bucket, Key: pricesKey, ContentType: 'application/json' };
      await source(S3Client)
        .send(new PutObjectCommand({ ...about, Body: documentText(document) }))
        .catch((error: unknown) => {
          throw accountProblem(error, `writing ${place}`, forWriting);
        });
    },
    async load() {
      const { GetObjectCommand, S3Client } = await import('../sdk/s3.ts');
      let text: string | undefined;
      try {
        const { Body } = await source(S3Client).send(new GetObjectCommand({ Bucket: bucket, Key: pricesKey }));
        text = await Body?.transformToString();
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return undefined;
        throw accountProblem(error, `reading ${place}`, forReading);
      }
      return readDocument(text ?? '', place);
    },
  };
}

const forWriting = { AccessDenied: 'the role needs s3:PutObject on prices/* of the bucket' };
const forReading = { AccessDenied: 'the caller needs s3:GetObject on prices/* of the bucket, and s3:ListBucket on it' };
