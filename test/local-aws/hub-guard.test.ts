import { writeFileSync } from 'node:fs';
import {
  InvokeCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { minute, toIso } from '../../lib/core/time.ts';
import { localAwsEnvironment } from '../../scripts/local-aws/environment.ts';
import type { Hub, HubOutputs } from '../../scripts/local-aws/hub.ts';
import { resetMoto } from '../../scripts/local-aws/moto.ts';
import { createOrganization, credentialsIn, type Organization } from '../../scripts/local-aws/organization.ts';
import { hubPolicy } from '../../scripts/local-aws/policy.ts';
import { given, type Site, siteIn } from '../../scripts/local-aws/site.ts';
import { connectSlack } from '../../scripts/local-slack/connect.ts';
import type { Message } from '../../scripts/local-slack/conversation.ts';
import type { LocalSlack } from '../../scripts/local-slack/slack.ts';
import { budgetMessage } from '../samples/cost-alarms.ts';
import { bench, document } from './command-line.ts';
import {
  actionsOf,
  aServer,
  type Channel,
  channelOf,
  isFrozen,
  ledgerEvents,
  patience,
  runaway,
  standing,
  words,
} from './guard-hub.ts';
import { type SlackHub, startSlackHub } from './slack-hub.ts';

// A sweep starts a process for each function that it calls at once; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 300_000 });

const region = 'us-east-1';

let stage: SlackHub;
let slack: LocalSlack;
let hub: Hub;
let outputs: HubOutputs;
let organization: Organization;
/** An admin decides what is done in this one. */
let dev: string;
/** In this one the guard freezes by itself. */
let sandbox: string;
let site: Site;
let servers: Awaited<ReturnType<typeof runaway>>;

beforeAll(async () => {
  const url = inject('motoUrl');
  await resetMoto(url);
  organization = await createOrganization(url, ['dev', 'sandbox']);
  [dev, sandbox] = [given(organization.accounts['dev'], 'dev'), given(organization.accounts['sandbox'], 'sandbox')];
  site = siteIn(dev, { endpoint: url, region, credentials: await credentialsIn(url, dev) });
  servers = await runaway(site);
  const credentials = await credentialsIn(url, sandbox);
  await aServer(siteIn(sandbox, { endpoint: url, region, credentials }), 'forgotten');
  stage = await startSlackHub(url, ({ account }, block) => policyOf(account, block));
  ({ slack, hub, outputs } = stage);
  await connectSlack(hub, outputs, slack);
  events = ledgerEvents(asRoot(), outputs.ledgerTable);
  channel = channelOf(slack);
}, 300_000);

afterAll(() => stage?.stop());

function policyOf(hubAccount: string, block?: string): string {
  const accounts = [dev, sandbox].map((id) => `"${id}": { burnPerHour: 0.05 }`).join(', ');
  const guard = `guard: { allow: freeze, accounts: { ${accounts} } }\n`;
  return `${hubPolicy(organization, [region], hubAccount, block)}${guard}`;
}

const asRoot = () => {
  const credentials = { accessKeyId: hub.account, secretAccessKey: 'local' };
  return { endpoint: hub.router.url, region, credentials };
};

/** A whole sweep, so many minutes ago. */
async function sweep(minutesAgo = 0): Promise<void> {
  const execution = await hub.startSweep(minutesAgo === 0 ? {} : { now: toIso(Date.now() - minutesAgo * minute) });
  expect(await hub.waitForSweep(execution, { timeoutMs: 180_000 })).toMatchObject({ status: 'SUCCEEDED' });
}

let news: Message;
let events: (account: string) => Promise<string[]>;
let channel: Channel;

test('one sweep tells of both accounts, and has changed nothing', async () => {
  await sweep(15);
  news = await channel.told(dev, 'burns more than the policy allows', 0);
  expect(words(news)).toMatch(/m6i\.large|ec2:instance/);
  expect(actionsOf(news)).toEqual(['guard-freeze']);
  await channel.told(sandbox, 'burns more than the policy allows', 0);
  expect(await events(dev)).toEqual(['over']);
  expect([await isFrozen(inject('motoUrl'), dev), await standing(site)]).toMatchObject([false, { workers: '1 1 5' }]);
});

test('a guest and who is no admin are refused', async () => {
  const clicks = await Promise.all(['gus', 'chloe'].map((who) => slack.click(who, news, 'guard-freeze')));
  const answers = await Promise.all(clicks.map((click) => slack.answerTo(click, patience)));
  expect(answers.map(({ message }) => words(message))).toEqual([
    expect.stringContaining('Guests may not ask'),
    expect.stringContaining('Only @platform may freeze an account'),
  ]);
  expect(await events(dev)).toEqual([]);
});

test("an admin's click freezes, once though it is delivered twice", async () => {
  const before = channel.now();
  const click = await slack.click('pia', news, 'guard-freeze');
  expect(words((await slack.answerTo(click, patience)).message)).toContain('is being frozen');
  await click.again();
  news = await channel.told(dev, 'an admin decided to freeze', before);
  expect(actionsOf(news)).toEqual(['guard-stop', 'guard-release']);
  expect([await isFrozen(inject('motoUrl'), dev), await standing(site)]).toMatchObject([true, { workers: '1 1 1' }]);
  const ignored = async () => expect((await hub.logsOf('mayfly-slack-worker')).join()).toContain('"answer":"nothing"');
  await vi.waitFor(ignored, patience.timeoutMs);
  expect(await events(dev)).toEqual([
    'approved freeze',
    'over',
    'begun freeze',
    'changing',
    'changed scp',
    'changing',
    'changed group',
    'ended freeze',
  ]);
});

test('a stop that is cut off in the middle is in the ledger', async () => {
  const [lambda, FunctionName] = [new LambdaClient(asRoot()), 'mayfly-guard-order'];
  // Lambda would try it again at once.
  await lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }));
  const refused = () => hub.router.traffic().reduce((sum, one) => sum + one.refused, 0);
  const end = hub.router.throttle({ account: dev, operation: 'ec2:StopInstances', share: 1 });
  await slack.answerTo(await slack.click('pia', news, 'guard-stop'), patience);
  await vi.waitFor(() => expect(refused()).toBeGreaterThan(0), patience.timeoutMs);
  // Here that ends the process of a function, whatever it is at.
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 899 }));
  end();
  expect(await events(dev)).toEqual(['approved stop', 'over', 'begun stop', 'changing', 'changed group', 'changing']);
  expect(await standing(site)).toEqual({
    ...{ web: 'running', batch: 'running', kept: 'running' },
    ...{ orders: 'available', workers: '0 0 0' },
  });
});

