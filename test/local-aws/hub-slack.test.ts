import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { readPolicyFile } from '../../lib/adapters/policy-file.ts';
import { findingsInSlack } from '../../lib/cli/doctor-slack.ts';
import { day } from '../../lib/core/time.ts';
import { knownTypes } from '../../lib/use-cases/known-types.ts';
import { localAwsEnvironment } from '../../scripts/local-aws/environment.ts';
import type { Hub, HubOutputs } from '../../scripts/local-aws/hub.ts';
import { resetMoto } from '../../scripts/local-aws/moto.ts';
import { credentialsIn } from '../../scripts/local-aws/organization.ts';
import { hubPolicy } from '../../scripts/local-aws/policy.ts';
import { given } from '../../scripts/local-aws/site.ts';
import { type SeededResource, seedWorld, type World } from '../../scripts/local-aws/world.ts';
import { connectSlack } from '../../scripts/local-slack/connect.ts';
import type { Happening } from '../../scripts/local-slack/conversation.ts';
import { signed } from '../../scripts/local-slack/signed-request.ts';
import type { LocalSlack } from '../../scripts/local-slack/slack.ts';
import { type SlackHub, startSlackHub } from './slack-hub.ts';

// A function's process starts slower on a busy machine than on AWS.
vi.setConfig({ testTimeout: 120_000 });
const soon = { timeoutMs: 60_000 };

let stage: SlackHub;
let slack: LocalSlack;
let hub: Hub;
let outputs: HubOutputs;
let world: World;

beforeAll(async () => {
  const url = inject('motoUrl');
  await resetMoto(url);
  world = await seedWorld({ url, now: Date.now() });
  stage = await startSlackHub(url, ({ account }, block) =>
    hubPolicy(world.organization, world.regions, account, block),
  );
  ({ slack, hub, outputs } = stage);
}, 300_000);

afterAll(() => stage?.stop());

/** A command as Slack would post it; `at` and `secret` may be wrong ones. */
function post(text: string, { at = Date.now(), secret = slack.signingSecret, trigger = `1.1.${Math.random()}` } = {}) {
  const person = { user_id: slack.idOf('ben'), team_id: slack.team.id, channel_id: slack.channel('cloud-costs') };
  const form = { ...person, command: '/ttl', text, trigger_id: trigger };
  return fetch(outputs.slackUrl, { method: 'POST', ...signed(form, secret, at) });
}

/** What its expiry key says in its own account. */
async function expiryOf({ arn, account, region }: SeededResource): Promise<string> {
  const endpoint = inject('motoUrl');
  const credentials = await credentialsIn(endpoint, account);
  const tagging = new ResourceGroupsTaggingAPIClient({ endpoint, region, credentials });
  const { ResourceTagMappingList = [] } = await tagging.send(new GetResourcesCommand({ ResourceARNList: [arn] }));
  const tags = ResourceTagMappingList.flatMap(({ Tags = [] }) => Tags);
  return given(tags.find(({ Key = '' }) => /^(expires-at|ttl)$/i.test(Key))?.Value, `an expiry of ${arn}`);
}

async function linesOf(functionName: string): Promise<string> {
  return (await hub.logsOf(functionName)).join('\n');
}

test('before the secrets are there it says where they belong, and nothing reaches the worker', async () => {
  const answered = await post('help');
  expect([answered.status, await answered.text()]).toEqual([
    503,
    expect.stringContaining('/mayfly/slack/signing-secret'),
  ]);
  await connectSlack(hub, outputs, slack);
});

describe('what Slack did not sign, or not just now', () => {
  test.each([
    ['with another secret', { secret: 'guessed' }],
    ['six minutes ago', { at: Date.now() - 6 * 60_000 }],
    ['in five minutes', { at: Date.now() + 5 * 60_000 }],
  ])('%s is refused without a word more', async (_, how) => {
    const answered = await post('let-go pr-102', how);
    expect([answered.status, await answered.text()]).toEqual([401, 'Slack did not sign this, or not just now.\n']);
  });

  test('1 MB is refused, signed or not', async () => {
    expect((await post('x'.repeat(1_000_000))).status).toBe(413);
  });

  test('nothing of it reached the worker', async () => {
    expect(await linesOf('mayfly-slack-worker')).toBe('');
  });
});

