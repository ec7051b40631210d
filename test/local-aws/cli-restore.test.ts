import { dirname, join } from 'node:path';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/adapters/clock.ts';
import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import { folderRecipeStore } from '../../lib/adapters/recipe-store-folder.ts';
import type { Event } from '../../lib/core/history.ts';
import type { IdleEvent } from '../../lib/core/idle-memory.ts';
import { day, toIso } from '../../lib/core/time.ts';
import { copyName } from '../../lib/resource-types/copy-name.ts';
import type { BoundType, ClientSource, Present } from '../../lib/resource-types/define.ts';
import { ec2Instance } from '../../lib/resource-types/ec2-instance.ts';
import { given, type Site } from '../../scripts/local-aws/site.ts';
import { stagingServer } from '../../scripts/local-aws/staging-server.ts';
import { bench, document, quickPolicy } from './command-line.ts';

// The real command, in an account that is only observed: a person's order acts there too.
const here = bench(`${quickPolicy}idle: { removeAfter: 14d }\n`);
const [, account] = here.accounts;
const region = 'us-east-1';
const state = join(dirname(here.config), '.mayfly');
const keepUntil = Date.now() + 90 * day;

interface Restored {
  restored: { arn: string; from: string; how: string; copy?: string; lost: string[]; pending: string[]; note?: string };
}

let site: Site;
let bound: BoundType;
let id: string;
let arn: string;
let copy: string;

const server = () => given(bound.server, 'server operations');

async function present(one: string): Promise<Present> {
  const [answer] = await bound.describe([one]);
  if (answer?.kind !== 'present') throw new Error(JSON.stringify(answer));
  return answer;
}

async function tell(...events: IdleEvent[]): Promise<void> {
  const ledger = sqliteLedger(join(state, 'ledger.sqlite'), systemClock);
  const about = { arn, at: Date.now(), identity: id };
  await ledger.record(events.map((event): Event => ({ ...about, ...event })));
  ledger.close();
}

/** As a sweep leaves it: copied whole, stopped, and dated. */
beforeAll(async () => {
  site = await here.site(account);
  bound = await ec2Instance.bind(site.client as unknown as ClientSource, { account, region, partition: 'aws' });
  ({ id } = await stagingServer(site, { tags: { Name: 'web', environment: 'staging', owner: 'ana' } }));
  const before = await present(id);
  ({ arn } = before);
  const recipe = await server().recipe(before);
  if (recipe.kind !== 'recipe') throw new Error(JSON.stringify(recipe));
  const name = copyName(before, 'test');
  await folderRecipeStore(state).save(name, { recipe: recipe.recipe, ...(recipe.secret && { secret: recipe.secret }) });
  const made = await server().copy(before, { name, keepUntil, at: Date.now() });
  if (made.kind !== 'requested') throw new Error(JSON.stringify(made));
  copy = made.copy.id;
  await server().finishCopy(made.copy, { keepUntil, stripKeys: [] });
  const expiresAt = Math.ceil(Date.now() / 1000) * 1000 + 14 * day;
  await server().stop(before);
  await bound.tag?.(before, { key: 'expires-at', value: toIso(expiresAt) });
  const configuration = given(before.server, 'a server').configuration;
  await tell(
    { kind: 'configured', configuration, since: Date.now() - 40 * day, from: 'launched' },
    { kind: 'copy-requested', copy: { ...made.copy, name } },
    { kind: 'copy-verified', copy },
    { kind: 'stopped' },
    { kind: 'dated', expiresAt },
  );
});

describe('mayfly restore', () => {
  test('starts a server that Mayfly stopped, and takes the date off', async () => {
    const ended = await here.mayfly('restore', id, '--json');
    expect(ended.code, ended.stderr).toBe(0);
    expect(document(ended)).toEqual({
      restored: {
        arn,
        from: arn,
        how: 'started',
        lost: [],
        pending: [],
        note: 'the date that Mayfly had given it is off',
      },
    });
    const back = await present(id);
    expect(back.server?.state).toBe('running');
    expect(back.tags).toEqual({ Name: 'web', environment: 'staging', owner: 'ana' });
  });

  test('has nothing to do with one that runs', async () => {
    const ended = await here.mayfly('restore', arn);
    expect(ended).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('runs already') });
  });

  test('makes one that is gone of its copy again: with its tags and its address, without a date', async () => {
    const before = await present(id);
    expect(await server().prepareRemoval(before, { keepUntil })).toMatchObject({ kind: 'done' });
    await bound.remove([before], { finalSnapshot: true, keepUntil, stripKeys: [], objectsPerPass: 1 });
    await tell({ kind: 'stopped' });
    const ended = await here.mayfly('restore', id, '--json');
    expect(ended.code, ended.stderr).toBe(0);
    const { restored } = document<Restored>(ended);
    expect(restored).toMatchObject({ from: arn, how: 'made', copy, lost: [], pending: [] });
    const back = await present(restored.arn.split('/')[1] ?? '');
    expect(back.tags).toEqual({ Name: 'web', environment: 'staging', owner: 'ana', 'mayfly:restored-from': copy });
    expect(back.server?.configuration.fields).toMatchObject({ 'private address': ['10.20.1.50'] });
    expect(ended.stderr).toContain(`is being made of its copy ${copy} again`);
  });

  test('makes no second one, by whatever name it is asked for again', async () => {
    const arns = new Set<string>();
    for (const name of [id, copy, `arn:aws:ec2:${region}::image/${copy}`]) {
      const ended = await here.mayfly('restore', name, '--json');
      expect(ended.code, ended.stderr).toBe(0);
      const { restored } = document<Restored>(ended);
      expect(restored).toMatchObject({ how: 'running', lost: [], pending: [] });
      arns.add(restored.arn);
    }
    const { Reservations = [] } = await site
      .client(EC2Client)
      .send(new DescribeInstancesCommand({ Filters: [{ Name: 'tag:mayfly:restored-from', Values: [copy] }] }));
    const there = Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId));
    expect([...arns].map((one) => one.split('/')[1])).toEqual(there);
  });

  test('is in both histories', async () => {
    const old = await here.mayfly('history', arn);
    expect(old.stderr + old.stdout).toMatch(/restored from ami-\w+ as arn:aws:ec2:\S+ for .* on the command line/);
  });

  test.each([
    ['what nothing is called', 'nothing', 2, /no server and no copy that Mayfly made is called "nothing"/],
    ['an account of somebody else', 'arn:aws:ec2:us-east-1:100000000001:instance/i-1', 2, /does not cover account/],
    ['what is no server', 'arn:aws:sqs:us-east-1:100000000001:orders', 2, /sqs:queue can't be restored/],
  ])('refuses %s', async (_, name, code, why) => {
    const ended = await here.mayfly('restore', name, '--json');
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(why) });
  });
});
