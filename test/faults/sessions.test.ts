import { DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { connect } from '../../lib/cli/connect.ts';
import type { Row } from '../../scripts/local-aws/story/row.ts';
import { isRemoval } from './proxy/removals.ts';
import { assertWorldIsSafe, byArn } from './safety.ts';
import { account, openStage, region, type Stage } from './stage.ts';
import { gone, safe, survivors, wholeWorld } from './world.ts';

/** More than one session policy can name. */
const crowd: readonly Row[] = [
  ...survivors,
  ...Array.from({ length: 14 }, (_, index) => gone('volume', `crowd-${index}`)),
  ...Array.from({ length: 8 }, (_, index) => gone('topic', `crowd-${index}`)),
  ...Array.from({ length: 8 }, (_, index) => gone('queue', `crowd-${index}`, { tags: { TTL: '2026-11-01' } })),
  ...Array.from({ length: 6 }, (_, index) => gone('parameter', `/crowd/${index}`)),
];

async function assertEachIsRemoved(stage: Stage): Promise<void> {
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  const outcome = byArn(outcomes);
  const due = stage.manifest.filter(({ fate, kind }) => fate === 'removed' && kind !== 'part');
  const left = due.filter(({ arn }) => outcome.get(arn)?.outcome !== 'removed');
  expect(left.map(({ arn }) => outcome.get(arn) ?? arn)).toEqual([]);
  expect(stage.proxy.removed.length).toBe(new Set(stage.proxy.removed).size);
}

test('without faults one sweep removes each type, each in a session that is pinned to it', async () => {
  const stage = await openStage({ rows: wholeWorld });
  await assertEachIsRemoved(stage);
  const removals = stage.proxy.heard.filter(isRemoval);
  expect(new Set(removals.map(({ name }) => name)).size).toBeGreaterThanOrEqual(20);
  expect(removals.filter(({ policy }) => policy === undefined).map(({ name }) => name)).toEqual([]);
});

test.each([
  ['one role for everything', {}],
  [
    "the caller's own credentials for reading and a role for acting",
    { role: 'none', roles: { read: 'mayfly', act: 'mayfly' } },
  ],
])('what one session policy can not name is cut into several: %s', async (_, policy) => {
  const stage = await openStage({ rows: crowd, policy });
  await assertEachIsRemoved(stage);
  const acting = new Set(stage.proxy.heard.filter(isRemoval).map((call) => call.policy));
  expect(acting.size).toBeGreaterThan(1);
  for (const one of acting) expect(JSON.stringify(one).length).toBeLessThanOrEqual(2048);
});

test('the session that scans can remove nothing', async () => {
  const stage = await openStage({ rows: [safe('queue', 'live-jobs'), gone('queue', 'old-jobs')] });
  const { ports, close } = await connect({ config: stage.config, writes: false });
  const { source } = await ports.cloud.reader({ account, region });
  for (const name of ['live-jobs', 'old-jobs']) {
    const QueueUrl = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
    const sent = source(SQSClient).send(new DeleteQueueCommand({ QueueUrl }));
    await expect(sent).rejects.toThrow('not authorized to perform: sqs:DeleteQueue');
    expect(await stage.exists(stage.arn(`queue/${name}`))).toBe(true);
  }
  close();
});

test('everything but the removals is read in the session that can only read', async () => {
  const stage = await openStage({ rows: wholeWorld });
  await stage.sweep();
  const [reading] = stage.proxy.policies;
  const actions = new Set(reading?.Statement.flatMap(({ Action }) => Action));
  expect([...actions].filter((action) => !/^\w+:(Describe|Get|List|Lookup)/.test(action))).toEqual([]);
  const besides = stage.proxy.heard.filter((call) => !isRemoval(call) && call.service !== 'sts');
  const unread = besides.filter(({ role, policy }) => role === undefined || policy === undefined);
  expect(unread.map(({ name }) => name)).toEqual([]);
  expect(besides.length).toBeGreaterThan(40);
});
