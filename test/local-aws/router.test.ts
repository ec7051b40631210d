import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { DescribeInstancesCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { ListAccountsForParentCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type Router, startRouter } from '../../scripts/local-aws/router.ts';

const hubAccount = '111111111111';
const [member, other] = ['222222222222', '333333333333'];

/** A hub that notes what it is asked and answers what the test wants. */
interface Hub {
  url: string;
  asked: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  answers: { status: number; headers?: Record<string, string>; body: string };
  stop: () => void;
}

let hub: Hub;
let router: Router;

beforeEach(async () => {
  hub = await aHub();
  router = await startRouter({ hubAccount, hub: () => hub.url, members: inject('motoUrl') });
});

afterEach(async () => {
  await router.stop();
  hub.stop();
});

async function aHub(): Promise<Hub> {
  const made: Hub = { url: '', asked: [], answers: { status: 200, body: '<Ok/>' }, stop: () => server.close() };
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    void text(incoming).then((body) => {
      made.asked.push({ method, url, headers, body });
      outgoing.writeHead(made.answers.status, made.answers.headers).end(made.answers.body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  made.url = `http://127.0.0.1:${address.port}`;
  return made;
}

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

const hubKeys: Keys = { accessKeyId: hubAccount, secretAccessKey: 'local' };

function client<C>(
  make: new (settings: {
    endpoint: string;
    region: string;
    credentials: Keys;
    maxAttempts: number;
    forcePathStyle: boolean;
  }) => C,
  credentials: Keys = hubKeys,
  region = 'eu-west-1',
): C {
  return new make({ endpoint: router.url, region, credentials, maxAttempts: 1, forcePathStyle: true });
}

async function assume(account: string, role = 'mayfly-read', as: Keys = hubKeys): Promise<Keys> {
  const RoleArn = `arn:aws:iam::${account}:role/${role}`;
  const { Credentials } = await client(STSClient, as).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'run' }));
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

function callsTo(place: 'hub' | 'members'): Record<string, number> {
  const there = router.traffic().filter((one) => one.place === place);
  return Object.fromEntries(there.map(({ service, calls }) => [service, calls]));
}

test('what the hub asks with its own keys goes to the hub, whole, and as if it came by TLS', async () => {
  await client(S3Client).send(new PutObjectCommand({ Bucket: 'runs', Key: 'a b.json', Body: '{"shards":[]}' }));
  expect(hub.asked).toHaveLength(1);
  expect(hub.asked[0]).toMatchObject({ method: 'PUT', url: '/runs/a%20b.json?x-id=PutObject' });
  expect(hub.asked[0]?.body).toContain('{"shards":[]}');
  expect(hub.asked[0]?.headers).toMatchObject({ 'x-forwarded-proto': 'https', host: new URL(router.url).host });
  expect(callsTo('members')).toEqual({});
});

test('an answer comes back as it was given, without a body of a HEAD but with its length', async () => {
  hub.answers = { status: 200, headers: { 'content-length': '7', etag: '"e"', 'x-amz-meta-fence': '3' }, body: '' };
  const { ContentLength, ETag, Metadata } = await client(S3Client).send(
    new HeadObjectCommand({ Bucket: 'runs', Key: 'plan.json' }),
  );
  expect({ ContentLength, ETag, Metadata }).toEqual({ ContentLength: 7, ETag: '"e"', Metadata: { fence: '3' } });
});

test('what nobody signed goes to the hub, whose API is public', async () => {
  hub.answers = { status: 503, body: 'not yet' };
  const answered = await fetch(`${router.url}/slack`, { method: 'POST', body: 'text=list' });
  expect([answered.status, await answered.text()]).toEqual([503, 'not yet']);
  expect(hub.asked).toMatchObject([{ url: '/slack', body: 'text=list' }]);
  expect(callsTo('hub')).toEqual({ unsigned: 1 });
});

test("a member's role is assumed among the members, and everything by its keys goes there", async () => {
  const keys = await assume(member);
  const { Account } = await client(STSClient, keys).send(new GetCallerIdentityCommand({}));
  await client(EC2Client, keys).send(new DescribeInstancesCommand({}));
  expect(Account).toBe(member);
  expect(callsTo('members')).toEqual({ sts: 2, ec2: 1 });
});

test('a presigned address belongs to whoever signed it', async () => {
  const { accessKeyId } = await assume(member);
  const scope = (key: string) => encodeURIComponent(`${key}/20261123/eu-west-1/sts/aws4_request`);
  for (const key of [accessKeyId, 'AKIAUNKNOWN']) {
    await fetch(`${router.url}/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Credential=${scope(key)}`);
  }
  expect([callsTo('members'), callsTo('hub')]).toEqual([{ sts: 2 }, { sts: 1 }]);
});

test("a role of the hub's own account is assumed in the hub", async () => {
  await assume(hubAccount, 'cdk-deploy').catch(() => {});
  expect([callsTo('hub'), callsTo('members')]).toEqual([{ sts: 1 }, {}]);
});

test('the organization is among the members', async () => {
  const asked = client(OrganizationsClient).send(new ListAccountsForParentCommand({ ParentId: 'ou-none-here' }));
  await expect(asked).rejects.toThrow(/organization|parent/i);
  expect(callsTo('members')).toEqual({ organizations: 1 });
});

const denied = (who: string) =>
  `<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: ${who}is not authorized to perform: sts:AssumeRole` +
  '</Message></Error></ErrorResponse>';

test('what a role of the hub may not ask of a member is refused before the member is asked', async () => {
  hub.answers = { status: 403, headers: { 'content-type': 'text/xml' }, body: denied('arn:aws:sts::1:warn ') };
  await expect(assume(member, 'Admin')).rejects.toThrow('arn:aws:sts::1:warn is not authorized');
  await expect(client(OrganizationsClient).send(new ListAccountsForParentCommand({ ParentId: 'r' }))).rejects.toThrow();
  expect([callsTo('hub'), callsTo('members')]).toEqual([{ sts: 1, organizations: 1 }, {}]);
  // A role that the hub's account can't know is for the member to tell.
  hub.answers.body = denied('');
  expect((await assume(member)).accessKeyId).not.toBe('');
  expect(callsTo('members')).toEqual({ sts: 1 });
});

test('a fault throttles the calls that it names and no other, until it is ended', async () => {
  const [keys, others] = [await assume(member), await assume(other)];
  const look = (as: Keys, region: string) => client(EC2Client, as, region).send(new DescribeInstancesCommand({}));
  const end = router.throttle({ account: member, region: 'eu-west-1', share: 1 });
  await expect(look(keys, 'eu-west-1')).rejects.toMatchObject({ name: 'RequestLimitExceeded', $retryable: {} });
  await Promise.all([look(keys, 'us-east-1'), look(others, 'eu-west-1'), assume(member)]);
  end();
  await look(keys, 'eu-west-1');
  expect(router.traffic().find(({ service }) => service === 'ec2')).toMatchObject({ calls: 4, refused: 1 });
});

test('a fault may hit one operation, and have EC2 deny it', async () => {
  const keys = await assume(member);
  const ec2 = client(EC2Client, keys);
  const look = () => ec2.send(new DescribeInstancesCommand({}));
  const stop = () => ec2.send(new StopInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] }));
  const end = router.throttle({ operation: 'ec2:StopInstances', share: 1 });
  await expect(stop()).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
  await look();
  end();
  router.deny({ account: member, operation: 'ec2:DescribeInstances' });
  await expect(look()).rejects.toMatchObject({ name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } });
  await expect(stop()).rejects.not.toMatchObject({ name: 'UnauthorizedOperation' });
});

test('a fault without account and region hits its share of everything', async () => {
  const keys = await assume(member);
  router.throttle({ share: 0.5 });
  const asked = Array.from({ length: 40 }, () => client(EC2Client, keys).send(new DescribeInstancesCommand({})));
  const refused = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected').length;
  expect(refused).toBeGreaterThan(8);
  expect(refused).toBeLessThan(32);
});

test('a hub that is not there is an answer, not a crash', async () => {
  hub.stop();
  const answered = await fetch(`${router.url}/slack`);
  expect([answered.status, await answered.text()]).toEqual([502, expect.stringContaining('ECONNREFUSED')]);
});
