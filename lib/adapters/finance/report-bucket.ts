import { type ReportFile, type ReportFileName, reportFiles } from '../../core/report-files.ts';
import type { Duration } from '../../core/time.ts';
import type { ClientSource } from '../../resource-types/define.ts';
import { accountProblem } from '../aws-problems.ts';
import { reportKey } from '../run-documents.ts';

export interface ReportBucket {
  /** In place of an earlier one. Throws where it can't be kept. */
  keep: (date: string, file: ReportFile) => Promise<void>;
  /**
   * A link that S3 itself answers, for as long; `undefined` where there is no such file any more, or where it may not
   * be read: who can't list the bucket is not told which. Throws where S3 can't be asked.
   */
  sign: (date: string, name: ReportFileName, lasts: Duration) => Promise<string | undefined>;
}

/** The files of weekly reports as objects of the hub's bucket. */
export function reportBucket({ bucket, source }: { bucket: string; source: ClientSource }): ReportBucket {
  return {
    async keep(date, { name, content }) {
      const { PutObjectCommand, S3Client } = await import('../sdk/s3.ts');
      const Key = reportKey(date, name);
      const about = { ContentType: reportFiles[name], ContentDisposition: dispositionOf(date, name) };
      await source(S3Client)
        .send(new PutObjectCommand({ Bucket: bucket, Key, Body: content, ...about }))
        .catch((error: unknown) => {
          throw accountProblem(error, `writing s3://${bucket}/${Key}`, forWriting);
        });
    },
    async sign(date, name, lasts) {
      const [{ GetObjectCommand, S3Client }, { getSignedUrl, HeadObjectCommand }] = await Promise.all([
        import('../sdk/s3.ts'),
        import('../sdk/s3-presign.ts'),
      ]);
      const client = source(S3Client);
      const at = { Bucket: bucket, Key: reportKey(date, name) };
      try {
        await client.send(new HeadObjectCommand(at));
      } catch (error) {
        const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
        if ([403, 404].includes($metadata?.httpStatusCode ?? 0)) return undefined;
        throw accountProblem(error, `looking for s3://${bucket}/${at.Key}`);
      }
      return getSignedUrl(client, new GetObjectCommand(at), { expiresIn: lasts / 1000 });
    },
  };
}

/** A page and a picture are shown, a table is saved under a name that says of which day it is. */
function dispositionOf(date: string, name: ReportFileName): string {
  const kind = name.endsWith('.csv') ? 'attachment' : 'inline';
  return `${kind}; filename="mayfly-${date}-${name}"`;
}

const forWriting = { AccessDenied: 'the role needs s3:PutObject on reports/* of the bucket' };
