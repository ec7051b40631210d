import { expect, test } from 'vitest';
import type { Present } from '../../lib/resource-types/define.ts';
import { ec2Instance } from '../../lib/resource-types/ec2-instance.ts';
import { rdsDb } from '../../lib/resource-types/rds-db.ts';
import { sqsQueue } from '../../lib/resource-types/sqs-queue.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { answeredServer } from '../fakes/answered-server.ts';
import { awsError } from '../samples/sample.ts';

const target = (id: string): Present => ({ kind: 'present', id, arn: `arn:${id}`, identity: id, tags: {}, facts: {} });
const window = { since: 0, until: 86_400_000 };
const question = { since: 0, own: { roles: [], sourceIdentity: 'mayfly-' }, sleep: async () => {} };

test('nobody is asked about nothing', async () => {
  const { server, sent } = await answeredServer(ec2Instance, {});
  expect(await server.checkStop([])).toEqual([]);
  expect(await server.metrics([], window)).toEqual([]);
  expect(await server.lastChange([], question)).toEqual([]);
  expect(await server.copyState([])).toEqual([]);
  expect(sent).toEqual([]);
});

test('each server has an answer of its own, in the order that was asked', async () => {
  const { server } = await answeredServer(rdsDb, { LookupEvents: { Events: [] } });
  const answers = await server.lastChange([target('b'), target('a')], question);
  expect(answers).toEqual([
    { kind: 'none', id: 'b' },
    { kind: 'none', id: 'a' },
  ]);
});

test('an error of the network is transient, one of the service is not', async () => {
  const lost = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  const network = await answeredServer(ec2Instance, { StartInstances: lost });
  expect(await network.server.start(target('i-1'))).toMatchObject({ kind: 'transient', why: 'Error: socket hang up' });
  const refused = await answeredServer(ec2Instance, { StartInstances: awsError('UnauthorizedOperation', 'no') });
  expect(await refused.server.start(target('i-1'))).toEqual({
    kind: 'refused',
    id: 'i-1',
    why: 'UnauthorizedOperation: no',
    code: 'UnauthorizedOperation',
  });
});

test('a database has nothing to prepare, and an instance leaves no copy by itself', async () => {
  const db = await answeredServer(rdsDb, {});
  expect(await db.server.prepareRemoval(target('orders'), { keepUntil: 0 })).toEqual({ kind: 'done', id: 'orders' });
  expect(db.sent).toEqual([]);
  expect((await answeredServer(ec2Instance, {})).server.finalCopy).toBeUndefined();
});

test('what is no server has no such operations', async () => {
  const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };
  expect(await sqsQueue.bind(answeredClients({}).source, shard)).not.toHaveProperty('server');
  expect(Object.keys(sqsQueue.needs)).toEqual(['describe', 'remove', 'tag']);
});

test('every service that a server is asked about can be asked where it would connect to', async () => {
  const { source } = answeredClients({});
  const made = (await rdsDb.clientsOf()).map((make) => (source(make) as { config: { serviceId: string } }).config);
  const services = made.map(({ serviceId }) => serviceId);
  expect(services.toSorted()).toEqual(['CloudTrail', 'CloudWatch', 'Elastic Load Balancing v2', 'KMS', 'RDS']);
  expect(await sqsQueue.clientsOf()).toHaveLength(1);
});

test('a copy that was asked for just now, and does not show yet, is pending; later it is gone', async () => {
  const { server } = await answeredServer(ec2Instance, { DescribeImages: { Images: [] } });
  const copy = { id: 'ami-1', arn: 'arn:ami-1', of: 'arn:i-1', identity: 'i-1', requestedAt: 1_000_000, volumes: [] };
  const minutes = 60_000;
  expect(await server.copyState([copy], 1_000_000 + 9 * minutes)).toMatchObject([{ state: { kind: 'pending' } }]);
  expect(await server.copyState([copy], 1_000_000 + 10 * minutes)).toMatchObject([{ state: { kind: 'gone' } }]);
  expect(await server.copyState([copy])).toMatchObject([{ state: { kind: 'gone' } }]);
});
