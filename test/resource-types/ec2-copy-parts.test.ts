import { describe, expect, test } from 'vitest';
import type { Copy } from '../../lib/core/server.ts';
import { ec2Instance } from '../../lib/resource-types/ec2-instance.ts';
import { answeredServer } from '../fakes/answered-server.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import { keepUntil, ownTagsOf } from '../samples/servers/server-sample.ts';

const arn = 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1';
const copy: Copy = { id: 'ami-1', arn: 'arn:image', of: arn, identity: 'i-1', requestedAt: 0, volumes: ['vol-1'] };

const serverWith = (answers: Readonly<Record<string, Answer>>) => answeredServer(ec2Instance, answers);

const marks = [...ownTagsOf(arn), { Key: 'mayfly:part-of', Value: 'ami-1' }];
const image = {
  ImageId: 'ami-1',
  State: 'available',
  Tags: ownTagsOf(arn),
  BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }, { Ebs: { SnapshotId: 'snap-2' } }],
};

/** Snapshots by their ids, or those that carry the mark of a part. */
function snapshots(byId: readonly object[], byMark: readonly object[] = []): Answer {
  return ((input: { Filters: { Name: string }[] }) => ({
    Snapshots: input.Filters.some(({ Name }) => Name.startsWith('tag:')) ? byMark : byId,
  })) as Answer;
}

const both = [
  { SnapshotId: 'snap-1', Tags: [{ Key: 'Name', Value: 'web' }] },
  { SnapshotId: 'snap-2', Tags: marks },
];

describe('marking the parts', () => {
  test('marks the snapshots that have no marks yet, and no other', async () => {
    const { server, inputs } = await serverWith({
      DescribeImages: { Images: [image] },
      DescribeSnapshots: snapshots(both),
      CreateTags: {},
    });
    expect(await server.finishCopy(copy, { keepUntil, stripKeys: [] })).toEqual({ kind: 'done', id: 'ami-1' });
    expect(inputs('CreateTags')).toEqual([{ Resources: ['snap-1'], Tags: marks }]);
  });

  test('writes nothing where everything is marked, and nothing to an image of somebody', async () => {
    const marked = await serverWith({
      DescribeImages: { Images: [image] },
      DescribeSnapshots: snapshots([both[1] as object]),
    });
    expect(await marked.server.finishCopy(copy, { keepUntil, stripKeys: [] })).toMatchObject({ kind: 'done' });
    const other = await serverWith({ DescribeImages: { Images: [{ ...image, Tags: [] }] } });
    expect(await other.server.finishCopy(copy, { keepUntil, stripKeys: [] })).toMatchObject({ code: 'NotOwn' });
    const gone = await serverWith({ DescribeImages: { Images: [] } });
    expect(await gone.server.finishCopy(copy, { keepUntil, stripKeys: [] })).toEqual({ kind: 'gone', id: 'ami-1' });
  });
});

const Description = 'Created by CreateImage(i-1) for ami-1';
const left = [
  { SnapshotId: 'snap-2', Tags: marks, Description },
  { SnapshotId: 'snap-9', Tags: [], Description },
];

