import { planDocument, readPlanDocument } from '../core/plan-document.ts';
import type { ClientSource } from '../resource-types/define.ts';
import type { RunStore } from '../use-cases/ports.ts';
import { clientSource, retryStrategyForShard } from './aws-clients.ts';
import { accountProblem } from './aws-problems.ts';
import { documentText, isPlanId, planKey, readDocument, runKey } from './run-documents.ts';

export interface S3RunStoreSettings {
  bucket: string;
  region: string;
  /** Absent: clients with the caller's own credentials. */
  source?: ClientSource;
}

/** Plans and what the steps of a run hand on, each one object of a bucket, encrypted as the bucket says. */
export function s3RunStore({ bucket, region, source }: S3RunStoreSettings): RunStore {
  const clients = source ?? clientSource({ region, retryStrategy: retryStrategyForShard() });
  const put = async (Key: string, document: unknown) => {
    const { PutObjectCommand, S3Client } = await import('./sdk/s3.ts');
    const Body = documentText(document);
    try {
      await clients(S3Client).send(
        new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/json' }),
      );
    } catch (error) {
      throw accountProblem(error, `writing s3://${bucket}/${Key}`, remedies);
    }
  };
  const get = async (Key: string): Promise<unknown> => {
    const { GetObjectCommand, S3Client } = await import('./sdk/s3.ts');
    let text: string | undefined;
    try {
      const { Body } = await clients(S3Client).send(new GetObjectCommand({ Bucket: bucket, Key }));
      text = await Body?.transformToString();
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw accountProblem(error, `reading s3://${bucket}/${Key}`, remedies);
    }
    return readDocument(text ?? '', `s3://${bucket}/${Key}`);
  };
  return {
    savePlan: async (plan) => put(planKey(plan.id), planDocument(plan, { all: true })),
    async loadPlan(id) {
      if (!isPlanId(id)) return undefined;
      const document = await get(planKey(id));
      return document === undefined ? undefined : readPlanDocument(document);
    },
    save: async (run, name, document) => put(runKey(run, name), document),
    load: async (run, name) => get(runKey(run, name)),
  };
}

const denied =
  'the caller needs s3:GetObject and s3:PutObject on runs/* and plans/* of the bucket, and s3:ListBucket on it';

/** What a person can do, by S3's error names. */
const remedies: Readonly<Record<string, string>> = {
  AccessDenied: denied,
  Forbidden: denied,
  NoSuchBucket: 'there is no such bucket: deploy the hub, or put its output RunBucket into state.bucket of the policy',
};
