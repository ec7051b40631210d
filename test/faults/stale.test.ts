import { expect, test } from 'vitest';
import { day, toIso } from '../../lib/core/time.ts';
import type { Answer } from './proxy/answers.ts';
import type { Rule } from './proxy/rules.ts';
import { retag } from './retag.ts';
import { assertNextRunFinishes, assertWorldIsSafe, byArn } from './safety.ts';
import { account, openStage, region } from './stage.ts';
import { smallWorld } from './world.ts';

interface Mapping {
  ResourceARN: string;
  Tags: { Key: string; Value: string }[];
}

const at = `${region}:${account}`;

/** Of every type that the tagging API lists: what was there once. */
const ghosts = [
  `arn:aws:dynamodb:${at}:table/ghost`,
  `arn:aws:ec2:${at}:instance/i-0123456789abcdef0`,
  `arn:aws:ec2:${at}:volume/vol-0123456789abcdef0`,
  `arn:aws:ec2:${region}::snapshot/snap-0123456789abcdef0`,
  `arn:aws:elasticloadbalancing:${at}:loadbalancer/app/ghost/0123456789abcdef`,
  `arn:aws:elasticloadbalancing:${at}:targetgroup/ghost/0123456789abcdef`,
  `arn:aws:lambda:${at}:function:ghost`,
  `arn:aws:logs:${at}:log-group:/ghost`,
  `arn:aws:rds:${at}:cluster:ghost`,
  `arn:aws:rds:${at}:db:ghost`,
  'arn:aws:s3:::mayfly-faults-ghost',
  `arn:aws:secretsmanager:${at}:secret:ghost-AbCdEf`,
  `arn:aws:sns:${at}:ghost`,
  `arn:aws:sqs:${at}:ghost`,
  `arn:aws:ssm:${at}:parameter/ghost`,
];

/** Adds to what the tagging API lists, or replaces it. */
function listing(change: (listed: Mapping[]) => Mapping[]): Rule {
  return {
    match: ({ name }) => name === 'tag:GetResources',
    after: (_, answer): Answer => {
      const page = JSON.parse(answer.body.toString()) as { ResourceTagMappingList: Mapping[] };
      const ResourceTagMappingList = change(page.ResourceTagMappingList);
      return { ...answer, body: Buffer.from(JSON.stringify({ ...page, ResourceTagMappingList })) };
    },
  };
}

const expired = [{ Key: 'expires-at', Value: toIso(Date.now() - day) }];

test('ghosts of deleted resources in the listing are gone, and nothing is sent to remove them', async () => {
  const stage = await openStage({ rows: smallWorld });
  stage.proxy.rules.add(
    listing((listed) => [...listed, ...ghosts.map((ResourceARN) => ({ ResourceARN, Tags: expired }))]),
  );
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  const outcome = byArn(outcomes);
  // What EC2's own, fresher listing does not know is not even planned.
  const planned = ghosts.filter((arn) => !arn.includes(':ec2:'));
  expect(planned.map((arn) => [arn, outcome.get(arn)?.outcome])).toEqual(planned.map((arn) => [arn, 'gone']));
  const sent = JSON.stringify(stage.proxy.heard.filter(({ name }) => /:(Delete|Terminate)/.test(name)));
  expect(sent).not.toMatch(/ghost|0123456789abcdef0/);
  await assertNextRunFinishes(stage);
});

test('where only the tagging API can be read, ghosts of EC2 are found out by the recheck', async () => {
  const stage = await openStage({ rows: smallWorld });
  stage.proxy.rules.add(
    listing((listed) => [...listed, ...ghosts.map((ResourceARN) => ({ ResourceARN, Tags: expired }))]),
    { match: ({ name }) => name === 'ec2:DescribeTags', fault: 'access-denied' },
  );
  const { plan, outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(plan.shards[0]?.error).toContain('ec2:DescribeTags');
  const outcome = byArn(outcomes);
  expect(ghosts.map((arn) => [arn, outcome.get(arn)?.outcome])).toEqual(ghosts.map((arn) => [arn, 'gone']));
  await assertNextRunFinishes(stage);
});

test('a listing that lags behind an extension changes nothing: the recheck sees the tag of now', async () => {
  const stage = await openStage({ rows: smallWorld });
  const queue = stage.arn('queue/old-jobs');
  const topic = stage.arn('topic/live-events');
  stage.keep(queue);
  await retag(stage.proxy, queue, 'expires-at', toIso(Date.now() + day));
  stage.proxy.rules.add(
    listing((listed) =>
      listed.map((one) => ([queue, topic].includes(one.ResourceARN) ? { ...one, Tags: expired } : one)),
    ),
  );
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(byArn(outcomes).get(queue)?.outcome).toBe('changed');
  expect(byArn(outcomes).get(topic)?.outcome).toBe('changed');
  await assertNextRunFinishes(stage);
});