test('Slack may look whether the certificate is good, by either method', async () => {
  const body = 'ssl_check=1&token=x';
  const looks = [fetch(`${outputs.slackUrl}?${body}`), fetch(outputs.slackUrl, { method: 'POST', body })];
  expect((await Promise.all(looks)).map(({ status }) => status)).toEqual([200, 200]);
});

test('/ttl help is answered at once, without the worker', async () => {
  const { ack } = await slack.command('ana', 'help');
  expect(ack).toMatchObject({ status: 200, body: expect.stringContaining('/ttl extend') });
  const shown = slack.conversation.messages().at(-1);
  expect([shown?.onlyFor, JSON.stringify(shown?.blocks)]).toEqual([
    slack.idOf('ana'),
    expect.stringContaining('/ttl extend'),
  ]);
  expect(await linesOf('mayfly-slack-worker')).toBe('');
});

describe('/ttl extend', () => {
  test('moves the expiry by the tag role, is answered, and counts once though it is delivered twice', async () => {
    // Two days more are within the seven that an extension may last to.
    const isSoon = (value: string) => Date.parse(value) > Date.now() && Date.parse(value) < Date.now() + 4 * day;
    const dated = world.manifest.filter(({ tags }) => Object.values(tags).some(isSoon));
    const thing = given(
      dated.find(({ arn, fate }) => fate === 'kept' && !arn.includes(':cloudformation:')),
      'something that is kept until a day of this week',
    );
    const before = await expiryOf(thing);
    const done = await slack.command('pia', `extend ${thing.arn} 2d`);
    expect(done.ack).toMatchObject({ status: 200, body: expect.stringContaining('Mayfly is on it') });
    const { message } = await slack.answerTo(done, soon);
    expect(JSON.stringify(message.blocks)).toContain(thing.name);
    const after = await expiryOf(thing);
    expect(Date.parse(after)).toBeGreaterThan(Date.parse(before));
    expect((await done.again()).status).toBe(200);
    await vi.waitFor(async () => expect(await linesOf('mayfly-slack-worker')).toContain('"answer":"nothing"'), {
      timeout: 60_000,
      interval: 500,
    });
    expect(await expiryOf(thing)).toBe(after);
    const isAnswer = (happening: Happening) => 'message' in happening && happening.message.answers === done.deed.id;
    expect(slack.conversation.happenings.filter(isAnswer)).toHaveLength(1);
  });

  test('a guest is refused by what Slack says of the person', async () => {
    const { message } = await slack.answerTo(await slack.command('gus', 'extend pr-102 2d'), soon);
    expect(JSON.stringify(message)).toContain('Guests may not ask');
  });
});

describe('mayfly doctor', () => {
  /** Its lines, with the credentials of an account that this machine plays. */
  async function doctor(account: string): Promise<string[]> {
    const env = { ...localAwsEnvironment(hub.router.url), AWS_ACCESS_KEY_ID: hub.account, AWS_REGION: hub.region };
    for (const [name, value] of Object.entries({ ...env, SLACK_API_URL: slack.apiUrl })) vi.stubEnv(name, value);
    const findings = await findingsInSlack(readPolicyFile(stage.policyFile, knownTypes()), account);
    return findings.map((one) => ('skipped' in one ? `${one.what}: ${one.skipped}` : `${one.what}: ${one.found}`));
  }

  test('finds everything in its place', async () => {
    expect(await doctor(hub.account)).toEqual([
      'Slack signing secret: is there in us-east-1',
      'Slack bot token: is there in us-east-1',
      expect.stringMatching(/^Slack token: .*, with all scopes$/),
      'Slack channel #cloud-costs: Mayfly is in it',
      'Slack channel #cloud-lost: Mayfly is in it',
      'Slack user group @platform: 1 members',
      'Slack user group @developers: 3 members',
    ]);
  });

  test('looks for nothing in another account', async () => {
    const found = await doctor('222222222222');
    expect(found).toEqual([
      'Slack: its secrets are in the hub 111111111111, and these credentials belong to 222222222222',
    ]);
  });
});

test('nothing was lost on the way', async () => {
  const credentials = { accessKeyId: hub.account, secretAccessKey: 'local' };
  const sqs = new SQSClient({
    endpoint: hub.router.url,
    region: hub.region,
    credentials,
    useQueueUrlAsEndpoint: false,
  });
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const lost = QueueUrls.find((url) => url.includes('SlackWorkerLost'));
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: lost, AttributeNames }));
  expect(Attributes).toEqual({ ApproximateNumberOfMessages: '0' });
});
