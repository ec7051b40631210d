import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Plan, removalsOf } from '../../lib/core/plan.ts';
import { readPlanDocument } from '../../lib/core/plan-document.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import type { Hub } from '../local-aws/hub.ts';
import { given } from '../local-aws/site.ts';

/** What one sweep of the hub left in its bucket. */
export interface RunDocuments {
  plan: Plan;
  outcomes: Outcome[];
}

/** Reads plan and outcomes of a run as anybody with access to the bucket can. */
export async function runDocuments(hub: Hub, bucket: string, run: string, plan: string): Promise<RunDocuments> {
  const client = new S3Client({
    endpoint: hub.router.url,
    region: hub.region,
    credentials: { accessKeyId: hub.account, secretAccessKey: 'local' },
    forcePathStyle: true,
  });
  const read = async (Key: string): Promise<unknown> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return JSON.parse(await given(Body, `the object ${Key}`).transformToString());
  };
  try {
    const [planDocument, outcomes] = await Promise.all([
      read(`plans/${plan}.json`),
      read(`runs/${run}/outcomes/all.json`),
    ]);
    return { plan: readPlanDocument(planDocument), outcomes: outcomes as Outcome[] };
  } finally {
    client.destroy();
  }
}

/** One line for each account and region: what the sweep found there and what it did. */
export function byShard({ plan, outcomes }: RunDocuments): string[][] {
  const ends = new Map(outcomes.map((outcome) => [outcome.arn, outcome]));
  const due = new Set(removalsOf(plan).map(({ arn }) => arn));
  return plan.shards.map(({ account, region, scanned, error }) => {
    const here = plan.decisions.filter((one) => one.account === account && one.region === region);
    const ended = (kind: Outcome['outcome']) => here.filter(({ arn }) => ends.get(arn)?.outcome === kind).length;
    return [
      account,
      region,
      String(scanned),
      String(here.filter(({ arn }) => due.has(arn)).length),
      String(ended('removed')),
      String(here.filter(({ action }) => action === 'hold').length),
      String(ended('blocked') + ended('failed')),
      error ?? '',
    ];
  });
}
