import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { Hub, HubOutputs } from '../../scripts/local-aws/hub.ts';
import { resetMoto } from '../../scripts/local-aws/moto.ts';
import { hubPolicy } from '../../scripts/local-aws/policy.ts';
import { fireOnce, schedulesIn } from '../../scripts/local-aws/schedules.ts';
import { given } from '../../scripts/local-aws/site.ts';
import { seedWorld } from '../../scripts/local-aws/world.ts';
import { connectSlack } from '../../scripts/local-slack/connect.ts';
import type { LocalSlack } from '../../scripts/local-slack/slack.ts';
import { readPng } from '../adapters/finance/png.ts';
import { type SlackHub, startSlackHub } from './slack-hub.ts';

vi.setConfig({ testTimeout: 300_000 });

const region = 'us-east-1';
const monday = '2026-11-23';
let stage: SlackHub;
let slack: LocalSlack;
let hub: Hub;
let outputs: HubOutputs;
let mails: string;

beforeAll(async () => {
  const url = inject('motoUrl');
  await resetMoto(url);
  const world = await seedWorld({ url, now: Date.now() });
  stage = await startSlackHub(url, async (started, block) => {
    hub = started;
    const report = `report: { channel: "#finance", topic: "${await aTopic()}" }\n`;
    return hubPolicy(world.organization, [region], hub.account, `${block}${report}`);
  });
  ({ slack, outputs } = stage);
  await connectSlack(hub, outputs, slack);
}, 300_000);

afterAll(() => stage?.stop());

function asRoot() {
  const credentials = { accessKeyId: hub.account, secretAccessKey: 'local' };
  return { endpoint: hub.router.url, region, credentials, forcePathStyle: true };
}

/** A topic whose mails come into a queue. */
async function aTopic(): Promise<string> {
  const [sns, sqs] = [new SNSClient(asRoot()), new SQSClient(asRoot())];
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'finance' }));
  const Endpoint = `arn:aws:sqs:${region}:${hub.account}:mails`;
  const [Principal, Action] = [{ Service: 'sns.amazonaws.com' }, 'sqs:SendMessage'];
  const Policy = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal, Action, Resource: Endpoint }] });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'mails', Attributes: { Policy } }));
  mails = given(QueueUrl, 'a queue');
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  return given(TopicArn, 'a topic');
}

/** What the function gives for a Monday. */
async function reportOf(date: string): Promise<{ told: string[]; problems: string[] }> {
  const Payload = JSON.stringify({ scheduledTime: `${date}T07:00:00Z` });
  const lambda = new LambdaClient(asRoot());
  const answer = await lambda.send(new InvokeCommand({ FunctionName: 'mayfly-weekly-report', Payload }));
  const said = Buffer.from(answer.Payload ?? []).toString();
  expect(answer.FunctionError, said).toBeUndefined();
  return JSON.parse(said);
}

/** What the function gives when it is asked for what waits. */
async function waitingReport(): Promise<unknown> {
  const Payload = JSON.stringify({ waiting: true });
  const lambda = new LambdaClient(asRoot());
  const answer = await lambda.send(new InvokeCommand({ FunctionName: 'mayfly-weekly-report', Payload }));
  return JSON.parse(Buffer.from(answer.Payload ?? []).toString());
}

async function keptFiles(): Promise<string[]> {
  const listed = await new S3Client(asRoot()).send(
    new ListObjectsV2Command({ Bucket: outputs.runBucket, Prefix: 'reports/' }),
  );
  return (listed.Contents ?? []).map(({ Key = '' }) => Key);
}

const inFinance = () => slack.conversation.messages().filter(({ channel }) => channel === slack.channel('finance'));

