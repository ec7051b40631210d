import type { ClientSource } from '../resource-types/define.ts';
import { accountProblem } from './aws-problems.ts';
import { documentText, readDocument } from './run-documents.ts';

export interface S3Documents {
  /** In place of an earlier one. `encryption`: how S3 is to keep it, where not as the bucket says. */
  put: (key: string, document: unknown, encryption?: object) => Promise<void>;
  /** `undefined` where there is no such object. */
  get: (key: string) => Promise<unknown>;
}

interface Settings {
  bucket: string;
  source: ClientSource;
  /** What a person can do, by S3's error names. */
  remedies: { reading: Readonly<Record<string, string>>; writing: Readonly<Record<string, string>> };
}

/** JSON documents as objects of a bucket. Both throw, naming the object and a remedy, what S3 refuses. */
export function s3Documents({ bucket, source, remedies }: Settings): S3Documents {
  const placeOf = (key: string) => `s3://${bucket}/${key}`;
  return {
    async put(Key, document, encryption = {}) {
      const { PutObjectCommand, S3Client } = await import('./sdk/s3.ts');
      const about = { Body: documentText(document), ContentType: 'application/json', ...encryption };
      await source(S3Client)
        .send(new PutObjectCommand({ Bucket: bucket, Key, ...about }))
        .catch((error: unknown) => {
          throw accountProblem(error, `writing ${placeOf(Key)}`, remedies.writing);
        });
    },
    async get(Key) {
      const { GetObjectCommand, S3Client } = await import('./sdk/s3.ts');
      let text: string | undefined;
      try {
        const { Body } = await source(S3Client).send(new GetObjectCommand({ Bucket: bucket, Key }));
        text = await Body?.transformToString();
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return undefined;
        throw accountProblem(error, `reading ${placeOf(Key)}`, remedies.reading);
      }
      return readDocument(text ?? '', placeOf(Key));
    },
  };
}
