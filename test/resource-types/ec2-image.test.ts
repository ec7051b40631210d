import { expect, test } from 'vitest';
import type { Target } from '../../lib/resource-types/define.ts';
import { ec2Image } from '../../lib/resource-types/ec2-image.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };
const settings = { finalSnapshot: false, keepUntil: 0, stripKeys: [], objectsPerPass: 1000 };

const target: Target = {
  kind: 'present',
  id: 'ami-1',
  arn: 'arn:aws:ec2:eu-west-1::image/ami-1',
  identity: 'ami-1',
  tags: {},
  facts: {},
  carries: ['snap-1', 'snap-2', 'snap-3'].map((id) => ({ id, arn: `arn:aws:ec2:eu-west-1::snapshot/${id}` })),
};

async function remove(answers: Record<string, Answer>) {
  const { source, sent } = answeredClients(answers);
  const bound = await ec2Image.bind(source, shard);
  const [result] = await bound.remove([target], settings);
  const deleted = sent.filter(({ command }) => command === 'DeleteSnapshot').map(({ input }) => input['SnapshotId']);
  return { result, deleted };
}

test("somebody else's image is present, with its owner", async () => {
  const theirs = { ImageId: 'ami-1', OwnerId: '999999999999', State: 'available' };
  const { source, sent } = answeredClients({
    DescribeImages: ({ Owners }: { Owners?: string[] }) => ({ Images: Owners ? [] : [theirs] }),
  });
  const [answer] = await (await ec2Image.bind(source, shard)).describe(['ami-1']);
  expect(answer).toMatchObject({ kind: 'present', owner: { kind: 'controller', name: 'account 999999999999' } });
  expect(sent.every(({ input }) => input['IncludeDisabled'] && input['IncludeDeprecated'])).toBe(true);
});

test('any deregistration protection that is not off protects', async () => {
  const Images = [
    { ImageId: 'ami-1', OwnerId: '222222222222', DeregistrationProtection: 'enabled-with-cooldown' },
    { ImageId: 'ami-2', OwnerId: '222222222222', DeregistrationProtection: 'disabled' },
  ];
  const { source } = answeredClients({ DescribeImages: { Images } });
  const [first, second] = await (await ec2Image.bind(source, shard)).describe(['ami-1', 'ami-2']);
  expect(first).toHaveProperty('protection', 'deregistration protection (enabled-with-cooldown)');
  expect(second).not.toHaveProperty('protection');
});

test('snapshots that the image leaves behind are deleted by id', async () => {
  const { result, deleted } = await remove({ DeregisterImage: { Return: true }, DeleteSnapshot: {} });
  expect(deleted).toEqual(['snap-1', 'snap-2', 'snap-3']);
  expect(result).toEqual({ kind: 'removed', id: 'ami-1' });
});

test('snapshots that stay are named in the result', async () => {
  const DeleteSnapshotResults = [
    { SnapshotId: 'snap-1', ReturnCode: 'success' },
    { SnapshotId: 'snap-2', ReturnCode: 'skipped' },
    { SnapshotId: 'snap-3', ReturnCode: 'client-error' },
  ];
  const { result, deleted } = await remove({
    DeregisterImage: { Return: true, DeleteSnapshotResults },
    DeleteSnapshot: awsError('OperationNotPermitted', 'it is locked'),
  });
  expect(deleted).toEqual(['snap-3']);
  expect(result).toEqual({
    kind: 'removed',
    id: 'ami-1',
    detail: 'these snapshots stay: snap-2 (another image uses it), snap-3 (OperationNotPermitted: it is locked)',
  });
});

test('a refused image keeps its snapshots', async () => {
  const { result, deleted } = await remove({ DeregisterImage: awsError('OperationNotPermitted') });
  expect(result).toMatchObject({ kind: 'blocked', id: 'ami-1' });
  expect(deleted).toEqual([]);
});
