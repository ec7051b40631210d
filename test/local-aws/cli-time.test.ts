import {
  CreateBucketCommand,
  DeleteBucketCommand,
  ListBucketsCommand,
  PutBucketTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { ago, bench, document, type Ended, outcomesIn } from './command-line.ts';
import type { PlanDocument } from './contract-shapes.ts';
import { aQueue, queueNames } from './live.ts';

const bothEnforced = ([first, second]: readonly string[]) =>
  [first, second].map((id) => `  - { id: "${id}", mode: enforce }`).join('\n');

/** The names of what a run removed; warnings that nobody gets stand among its outcomes, too. */
const removedIn = (ended: Ended) =>
  Object.entries(outcomesIn(ended)).flatMap(([name, outcome]) => (outcome === 'removed' ? [name] : []));

test.concurrent('a relative tag counts from creation, or from its first sight if that is much later', async () => {
  const here = bench(undefined, bothEnforced);
  const [account] = here.accounts;
  const [site, other] = [await here.site(), await here.site(here.accounts[1])];
  await aQueue(site, 'early', { ttl: '4h' });
  await aQueue(other, 'late', { ttl: 'PT4H' });
  const reapIn = (hours: number, ...more: string[]) =>
    here.mayfly('reap', '--enforce', '--json', '--now', ago(-hours), ...more);
  expect(removedIn(await reapIn(1, '--account', account))).toEqual([]);
  // The other account is looked at for the first time now: its four hours begin.
  expect(removedIn(await reapIn(4.1))).toEqual(['early']);
  expect(removedIn(await reapIn(8))).toEqual([]);
  expect(await queueNames(other)).toEqual(['late']);
  expect(removedIn(await reapIn(8.2))).toEqual(['late']);
});

test.concurrent('a key first seen more than a day after creation waits the full lead, warnings or not', async () => {
  const here = bench();
  const site = await here.site();
  await aQueue(site, 'weapon', { ttl: ago(-20) });
  const reapIn = (hours: number) => here.mayfly('reap', '--enforce', '--json', '--now', ago(-hours));
  const first = await reapIn(26);
  expect([first.code, removedIn(first)]).toEqual([0, []]);
  await reapIn(26 + 23);
  expect(await queueNames(site)).toEqual(['weapon']);
  expect(removedIn(await reapIn(26 + 24.1))).toEqual(['weapon']);
});

test.concurrent('a bucket that was made anew after the plan is another one, and stays', async () => {
  const here = bench();
  const s3 = (await here.site()).client(S3Client);
  const Bucket = `again-${here.accounts[0]}`;
  const make = async () => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'ttl', Value: '2026-11-01' }] } }));
  };
  const createdAt = async () => {
    const { Buckets: [bucket] = [] } = await s3.send(new ListBucketsCommand({}));
    return bucket?.CreationDate?.getTime() ?? 0;
  };
  await make();
  const plan = here.file('plan.json');
  const planned = document<PlanDocument>(await here.mayfly('plan', '--out', plan, '--json'));
  expect(planned.decisions).toMatchObject([{ arn: `arn:aws:s3:::${Bucket}`, action: 'remove' }]);
  // Services show creation in whole seconds: one of the very second of the plan can't be told from an older one.
  do {
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await make();
  } while ((await createdAt()) <= Date.parse(planned.now));
  const reaped = await here.mayfly('reap', '--plan', plan, '--enforce', '--json');
  expect([reaped.code, outcomesIn(reaped)]).toEqual([0, { [Bucket]: 'changed' }]);
  expect(await createdAt()).toBeGreaterThan(Date.parse(planned.now));
});
