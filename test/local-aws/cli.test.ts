import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ago, bench, document, outcomesIn } from './command-line.ts';
import { extendShape, type PlanDocument, planShape, reapShape, typesShape } from './contract-shapes.ts';
import { aQueue, queueNames, queueTags } from './live.ts';

const nameIn = (arn: string) => arn.slice(arn.lastIndexOf(':') + 1);

test.concurrent('a dry run shows the contract’s documents and leaves everything as it was', async () => {
  const here = bench();
  const [account, observed] = here.accounts;
  const site = await here.site();
  const other = await here.site(observed);
  const due = await aQueue(site, 'due', { 'expires-at': ago(2), owner: 'ana', environment: 'pr-1' });
  const inTwoHours = ago(-2);
  const soon = await aQueue(site, 'soon', { TTL: inTwoHours });
  await aQueue(site, 'unreadable', { ttl: 'soon' });
  await aQueue(site, 'kept', { ttl: ago(-400) });
  await aQueue(site, 'untagged', { owner: 'ana' });
  await aQueue(other, 'watched', { ttl: ago(2) });

  const ended = await here.mayfly('plan', '--json', '--out', here.file('plan.json'));
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  const plan = planShape.parse(document(ended));
  expect(readFileSync(here.file('plan.json'), 'utf8')).toBe(ended.stdout);
  expect(plan).toMatchObject({ mode: 'dry-run', held: [] });
  expect(plan.shards).toEqual([
    { account, region: 'us-east-1', scanned: 4 },
    { account: observed, region: 'us-east-1', scanned: 1 },
  ]);
  const seen = plan.decisions.map(({ arn, action, reason }) => [nameIn(arn), `${action} ${reason}`]);
  expect(Object.fromEntries(seen)).toEqual({
    due: 'remove expired',
    soon: 'warn expiring',
    unreadable: 'hold expiry-unreadable',
    watched: 'remove expired',
  });
  expect(plan.decisions.find(({ arn }) => arn === due)).toMatchObject({
    type: 'sqs:queue',
    account,
    region: 'us-east-1',
    owner: 'ana',
    environment: 'pr-1',
  });
  expect(plan.decisions.find(({ arn }) => arn === soon)?.expiresAt).toBe(inTwoHours);

  const [all, reaped, talk] = await Promise.all([
    here.mayfly('plan', '--json', '--all'),
    here.mayfly('reap', '--json'),
    here.mayfly('reap'),
  ]);
  expect(planShape.parse(document(all)).decisions.map(({ action }) => action)).toContain('keep');
  expect(reapShape.parse(document(reaped))).toMatchObject({ mode: 'dry-run', outcomes: [] });
  expect([talk.code, talk.stdout]).toEqual([0, '']);
  expect(talk.stderr).toContain('Nothing was changed');
  expect(await queueNames(site)).toEqual(['due', 'kept', 'soon', 'unreadable', 'untagged']);
  expect(await queueTags(site, 'soon')).toHaveProperty('TTL');
  expect(existsSync(here.file('policy/.mayfly/ledger.sqlite'))).toBe(false);
});

test.concurrent('with --enforce what is due goes, and an account in observe is not acted on', async () => {
  const here = bench();
  const [, observed] = here.accounts;
  const [site, other] = [await here.site(), await here.site(observed)];
  await aQueue(site, 'due', { ttl: ago(2) });
  await aQueue(site, 'kept', { ttl: ago(-400) });
  await aQueue(other, 'watched', { ttl: ago(2) });
  const ended = await here.mayfly('reap', '--enforce', '--json', '--out', here.file('reap.json'));
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  const reaped = reapShape.parse(document(ended));
  expect(JSON.parse(readFileSync(here.file('reap.json'), 'utf8'))).toEqual(document(ended));
  expect(reaped.mode).toBe('enforce');
  expect(outcomesIn(ended)).toEqual({ due: 'removed' });
  expect([await queueNames(site), await queueNames(other)]).toEqual([['kept'], ['watched']]);
});

