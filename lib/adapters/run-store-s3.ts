import { planDocument, readPlanDocument } from '../core/plan-document.ts';
import type { ClientSource } from '../resource-types/define.ts';
import type { RunStore } from '../use-cases/ports.ts';
import { clientSource, retryStrategyForShard } from './aws-clients.ts';
import { isPlanId, planKey, runKey } from './run-documents.ts';
import { s3Documents } from './s3-documents.ts';

export interface S3RunStoreSettings {
  bucket: string;
  region: string;
  /** Absent: clients with the caller's own credentials. */
  source?: ClientSource;
}

/** Plans and what the steps of a run hand on, each one object of a bucket, encrypted as the bucket says. */
export function s3RunStore({ bucket, region, source }: S3RunStoreSettings): RunStore {
  const clients = source ?? clientSource({ region, retryStrategy: retryStrategyForShard() });
  const { put, get } = s3Documents({ bucket, source: clients, remedies: { reading: remedies, writing: remedies } });
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
