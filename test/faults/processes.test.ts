import { expect, test } from 'vitest';
import { minute } from '../../lib/core/time.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import { type Child, mayfly } from './child.ts';
import { isRemoval } from './proxy/removals.ts';
import { assertNextRunFinishes, assertWorldIsSafe, byArn } from './safety.ts';
import { openStage } from './stage.ts';
import { gone, smallWorld, survivors } from './world.ts';

const reap = ['reap', '--enforce', '--json'];

function outcomesIn(stdout: string): Outcome[] {
  return (JSON.parse(stdout) as { outcomes: Outcome[] }).outcomes;
}

test('a process killed between removal and ledger is settled by the next run', async () => {
  const stage = await openStage({ rows: smallWorld });
  const child: { now?: Child } = {};
  stage.proxy.rules.add({
    match: ({ name, parameters }) => name === 'sqs:DeleteQueue' && String(parameters['QueueUrl']).endsWith('/old-jobs'),
    times: 1,
    async after() {
      child.now?.kill('SIGKILL');
      await child.now?.ended;
      return undefined;
    },
  });
  child.now = mayfly(stage, ...reap);
  const { signal, stdout } = await child.now.ended;
  expect(signal).toBe('SIGKILL');
  expect(stdout).toBe('');
  await assertWorldIsSafe(stage, []);
  const queue = stage.arn('queue/old-jobs');
  expect(await stage.exists(queue)).toBe(false);

  // Its lease lasts for a minute; until then nobody else may start.
  await expect(stage.sweep()).rejects.toThrow('holds the lease');
  const outcomes = await assertNextRunFinishes(stage, { later: 2 * minute });
  byArn(outcomes);
  expect(outcomes.filter(({ arn }) => arn === queue)).toEqual([
    expect.objectContaining({ outcome: 'removed', detail: 'an earlier run asked for it' }),
  ]);
  await stage.withLedger(async (ledger) => {
    const kinds = (await ledger.history(queue)).map(({ kind }) => kind);
    expect(kinds).toEqual(['seen', 'removal-requested', 'removed']);
    expect(await ledger.openRemovals()).toEqual([]);
    for (const { arn, fate } of stage.manifest) {
      if (fate === 'removed') expect((await ledger.history(arn)).at(-1)?.kind, arn).toBe('removed');
    }
  });
  expect(stage.proxy.removed.length).toBe(new Set(stage.proxy.removed).size);
});

test('the same hour started twice: the second start ends with 1 and everything is removed once', async () => {
  const stage = await openStage({ rows: smallWorld });
  stage.proxy.rules.add({
    match: isRemoval,
    times: 1,
    async before() {
      const { code, stdout, stderr } = await mayfly(stage, ...reap).ended;
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('holds the lease');
    },
  });
  const { code, stdout, stderr } = await mayfly(stage, ...reap).ended;
  expect(code, stderr).toBe(0);
  await assertWorldIsSafe(stage, outcomesIn(stdout));
  const due = stage.manifest.filter(({ fate }) => fate === 'removed').map(({ arn }) => arn);
  expect(stage.proxy.removed.toSorted()).toEqual(due.toSorted());
  await assertNextRunFinishes(stage);
  expect(stage.proxy.removed).toHaveLength(due.length);
});

test('two processes that start at the same moment remove everything once', async () => {
  const stage = await openStage({ rows: smallWorld });
  const both = await Promise.all([mayfly(stage, ...reap).ended, mayfly(stage, ...reap).ended]);
  const outcomes = both.filter(({ code }) => code === 0).flatMap(({ stdout }) => outcomesIn(stdout));
  await assertWorldIsSafe(stage, outcomes);
  expect(both.filter(({ code }) => code !== 0 && code !== 1)).toEqual([]);
  const due = stage.manifest.filter(({ fate }) => fate === 'removed').map(({ arn }) => arn);
  expect(stage.proxy.removed.toSorted()).toEqual(due.toSorted());
  await assertNextRunFinishes(stage);
});

test('Ctrl-C ends after the batch in flight with 130 and says what was done', async () => {
  const crowd = Array.from({ length: 12 }, (_, index) => gone('launch-template', `crowd-${index}`));
  const web = gone('security-group', 'old-web');
  const rows = [...survivors, ...crowd, web, gone('instance', 'old-web', { uses: 'security-group/old-web' })];
  const stage = await openStage({ rows });
  const child: { now?: Child } = {};
  stage.proxy.rules.add({
    match: ({ name }) => name === 'ec2:TerminateInstances',
    times: 1,
    async before() {
      child.now?.kill('SIGINT');
      await child.now?.said('Ending after the batch in flight');
    },
  });
  child.now = mayfly(stage, ...reap);
  const { code, stdout, stderr } = await child.now.ended;
  expect(code, stderr).toBe(130);
  const outcomes = outcomesIn(stdout);
  await assertWorldIsSafe(stage, outcomes);
  const outcome = byArn(outcomes);
  expect(outcome.get(stage.arn('launch-template/crowd-0'))?.outcome).toBe('removed');
  expect(outcome.get(stage.arn('instance/old-web'))?.outcome).toBe('waiting');
  expect(outcome.get(stage.arn('security-group/old-web'))).toMatchObject({ outcome: 'skipped' });
  await assertNextRunFinishes(stage);
});