test('the next sweep goes on with it and says so, and freezes the other account by itself', async () => {
  const before = channel.now();
  await sweep();
  news = await channel.told(dev, 'Its stop was interrupted and goes on', before);
  expect(words(news)).toMatch(/Stopped: .*2 servers and 1 database/);
  expect(words(news)).toContain(servers.kept);
  expect(words(news)).toContain('It is protected by its tag');
  expect(await standing(site)).toEqual({
    ...{ web: 'stopped', batch: 'stopped', kept: 'running' },
    ...{ orders: 'stopped', workers: '0 0 0' },
  });
  expect(await events(dev)).toEqual([
    ...['over', 'begun stop', 'changing', 'changed server', 'changed server'],
    ...['changing', 'changed database', 'ended stop'],
  ]);
  await channel.told(sandbox, 'Two looks agree', before);
  expect(await isFrozen(inject('motoUrl'), sandbox)).toBe(true);
  expect(await events(sandbox)).toEqual(['over', 'over', 'begun freeze', 'changing', 'changed scp', 'ended freeze']);
});

test('a release says what it could not take back', async () => {
  const end = hub.router.deny({ account: dev, operation: 'ec2:StartInstances' });
  const before = channel.now();
  await slack.answerTo(await slack.click('pia', news, 'guard-release'), patience);
  news = await channel.told(dev, 'A person released it', before);
  end();
  expect(words(news)).toMatch(/Not taken back: 2.*UnauthorizedOperation/);
  expect(await standing(site)).toMatchObject({ web: 'stopped', orders: 'available', workers: '1 1 5' });
  expect(await isFrozen(inject('motoUrl'), dev)).toBe(false);
});

test('the next sweep takes back the rest, and says nothing more of what burns', async () => {
  const before = channel.now();
  await sweep();
  await channel.told(dev, 'Its release was interrupted and goes on', before);
  expect(await standing(site)).toEqual({
    ...{ web: 'running', batch: 'running', kept: 'running' },
    ...{ orders: 'available', workers: '1 1 5' },
  });
  expect(await events(dev)).toEqual([
    'release-begun',
    ...['released db', 'release-failed instance', 'release-failed instance', 'released autoScaling', 'released scp'],
    ...['over', 'released instance', 'released instance'],
  ]);
  const toldSoFar = channel.count(dev);
  await sweep();
  expect(channel.count(dev)).toBe(toldSoFar);
});

test('the command line sees and releases what the hub did', async () => {
  const here = bench();
  const state = `state: { table: ${outputs.ledgerTable}, bucket: ${outputs.runBucket} }\n`;
  writeFileSync(here.config, `${policyOf(hub.account)}${state}`);
  const env = { ...localAwsEnvironment(hub.router.url), AWS_ACCESS_KEY_ID: hub.account };
  const stages = async () => {
    const { accounts } = document<{ accounts: { account: string; stage: string }[] }>(
      await here.mayflyIn(env, 'guard', 'status', '--json'),
    );
    return Object.fromEntries(accounts.map(({ account, stage: one }) => [account, one]));
  };
  expect(await stages()).toEqual({ [dev]: 'none', [sandbox]: 'freeze' });
  const released = await here.mayflyIn(env, 'guard', 'release');
  expect([released.code, released.stderr]).toEqual([0, expect.stringContaining(`released ${sandbox}`)]);
  expect(await isFrozen(inject('motoUrl'), sandbox)).toBe(false);
});

test('an alarm of AWS Budgets is told once, delivered twice', async () => {
  const sns = new SNSClient(asRoot());
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alarms' }));
  const Endpoint = `arn:aws:lambda:${region}:${hub.account}:function:mayfly-guard-alarm`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint }));
  const before = channel.now();
  const { subject, text } = budgetMessage({ name: `mayfly-${dev}` });
  const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Subject: subject, Message: text }));
  const alarm = await channel.told(dev, 'AWS Budgets says', before);
  expect(words(alarm)).toContain('$85.50');
  const count = channel.count(dev);
  const record = { EventSource: 'aws:sns', Sns: { MessageId, Subject: subject, Message: text } };
  const Payload = JSON.stringify({ Records: [record] });
  const lambda = new LambdaClient(asRoot());
  const again = await lambda.send(new InvokeCommand({ FunctionName: 'mayfly-guard-alarm', Payload }));
  expect(JSON.parse(Buffer.from(again.Payload ?? []).toString())).toEqual({
    heard: [{ told: false, reason: 'alarm-known' }],
  });
  expect(channel.count(dev)).toBe(count);
});