test.concurrent('reap --plan carries out exactly the plan, and not what became due since', async () => {
  const here = bench();
  const site = await here.site();
  await aQueue(site, 'planned', { ttl: ago(2) });
  const plan = here.file('plan.json');
  // The clock of the plan shows whole seconds; a queue may be as young as that.
  const now = ago(-0.01);
  await here.mayfly('plan', '--out', plan, '--now', now);
  await aQueue(site, 'later', { ttl: ago(2) });
  const ended = await here.mayfly('reap', '--plan', plan, '--enforce', '--json', '--now', now);
  const reaped = reapShape.parse(document(ended));
  expect(reaped.id).toBe((JSON.parse(readFileSync(plan, 'utf8')) as PlanDocument).id);
  expect(outcomesIn(ended)).toEqual({ planned: 'removed' });
  expect(await queueNames(site)).toEqual(['later']);
});

test.concurrent('filters restrict what is shown and what goes', async () => {
  const here = bench(undefined, ([first, second]) =>
    [first, second].map((id) => `  - { id: "${id}", mode: enforce }`).join('\n'),
  );
  const [account, second] = here.accounts;
  const [site, other] = [await here.site(), await here.site(second)];
  await aQueue(site, 'mine', { ttl: ago(2), environment: 'pr-1' });
  await aQueue(site, 'yours', { ttl: ago(2), environment: 'pr-2' });
  await aQueue(other, 'far', { ttl: ago(2), environment: 'pr-1' });
  const shown = async (...filters: string[]) => {
    const { decisions } = planShape.parse(document(await here.mayfly('plan', '--json', ...filters)));
    return decisions.map(({ arn }) => nameIn(arn)).toSorted();
  };
  const [byType, byRegion, byBoth, repeated] = await Promise.all([
    shown('--type', 'ec2:volume'),
    shown('--region', 'eu-west-1'),
    shown('--account', account, '--environment', 'pr-1'),
    shown('--environment', 'pr-1', '--environment', 'pr-2', '--account', account, '--account', second),
  ]);
  expect([byType, byRegion, byBoth, repeated]).toEqual([[], [], ['mine'], ['far', 'mine', 'yours']]);
  const filters = ['--account', account, '--environment', 'pr-1'];
  expect(outcomesIn(await here.mayfly('reap', '--enforce', '--json', ...filters))).toEqual({
    mine: 'removed',
  });
  expect([await queueNames(site), await queueNames(other)]).toEqual([['yours'], ['far']]);
});

test.concurrent('extend answers with what changed and what did not, in observe mode, too', async () => {
  const here = bench();
  const [, observed] = here.accounts;
  const site = await here.site(observed);
  const expired = ago(2);
  const arn = await aQueue(site, 'orders', { ttl: expired, environment: 'pr-9' });
  const untagged = await aQueue(site, 'untagged', { environment: 'pr-9' });
  const [one, none] = await Promise.all([
    here.mayfly('extend', 'pr-9', '2d', '--json', '--reason', 'demo'),
    here.mayfly('extend', untagged, '2d', '--json'),
  ]);
  expect(one.code).toBe(0);
  const { changed, failed } = extendShape.parse(document(one));
  expect(failed).toEqual([]);
  expect(changed).toMatchObject([{ arn, from: expired }]);
  expect((await queueTags(site, 'orders'))['expires-at']).toBe(changed[0]?.to);
  expect(none.code).toBe(4);
  expect(extendShape.parse(document(none))).toMatchObject({ changed: [], failed: [{ arn: untagged }] });
  const history = await here.mayfly('history', arn, '--json');
  expect(document(history)).toMatchObject({ arn, events: [{ kind: 'extended', reason: 'demo' }] });
});

test.concurrent('types lists every type with its operations and what goes before it', async () => {
  const ended = await bench().mayfly('types', '--json');
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  const types = typesShape.parse(document(ended));
  const volume = types.find(({ id }) => id === 'ec2:volume');
  expect(volume).toEqual({
    id: 'ec2:volume',
    operations: ['describe', 'census', 'remove', 'tag'],
    after: ['ec2:instance'],
  });
  const ids = types.map(({ id }) => id);
  for (const { after } of types) expect(ids).toEqual(expect.arrayContaining(after));
});
