import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, inject, test } from 'vitest';
import { hubMarkName } from '../../lib/core/hub-mark.ts';
import { ago, type Bench, bench, document, outcomesIn, quickPolicy } from './command-line.ts';
import type { PlanDocument } from './contract-shapes.ts';
import { aQueue, queueNames } from './live.ts';
import { aTable, hub, wire } from './tables.ts';

const endpoint = inject('motoUrl');
const { source } = wire(endpoint);

/** A due queue in the enforced account, which names a hub as the member stack does. */
async function sweptBy(account: string, here: Bench): Promise<Bench> {
  const site = await here.site();
  await aQueue(site, 'due', { ttl: ago(2) });
  const name = { Name: hubMarkName(account), Type: 'String', Value: 'a hub sweeps this account' } as const;
  await site.client(SSMClient).send(new PutParameterCommand(name));
  return here;
}

test.concurrent('where a hub sweeps the only account, a command line of its own does not start', async () => {
  const here = await sweptBy('111111111111', bench());
  const site = await here.site();
  const [account] = here.accounts;
  const refused = await here.mayfly('reap', '--enforce', '--account', account);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(new RegExp(`^mayfly: ${account}: the hub in account 111111111111 sweeps it`, 'm'));
  expect(refused.stderr).toContain('state: { table: …, bucket: … }');
  expect(await queueNames(site)).toEqual(['due']);
  const planned = await here.mayfly('plan', '--json');
  expect([planned.code, document<PlanDocument>(planned).decisions]).toMatchObject([0, [{ action: 'remove' }]]);
});

test.concurrent('other accounts are swept, and the one that is left to its hub is named', async () => {
  const both = (accounts: readonly string[]) => accounts.map((id) => `  - { id: "${id}", mode: enforce }`).join('\n');
  const here = await sweptBy('111111111111', bench(quickPolicy, both));
  const [left, other] = here.accounts;
  await aQueue(await here.site(other), 'mine', { ttl: ago(2) });
  const reaped = await here.mayfly('reap', '--enforce', '--json');
  expect([reaped.code, outcomesIn(reaped)]).toEqual([4, { mine: 'removed' }]);
  const unread = document<PlanDocument>(reaped).shards.filter(({ error }) => error !== undefined);
  expect(unread).toMatchObject([{ account: left, error: expect.stringContaining('111111111111') }]);
  expect(await queueNames(await here.site())).toEqual(['due']);
});

test.concurrent('with the ledger of the hub in its policy it enforces', async () => {
  const settings = { endpoint, region: hub.region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const place = { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } } as const;
  const [table, bucket] = [await aTable({ source }), `runs-${randomUUID()}`];
  await new S3Client({ ...settings, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: bucket, ...place }));
  const { Account = '' } = await new STSClient(settings).send(new GetCallerIdentityCommand({}));
  const here = await sweptBy(Account, bench(`${quickPolicy}state: { table: ${table}, bucket: ${bucket} }\n`));
  const reaped = await here.mayflyIn({ AWS_REGION: hub.region }, 'reap', '--enforce', '--json');
  expect([reaped.code, outcomesIn(reaped)]).toEqual([0, { due: 'removed' }]);
});