describe('discarding a copy', () => {
  const answers = {
    DescribeImages: { Images: [image] },
    DescribeSnapshots: snapshots(both),
    CreateTags: {},
    DeregisterImage: {},
    DeleteSnapshot: {},
  };

  test('takes the image and its snapshots, which are marked before AWS lets the role delete them', async () => {
    const { server, writes, inputs } = await serverWith(answers);
    expect(await server.discardCopy(copy, { last: false })).toEqual({ kind: 'done', id: 'ami-1' });
    expect(writes()).toEqual(['CreateTags', 'DeregisterImage', 'DeleteSnapshot', 'DeleteSnapshot']);
    expect(inputs('DeleteSnapshot')).toEqual([{ SnapshotId: 'snap-1' }, { SnapshotId: 'snap-2' }]);
  });

  test.each([
    ['none of the tags', []],
    ['the tag of another server', ownTagsOf('arn:other')],
    ['no date', [{ Key: 'mayfly:copy-of', Value: arn }]],
    ['an owner only', [{ Key: 'owner', Value: 'ana' }]],
  ])('keeps an image that has %s', async (_, Tags) => {
    const { server, sent } = await serverWith({ ...answers, DescribeImages: { Images: [{ ...image, Tags }] } });
    expect(await server.discardCopy(copy, { last: true })).toMatchObject({ kind: 'refused', code: 'NotOwn' });
    expect(sent.map(({ command }) => command)).toEqual(['DescribeImages']);
  });

  test('goes on where an earlier try stopped, by the marks of the snapshots', async () => {
    const { server, inputs } = await serverWith({
      ...answers,
      DescribeImages: { Images: [] },
      DescribeSnapshots: snapshots([], left),
    });
    expect(await server.discardCopy(copy, { last: false })).toEqual({ kind: 'done', id: 'ami-1' });
    expect(inputs('DeleteSnapshot')).toEqual([{ SnapshotId: 'snap-2' }]);
  });

  test.each([
    ['of somebody', { Description: 'before the release' }],
    ['without a word of its own', {}],
    ['of another image', { Description: 'Created by CreateImage(i-1) for ami-12' }],
  ])('leaves a snapshot %s alone, whatever tags somebody has given it', async (_, about) => {
    const { server, writes } = await serverWith({
      ...answers,
      DescribeImages: { Images: [] },
      DescribeSnapshots: snapshots([], [{ SnapshotId: 'snap-9', Tags: marks, ...about }]),
    });
    expect(await server.discardCopy(copy, { last: false })).toEqual({ kind: 'gone', id: 'ami-1' });
    expect(writes()).toEqual([]);
  });

  test('tells which snapshots stay, and tries again what AWS was too busy for', async () => {
    const inUse = await serverWith({ ...answers, DeleteSnapshot: awsError('InvalidSnapshot.InUse', 'ami-7 uses it') });
    expect(await inUse.server.discardCopy(copy, { last: false })).toMatchObject({
      kind: 'done',
      detail: expect.stringMatching(/^these snapshots stay: snap-1 \(.*ami-7 uses it\), snap-2/),
    });
    const still = await serverWith({
      ...answers,
      DescribeImages: { Images: [] },
      DescribeSnapshots: snapshots([], left),
      DeleteSnapshot: awsError('InvalidSnapshot.InUse', 'ami-7 uses it'),
    });
    expect(await still.server.discardCopy(copy, { last: false }), 'nothing went').toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(/^these snapshots stay: snap-2 \(.*ami-7 uses it\)$/),
    });
    const busy = await serverWith({ ...answers, DeleteSnapshot: awsError('RequestLimitExceeded') });
    expect(await busy.server.discardCopy(copy, { last: false })).toMatchObject({ kind: 'transient' });
  });

  test('is over where everything is gone', async () => {
    const { server } = await serverWith({
      ...answers,
      DescribeImages: { Images: [] },
      DescribeSnapshots: snapshots([]),
    });
    expect(await server.discardCopy(copy, { last: false })).toEqual({ kind: 'gone', id: 'ami-1' });
    const raced = await serverWith({
      ...answers,
      DeregisterImage: awsError('InvalidAMIID.NotFound'),
      DeleteSnapshot: awsError('InvalidSnapshot.NotFound'),
    });
    expect(await raced.server.discardCopy(copy, { last: false })).toEqual({ kind: 'done', id: 'ami-1' });
  });

  test('the last one takes along the network interface that was kept for a restore, and no other', async () => {
    const DescribeNetworkInterfaces = {
      NetworkInterfaces: [
        { NetworkInterfaceId: 'eni-1', TagSet: ownTagsOf(arn) },
        { NetworkInterfaceId: 'eni-2', TagSet: [{ Key: 'mayfly:copy-of', Value: arn }] },
      ],
    };
    const { server, inputs } = await serverWith({ ...answers, DescribeNetworkInterfaces, DeleteNetworkInterface: {} });
    expect(await server.discardCopy(copy, { last: true })).toMatchObject({ kind: 'done' });
    expect(inputs('DeleteNetworkInterface')).toEqual([{ NetworkInterfaceId: 'eni-1' }]);
    expect(inputs('DescribeNetworkInterfaces')[0]).toEqual({
      Filters: [
        { Name: 'tag:mayfly:copy-of', Values: [arn] },
        { Name: 'status', Values: ['available'] },
      ],
    });
  });
});
