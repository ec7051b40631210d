import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListAccountsForParentCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { type Hub, type HubOutputs, startHub } from '../../scripts/local-aws/hub.ts';
import { resetMoto } from '../../scripts/local-aws/moto.ts';
import { hubPolicy } from '../../scripts/local-aws/policy.ts';
import { fireOnce, schedulesIn } from '../../scripts/local-aws/schedules.ts';
import type { SweepEnd } from '../../scripts/local-aws/sweep-execution.ts';
import { seedWorld, type World } from '../../scripts/local-aws/world.ts';
import { type RunDocuments, runDocuments } from '../../scripts/start/run-documents.ts';

// A sweep starts a process for each function that it calls at once; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), 'mayfly-test-'));
let hub: Hub;
let outputs: HubOutputs;
let world: World;

beforeAll(async () => {
  const url = inject('motoUrl');
  await resetMoto(url);
  world = await seedWorld({ url, now: Date.now() });
  hub = await startHub({ moto: { url } });
  const policy = join(folder, 'mayfly.yaml');
  writeFileSync(policy, hubPolicy(world.organization, world.regions, hub.account));
  outputs = await hub.deploy(policy);
}, 300_000);

afterAll(async () => {
  await hub?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Summary {
  run: string;
  plan: string;
  unread: number;
}

/** One sweep to its end, with what it left in the bucket. */
async function swept(end: SweepEnd): Promise<RunDocuments & { summary: Summary }> {
  expect(end).toMatchObject({ status: 'SUCCEEDED', output: { run: expect.any(String), plan: expect.any(String) } });
  const summary = end.output as Summary;
  return { summary, ...(await runDocuments(hub, outputs.runBucket, summary.run, summary.plan)) };
}

async function sweep(): Promise<RunDocuments & { summary: Summary }> {
  return swept(await hub.waitForSweep(await hub.startSweep()));
}

function endedAs({ outcomes }: RunDocuments, ...kinds: string[]): string[] {
  return outcomes.filter(({ outcome }) => kinds.includes(outcome)).map(({ arn }) => arn);
}

function fated(fate: string): string[] {
  return world.manifest.filter((one) => one.fate === fate && one.tracked).map(({ arn }) => arn);
}

test('the deployed app removes what the story says, and nothing else', async () => {
  const states: string[] = [];
  const execution = await hub.startSweep();
  const documents = await swept(await hub.waitForSweep(execution, { onState: (name) => states.push(name) }));
  expect(states.slice(0, 3)).toEqual(['ListShards', 'IsThereARun', 'ScanShards']);
  expect(states.at(-1)).toBe('SweepEnded');
  // Parts of what is removed go with it, without an outcome of their own.
  const parts = world.manifest.filter(({ kind }) => kind === 'part').map(({ arn }) => arn);
  const withoutParts = fated('removed').filter((arn) => !parts.includes(arn));
  expect(endedAs(documents, 'removed', 'gone').toSorted()).toEqual(withoutParts.toSorted());
  expect(endedAs(documents, 'blocked').toSorted()).toEqual(fated('blocked').toSorted());
  expect(endedAs(documents, 'failed', 'changed', 'waiting')).toEqual([]);
});

test('an hour later there is nothing to remove, and one throttled region hides nothing', async () => {
  const end = hub.router.throttle({ region: 'eu-west-1', share: 0.3 });
  const documents = await sweep();
  end();
  expect(endedAs(documents, 'removed', 'failed')).toEqual([]);
  expect(documents.summary.unread).toBe(0);
  expect(documents.plan.shards.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(hub.router.traffic().reduce((sum, { refused }) => sum + refused, 0)).toBeGreaterThan(0);
});

test('the schedules are held, and what the hourly one would start is a sweep', async () => {
  const scheduler = { url: hub.router.url, account: hub.account, region: hub.region };
  const schedules = await schedulesIn(scheduler);
  expect(Object.fromEntries(schedules.map(({ Name, State }) => [Name, State]))).toEqual({
    'mayfly-sweep': 'DISABLED',
    'mayfly-weekly-report': 'DISABLED',
  });
  const hourly = schedules.find(({ Name }) => Name === 'mayfly-sweep');
  const before = await hub.sweeps();
  if (hourly !== undefined) await fireOnce(scheduler, hourly);
  const began = await vi.waitFor(
    async () => {
      const [latest = ''] = await hub.sweeps();
      expect(before).not.toContain(latest);
      return latest;
    },
    { timeout: 30_000, interval: 200 },
  );
  await swept(await hub.waitForSweep(began));
});

test('a sweep that fails says why', async () => {
  const end = await hub.waitForSweep(await hub.startSweep({ now: 'tomorrow' }));
  expect(end).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('tomorrow is not an instant') });
  expect((await hub.logsOf('mayfly-list-shards')).join('\n')).toContain('tomorrow is not an instant');
});

test('Slack reaches its function, which says what this policy lacks', async () => {
  const answered = await fetch(outputs.slackUrl, { method: 'POST', body: 'command=/ttl' });
  expect([answered.status, await answered.text()]).toEqual([503, expect.stringContaining('no slack block')]);
});

function asRoot() {
  const credentials = { accessKeyId: hub.account, secretAccessKey: 'local' };
  return { endpoint: hub.router.url, region: hub.region, credentials, forcePathStyle: true };
}

/** Clients of one of the hub's roles, as its function has them. */
async function as(role: string) {
  const RoleArn = `arn:aws:iam::${hub.account}:role/mayfly-hub-${role}`;
  const { Credentials } = await new STSClient(asRoot()).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'try' }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { ...asRoot(), credentials: keys };
}

