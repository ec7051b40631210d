import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  EC2Client,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { day, toIso } from '../../lib/core/time.ts';
import type { Hub, HubOutputs } from '../../scripts/local-aws/hub.ts';
import { resetMoto } from '../../scripts/local-aws/moto.ts';
import { createOrganization, credentialsIn } from '../../scripts/local-aws/organization.ts';
import { hubPolicy } from '../../scripts/local-aws/policy.ts';
import { given, type Site, siteIn } from '../../scripts/local-aws/site.ts';
import { stagingServer } from '../../scripts/local-aws/staging-server.ts';
import { connectSlack } from '../../scripts/local-slack/connect.ts';
import type { Happening } from '../../scripts/local-slack/conversation.ts';
import type { LocalSlack } from '../../scripts/local-slack/slack.ts';
import { runDocuments } from '../../scripts/start/run-documents.ts';
import { type SlackHub, startSlackHub } from './slack-hub.ts';

// A sweep starts a process for each function that it calls at once; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 300_000 });

const region = 'us-east-1';
const idleRule = `idle:
  { match: { environment: [staging] }, requireMetrics: false, cloudTrail: "off", removeAfter: 14d }
`;

let stage: SlackHub;
let slack: LocalSlack;
let hub: Hub;
let outputs: HubOutputs;
let site: Site;
let id: string;

beforeAll(async () => {
  const url = inject('motoUrl');
  await resetMoto(url);
  const organization = await createOrganization(url, ['dev']);
  const account = given(organization.accounts['dev'], 'an account');
  site = siteIn(account, { endpoint: url, region, credentials: await credentialsIn(url, account) });
  ({ id } = await stagingServer(site, { tags: { Name: 'web', environment: 'staging', owner: 'ana' } }));
  stage = await startSlackHub(url, ({ account: hubAccount }, block) =>
    hubPolicy(organization, [region], hubAccount, `${block}${idleRule}`),
  );
  ({ slack, hub, outputs } = stage);
  await connectSlack(hub, outputs, slack);
}, 300_000);

afterAll(() => stage?.stop());

/** What a sweep so many days from now did with the server. */
async function sweepAfter(days: number): Promise<string[]> {
  const execution = await hub.startSweep({ now: toIso(Date.now() + days * day) });
  const end = await hub.waitForSweep(execution, { timeoutMs: 180_000 });
  expect(end).toMatchObject({ status: 'SUCCEEDED' });
  const { run, plan } = end.output as { run: string; plan: string };
  const { outcomes } = await runDocuments(hub, outputs.runBucket, run, plan);
  return outcomes.filter(({ arn }) => arn.endsWith(id)).map(({ outcome }) => outcome);
}

async function stateOf(): Promise<string | undefined> {
  const found = await site.client(EC2Client).send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return found.Reservations?.[0]?.Instances?.[0]?.State?.Name;
}

test('the deployed hub warns, copies and stops an idle server, each function with its own role', async () => {
  expect(await sweepAfter(0)).toEqual([]);
  expect(await sweepAfter(28)).toEqual(['warned']);
  expect(await sweepAfter(32)).toEqual(['copied']);
  expect(await stateOf()).toBe('running');
  expect(await sweepAfter(32.1)).toEqual(['stopped']);
  expect(await stateOf()).toBe('stopped');
});

test('what it is restored by lies in the bucket, its secret part under a key of its own', async () => {
  const credentials = { accessKeyId: hub.account, secretAccessKey: 'local' };
  const s3 = new S3Client({ endpoint: hub.router.url, region: hub.region, credentials, forcePathStyle: true });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: outputs.runBucket, Prefix: 'recipes/' }));
  const kept = await Promise.all(
    Contents.map(async ({ Key = '' }) => {
      const { ServerSideEncryption } = await s3.send(new HeadObjectCommand({ Bucket: outputs.runBucket, Key }));
      return [Key.replace(/^recipes\/mayfly-i-\w+-\w+/, ''), ServerSideEncryption];
    }),
  );
  s3.destroy();
  expect(Object.fromEntries(kept)).toMatchObject({ '.json': undefined, '.secret.json': 'aws:kms' });
});

/** What its owner is told in the end, once a restore that they ask for has come to this. */
async function restored(end: string): Promise<Happening> {
  const before = slack.conversation.happenings.length;
  await slack.command('ana', 'restore web');
  const isEnd = (one: Happening) => (JSON.stringify(one).includes(end) ? one : undefined);
  return slack.conversation.waitFor(isEnd, { what: 'the end of the restore', since: before, timeoutMs: 120_000 });
}

test('who owns it has it back by asking in Slack: the worker hands that on to the function that may', async () => {
  await restored('was started');
  expect(await stateOf()).toBe('running');
});

test('one that is gone is made again of its copy, with the secret part of its recipe', async () => {
  const ec2 = site.client(EC2Client);
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await restored('is back, made of its copy');
  const alive = [{ Name: 'instance-state-name', Values: ['running'] }];
  const found = await ec2.send(new DescribeInstancesCommand({ Filters: alive }));
  const InstanceId = given(found.Reservations?.[0]?.Instances?.[0]?.InstanceId, 'a new instance');
  const { UserData } = await ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' }));
  expect(Buffer.from(UserData?.Value ?? '', 'base64').toString()).toBe('#!/bin/sh\necho hello');
});
