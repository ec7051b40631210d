import { expect, test } from 'vitest';
import { day, toIso } from '../../lib/core/time.ts';
import { mayfly } from './child.ts';
import type { Call } from './proxy/call.ts';
import { isRemoval, removedArns } from './proxy/removals.ts';
import { retag } from './retag.ts';
import { assertNextRunFinishes, assertWorldIsSafe, byArn } from './safety.ts';
import { account, openStage, region, type Stage } from './stage.ts';
import { gone, smallWorld, wholeWorld } from './world.ts';

const later = () => toIso(Date.now() + 2 * day);

const arnsOf = async ({ proxy }: Stage, call: Call) => removedArns(call, await proxy.site(account, region));

test('an extension between recheck and removal is refused by AWS for every type whose tags it compares', async () => {
  // Those of the whole world wait for what uses them, which will not go.
  const unused = (['launch-template', 'security-group', 'target-group'] as const).map((kind) => gone(kind, 'unused'));
  const stage = await openStage({ rows: [...wholeWorld, ...unused] });
  // S3 compares no tags, and a stack's tags are no place for an extension.
  const unguarded = /^arn:aws:(s3|cloudformation):/;
  const extended = new Set<string>();
  stage.proxy.rules.add({
    match: isRemoval,
    async before(call) {
      for (const arn of await arnsOf(stage, call)) {
        if (unguarded.test(arn) || extended.has(arn)) continue;
        extended.add(arn);
        stage.keep(arn);
        await retag(stage.proxy, arn, 'expires-at', later());
      }
    },
  });
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  const outcome = byArn(outcomes);
  // moto's description of a launch template never shows its new tags, so there Mayfly can't see why it was refused.
  const seen = [...extended].filter((arn) => !arn.includes(':launch-template/'));
  const others = seen.filter((arn) => outcome.get(arn)?.outcome !== 'changed');
  expect(others.map((arn) => outcome.get(arn) ?? arn)).toEqual([]);
  const types = new Set([...extended].map((arn) => outcome.get(arn)?.type));
  expect(types.size).toBe(18);
  // What is still due is used by something that lives on, and the next run says so.
  stage.proxy.rules.clear();
  const next = await stage.sweep();
  await assertWorldIsSafe(stage, next.outcomes);
  const used = expect.stringContaining('Something that is not due uses it');
  expect(next.outcomes).toEqual(next.outcomes.map(() => expect.objectContaining({ outcome: 'blocked', detail: used })));
});

test('a protect tag that comes between recheck and removal ends as changed, and the next run keeps it', async () => {
  const stage = await openStage({ rows: smallWorld });
  const queue = stage.arn('queue/old-jobs');
  stage.proxy.rules.add({
    match: ({ name, parameters }) => name === 'sqs:DeleteQueue' && String(parameters['QueueUrl']).endsWith('/old-jobs'),
    times: 1,
    async before() {
      stage.keep(queue);
      await retag(stage.proxy, queue, 'Mayfly:Protect', 'true');
    },
  });
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(byArn(outcomes).get(queue)).toMatchObject({ outcome: 'changed' });
  const next = await assertNextRunFinishes(stage);
  expect(byArn(next).has(queue)).toBe(false);
});

test('mayfly extend in another process between recheck and removal wins', async () => {
  const stage = await openStage({ rows: smallWorld });
  const disk = stage.arn('volume/old-disk');
  stage.proxy.rules.add({
    match: ({ name, parameters }) => name === 'ec2:DeleteVolume' && disk.endsWith(String(parameters['VolumeId'])),
    times: 1,
    async before() {
      stage.keep(disk);
      const { code, stderr } = await mayfly(stage, 'extend', disk, '2d').ended;
      expect(code, stderr).toBe(0);
    },
  });
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(byArn(outcomes).get(disk)).toMatchObject({ outcome: 'changed' });
  const kinds = await stage.withLedger(async (ledger) => (await ledger.history(disk)).map(({ kind }) => kind));
  expect(kinds).toEqual(['seen', 'removal-requested', 'extended', 'removal-ended']);
  await assertNextRunFinishes(stage);
});

test('an extension of a stack, which lives in the ledger, wins up to the moment of removal', async () => {
  const stage = await openStage({ rows: wholeWorld.filter(({ kind }) => kind === 'stack') });
  const stack = stage.arn('stack/old-stack');
  let assumed = 0;
  stage.proxy.rules.add({
    // The first session reads; the second is the one that is to remove.
    match: ({ name }) => name === 'sts:AssumeRole' && ++assumed === 2,
    async before() {
      for (const { arn } of stage.manifest) stage.keep(arn);
      const { code, stderr } = await mayfly(stage, 'extend', stack, '2d').ended;
      expect(code, stderr).toBe(0);
    },
  });
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(byArn(outcomes).get(stack)).toMatchObject({ outcome: 'changed' });
  await assertNextRunFinishes(stage);
});

test.each([
  ['the plan', 'sqs:GetQueueAttributes'],
  ['the recheck', 'sqs:DeleteQueue'],
])('a tag that is changed after %s ends as changed', async (_, name) => {
  const stage = await openStage({ rows: smallWorld });
  const queue = stage.arn('queue/old-jobs');
  stage.proxy.rules.add({
    match: (call) => call.name === name && String(call.parameters['QueueUrl']).endsWith('/old-jobs'),
    times: 1,
    async before() {
      stage.keep(queue);
      await retag(stage.proxy, queue, 'expires-at', later());
    },
  });
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(byArn(outcomes).get(queue)).toMatchObject({ outcome: 'changed' });
  await assertNextRunFinishes(stage);
});

test('a recheck reads a tag that became unreadable or expires again only later', async () => {
  const stage = await openStage({ rows: smallWorld });
  const [first, second] = [stage.arn('queue/old-jobs'), stage.arn('queue/older-jobs')];
  stage.proxy.rules.add({
    match: ({ name }) => name === 'sqs:GetQueueAttributes',
    times: 1,
    async before() {
      stage.keep(first);
      stage.keep(second);
      await retag(stage.proxy, first, 'expires-at', 'when Ben is back');
      await retag(stage.proxy, second, 'expires-at', later());
    },
  });
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  expect(byArn(outcomes).get(first)).toMatchObject({ outcome: 'changed' });
  expect(byArn(outcomes).get(second)).toMatchObject({ outcome: 'changed' });
  await assertNextRunFinishes(stage);
});
