import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, inject, test } from 'vitest';
import { s3RunStore } from '../../lib/adapters/run-store-s3.ts';
import type { ClientSource } from '../../lib/resource-types/define.ts';
import { runStoreConformance, somePlan } from '../adapters/run-store-conformance.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { awsError } from '../samples/sample.ts';

const region = 'eu-west-1';
const client = new S3Client({
  endpoint: inject('motoUrl'),
  region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  forcePathStyle: true,
});
const source: ClientSource = <C>() => client as C;

async function freshBucket(): Promise<string> {
  const Bucket = `runs-${randomUUID()}`;
  await client.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  return Bucket;
}

runStoreConformance(async () => {
  const Bucket = await freshBucket();
  return {
    store: s3RunStore({ bucket: Bucket, region, source }),
    async read(Key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString()) ?? '';
    },
    write: async (Key, Body) => void (await client.send(new PutObjectCommand({ Bucket, Key, Body }))),
  };
});

test('the encryption is that of the bucket: no request names one', async () => {
  const { source, sent } = answeredClients({ PutObject: {} });
  await s3RunStore({ bucket: 'runs', region, source }).savePlan(somePlan());
  expect(sent.map(({ input }) => Object.keys(input).toSorted())).toEqual([['Body', 'Bucket', 'ContentType', 'Key']]);
});

describe('what a person can do is said', () => {
  test('where there is no bucket', async () => {
    const store = s3RunStore({ bucket: `none-${randomUUID()}`, region, source });
    const advice = /s3:\/\/none-.*plans\/plan-1\.json failed \(NoSuchBucket.*state\.bucket/;
    await expect(store.loadPlan('plan-1')).rejects.toThrow(advice);
    await expect(store.savePlan(somePlan())).rejects.toThrow(advice);
  });

  test('where the caller may not, and that is not taken for "not there"', async () => {
    const denied = awsError('AccessDenied', 'no');
    const { source } = answeredClients({ GetObject: denied, PutObject: denied });
    const store = s3RunStore({ bucket: 'runs', region, source });
    await expect(store.load('run-1', 'work')).rejects.toThrow(/s3:\/\/runs\/runs\/run-1\/work\.json.*s3:GetObject/);
    await expect(store.save('run-1', 'work', [])).rejects.toThrow(/s3:PutObject/);
  });
});
