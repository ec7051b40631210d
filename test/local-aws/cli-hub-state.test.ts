import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { expect, inject, test } from 'vitest';
import { ago, bench, document, type Ended, outcomesIn, quickPolicy } from './command-line.ts';
import type { PlanDocument } from './contract-shapes.ts';
import { aQueue, queueNames } from './live.ts';
import { aTable, hub, wire } from './tables.ts';

const endpoint = inject('motoUrl');
const { source } = wire(endpoint);
const s3 = new S3Client({
  endpoint,
  region: hub.region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  forcePathStyle: true,
});

/** The caller's region is the hub's; what is swept is in another one. */
const caller = { AWS_REGION: hub.region, AWS_DEFAULT_REGION: hub.region };

/** One person's machine: a policy file that names the hub, in a folder of its own. */
interface Desk {
  here: ReturnType<typeof bench>;
  mayfly: (...args: string[]) => Promise<Ended>;
}

interface Hub {
  /** Keys of what is in the table and in the bucket. */
  kept: () => Promise<{ items: string[]; objects: string[] }>;
  /** Its two accounts are enforced where they are given. */
  desk: (policy?: string, accounts?: readonly [string, string]) => Desk;
}

async function aHub(): Promise<Hub> {
  const [table, bucket] = [await aTable({ source }), `runs-${randomUUID()}`];
  const location = { LocationConstraint: 'eu-west-1' } as const;
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: location }));
  return {
    async kept() {
      const items: string[] = [];
      for await (const page of paginateScan({ client: source(DynamoDBClient) }, { TableName: table })) {
        items.push(...(page.Items ?? []).map(({ pk, sk }) => `${pk?.S} ${sk?.S}`));
      }
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
      return { items, objects: Contents.map(({ Key = '' }) => Key) };
    },
    desk(policy = '', accounts) {
      const lines = accounts && (() => accounts.map((id) => `  - { id: "${id}", mode: enforce }`).join('\n'));
      const here = bench(`${quickPolicy}${policy}state: { table: ${table}, bucket: ${bucket} }\n`, lines);
      return { here, mayfly: (...args) => here.mayflyIn(caller, ...args) };
    },
  };
}

test.concurrent('a sweep, an approval and the history use the table and the bucket, and no folder', async () => {
  const hubState = await aHub();
  const { here, mayfly } = hubState.desk('limits: { removalsPerAccount: 1 }\n');
  const site = await here.site();
  const [arn] = [await aQueue(site, 'a', { ttl: ago(2) }), await aQueue(site, 'b', { ttl: ago(2) })];
  const planned = await mayfly('plan', '--json');
  const { id } = document<PlanDocument>(planned);
  expect(planned.code).toBe(3);
  expect(await hubState.kept(), 'a dry run writes nothing to the ledger').toEqual({
    items: [],
    objects: [`plans/${id}.json`],
  });
  const approved = await mayfly('approve', id);
  expect([approved.code, approved.stdout]).toEqual([0, '']);
  const reaped = await mayfly('reap', '--enforce', '--json');
  expect([reaped.code, outcomesIn(reaped)]).toEqual([0, { a: 'removed', b: 'removed' }]);
  expect(await queueNames(site)).toEqual([]);
  const before = await hubState.kept();
  const { events } = document<{ events: { kind: string }[] }>(await mayfly('history', arn, '--json'));
  expect(events.map(({ kind }) => kind)).toEqual(['seen', 'removal-requested', 'removed']);
  expect((await mayfly('explain', arn, '--json')).code).toBeLessThan(5);
  expect(await hubState.kept(), 'looking writes nothing').toEqual(before);
  expect(existsSync(here.file('policy/.mayfly'))).toBe(false);
});

test.concurrent('a pause and a lowered mode of one machine hold on another', async () => {
  const hubState = await aHub();
  const yours = hubState.desk();
  const mine = hubState.desk('', yours.here.accounts);
  const site = await yours.here.site();
  await aQueue(site, 'due', { ttl: ago(2) });
  expect((await mine.mayfly('pause', '--for', '2h')).code).toBe(0);
  const paused = await yours.mayfly('reap', '--enforce', '--json');
  expect(document<PlanDocument>(paused).decisions).toMatchObject([{ action: 'hold', reason: 'paused' }]);
  expect((await mine.mayfly('resume')).code).toBe(0);
  expect((await mine.mayfly('mode', yours.here.accounts[0], 'observe')).code).toBe(0);
  expect(outcomesIn(await yours.mayfly('reap', '--enforce', '--json'))).toEqual({});
  expect(await queueNames(site)).toEqual(['due']);
});

test.concurrent('a table that is not there keeps everything as it is, and says what to do', async () => {
  const { here } = (await aHub()).desk();
  const site = await here.site();
  await aQueue(site, 'due', { ttl: ago(2) });
  for (const command of [['plan'], ['reap', '--enforce'], ['pause'], ['history', 'arn:aws:sqs:us-east-1:1:due']]) {
    const ended = await here.mayfly(...command);
    expect([command, ended.code]).toEqual([command, 1]);
    expect(ended.stderr).toMatch(/ledger table ledger-\S+ in us-east-1.*ResourceNotFound.*AWS_REGION/);
  }
  expect(await queueNames(site)).toEqual(['due']);
});

test.concurrent('on another day it is used only where every endpoint is a loopback address', async () => {
  const hubState = await aHub();
  const { here, mayfly } = hubState.desk();
  await aQueue(await here.site(), 'later', { ttl: ago(-20) });
  const tomorrow = ['--now', ago(-24), '--json'];
  for (const service of ['DYNAMODB', 'S3', 'SNS']) {
    const beyond = { ...caller, [`AWS_ENDPOINT_URL_${service}`]: 'https://192.0.2.1' };
    const refused = await here.mayflyIn(beyond, 'reap', '--enforce', ...tomorrow);
    expect([service, refused.code, /loopback/.test(refused.stderr)]).toEqual([service, 2, true]);
  }
  const tried = await here.mayflyIn({ ...caller, AWS_ENDPOINT_URL_SNS: 'https://192.0.2.1' }, 'plan', ...tomorrow);
  expect(document<PlanDocument>(tried).decisions).toMatchObject([{ action: 'remove' }]);
  expect(await hubState.kept()).toEqual({ items: [], objects: [] });
  expect((await mayfly('reap', '--enforce', ...tomorrow)).code).toBe(0);
  expect((await hubState.kept()).items).toContainEqual(expect.stringMatching(/:later state$/));
});