type Settings = Awaited<ReturnType<typeof as>>;

const attempts = {
  'assume mayfly-act': (settings: Settings) => assumeMember(settings, 'mayfly-act'),
  'assume mayfly-tag': (settings: Settings) => assumeMember(settings, 'mayfly-tag'),
  'assume mayfly-read': (settings: Settings) => assumeMember(settings, 'mayfly-read'),
  'assume an administrator': (settings: Settings) => assumeMember(settings, 'OrganizationAccountAccessRole'),
  'ask the organization': (settings: Settings) =>
    new OrganizationsClient(settings).send(new ListAccountsForParentCommand({ ParentId: world.organization.unit })),
  'write to the ledger': (settings: Settings) =>
    new DynamoDBClient(settings).send(
      new PutItemCommand({ TableName: outputs.ledgerTable, Item: { pk: { S: 'try' }, sk: { S: 'try' } } }),
    ),
  'scan the ledger': (settings: Settings) =>
    new DynamoDBClient(settings).send(new ScanCommand({ TableName: outputs.ledgerTable })),
  'list buckets': (settings: Settings) => new S3Client(settings).send(new ListBucketsCommand({})),
};

function assumeMember(settings: Settings, role: string) {
  const account = Object.values(world.organization.accounts)[0];
  const RoleArn = `arn:aws:iam::${account}:role/${role}`;
  return new STSClient(settings).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'try' }));
}

describe('IAM is enforced: what a role of the hub may do', () => {
  test.each([
    ['list', ['ask the organization', 'assume mayfly-read', 'write to the ledger']],
    ['scan', ['assume mayfly-read', 'write to the ledger']],
    ['plan', []],
    ['reap', ['assume mayfly-act', 'assume mayfly-read', 'write to the ledger']],
    ['conclude', ['write to the ledger']],
    ['slack', []],
    ['worker', ['ask the organization', 'assume mayfly-tag', 'write to the ledger']],
  ])('%s: %j and nothing else of these', async (role, allowed) => {
    const settings = await as(role);
    const tried = Object.entries(attempts).map(async ([name, attempt]) => {
      const refused = await attempt(settings).then(
        () => undefined,
        (error: Error) => error,
      );
      if (refused !== undefined) expect(refused.name).toMatch(/^AccessDenied/);
      return refused === undefined ? [name] : [];
    });
    expect((await Promise.all(tried)).flat().toSorted()).toEqual(allowed);
  });
});