/** The links of the message, as they are reached on this machine. */
function linksIn(text: string): Record<string, string> {
  const api = outputs.slackUrl.replace(/\/slack$/, '');
  const links = [...text.matchAll(/https?:[^\s|"]+(\/reports\/[\d-]+\/([\w.-]+)\?token=[\w-]+)/g)];
  return Object.fromEntries(links.map(([, path = '', name = '']) => [name, api + path]));
}

test('the deployed hub makes the report, keeps its three files, and tells Slack and the topic once', async () => {
  expect(await reportOf(monday)).toMatchObject({ told: ['slack', 'mail'], problems: [] });
  const names = ['idle-report.csv', 'idle-report.html', 'trend.png'];
  expect(await keptFiles()).toEqual(names.map((name) => `reports/${monday}/${name}`));
  const [message, thread, ...more] = inFinance();
  expect(more).toEqual([]);
  expect(JSON.stringify(message?.blocks)).toMatch(/"Idle: .*Saved this week/);
  expect(thread?.thread).toBe(message?.ts);
  expect(thread?.files.map(({ name }) => name).toSorted()).toEqual(names);
  const { Messages = [] } = await new SQSClient(asRoot()).send(
    new ReceiveMessageCommand({ QueueUrl: mails, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 }),
  );
  expect(Messages).toHaveLength(1);
  expect(JSON.parse(Messages[0]?.Body ?? '{}').Message).toContain(`s3://${outputs.runBucket}/reports/${monday}/`);
  expect(await reportOf(monday)).toMatchObject({ told: [] });
  expect(inFinance()).toHaveLength(2);
});

describe('a link', () => {
  test('leads to its file, without credentials', async () => {
    const links = linksIn(JSON.stringify(inFinance()[0]?.blocks));
    expect(Object.keys(links).toSorted()).toEqual(['idle-report.csv', 'idle-report.html', 'trend.png']);
    const answered = await fetch(links['trend.png'] ?? '', { redirect: 'manual' });
    expect([answered.status, answered.headers.get('cache-control')]).toEqual([302, 'no-store']);
    const signed = answered.headers.get('location') ?? '';
    expect(signed).toContain('X-Amz-Expires=300');
    const file = await fetch(signed);
    expect(file.headers.get('content-type')).toBe('image/png');
    expect(readPng(new Uint8Array(await file.arrayBuffer()))).toMatchObject({ width: 1200, height: 630 });
    const page = await fetch(links['idle-report.html'] ?? '');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toMatch(/^<!doctype html>/i);
  });

  test('with another token, of another file or another day opens nothing', async () => {
    const link = linksIn(JSON.stringify(inFinance()[0]?.blocks))['trend.png'] ?? '';
    const others = [
      link.replace(/token=.*/, 'token=guessed'),
      link.replace(/\?.*/, ''),
      link.replace('trend.png', 'idle-report.csv'),
      link.replace(monday, '2026-11-30'),
      link.replace('/trend.png', ''),
    ];
    const answers = await Promise.all(others.map((one) => fetch(one, { redirect: 'manual' })));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  });
});

test('what Slack does not take is kept, waits, and is told once by the hourly schedule', async () => {
  const works = slack.faults.failing('chat.postMessage', 'service_unavailable');
  const Payload = JSON.stringify({ scheduledTime: '2026-11-16T07:00:00Z' });
  const answer = await new LambdaClient(asRoot()).send(
    new InvokeCommand({ FunctionName: 'mayfly-weekly-report', Payload }),
  );
  works();
  expect(Buffer.from(answer.Payload ?? []).toString()).toMatch(
    /2026-11-16 is kept, but was not told everywhere: Slack/,
  );
  expect((await keptFiles()).filter((key) => key.includes('2026-11-16'))).toHaveLength(3);
  const before = inFinance().length;
  const scheduler = { url: hub.router.url, account: hub.account, region };
  const hourly = given(
    (await schedulesIn(scheduler)).find(({ Name }) => Name === 'mayfly-waiting-report'),
    'a schedule',
  );
  await fireOnce(scheduler, hourly);
  const withItsThread = before + 2;
  await vi.waitFor(() => expect(inFinance()).toHaveLength(withItsThread), { timeout: 120_000, interval: 1000 });
  // The function may still be striking it off.
  await vi.waitFor(async () => expect(await waitingReport()).toEqual({ waiting: false }), 60_000);
  expect(inFinance()).toHaveLength(withItsThread);
});

test('the schedule starts it, for the day that it is', async () => {
  const scheduler = { url: hub.router.url, account: hub.account, region };
  const weekly = (await schedulesIn(scheduler)).find(({ Name }) => Name === 'mayfly-weekly-report');
  const before = (await keptFiles()).length;
  await fireOnce(scheduler, given(weekly, 'a schedule'));
  await vi.waitFor(async () => expect((await keptFiles()).length).toBe(before + 3), {
    timeout: 120_000,
    interval: 1000,
  });
});
