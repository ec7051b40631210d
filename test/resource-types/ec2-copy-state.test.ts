import { describe, expect, test } from 'vitest';
import type { Copy, CopyState } from '../../lib/core/server.ts';
import { ec2Instance } from '../../lib/resource-types/ec2-instance.ts';
import { answeredServer } from '../fakes/answered-server.ts';
import { ownTagsOf } from '../samples/servers/server-sample.ts';

const arn = 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1';
const at = Date.parse('2026-11-24T10:30:00Z');

const copy: Copy = {
  id: 'ami-1',
  arn: 'arn:aws:ec2:eu-west-1::image/ami-1',
  of: arn,
  identity: 'i-1',
  requestedAt: at,
  volumes: ['vol-1', 'vol-2', 'vol-3'],
};

const image = (State: string, more = {}) => ({
  ImageId: 'ami-1',
  State,
  Tags: ownTagsOf(arn),
  BlockDeviceMappings: [1, 2, 3].map((one) => ({ Ebs: { SnapshotId: `snap-${one}` } })),
  ...more,
});

const snapshot = (one: number, State = 'completed', more = {}) => ({
  SnapshotId: `snap-${one}`,
  VolumeId: `vol-${one}`,
  VolumeSize: 10 * one,
  State,
  StartTime: new Date(at + one * 1000),
  ...more,
});

const done = [snapshot(1), snapshot(2), snapshot(3)];

describe('how far a copy is', () => {
  const cases: [string, object | undefined, object[], CopyState | object][] = [
    ['whole', image('available'), done, { kind: 'complete', sizeGb: 60, takenAt: at + 1000 }],
    ['pending with its image', image('pending'), done, { kind: 'pending', detail: 'the image is pending' }],
    [
      'pending with one snapshot, for hours if need be',
      image('available'),
      [snapshot(1), snapshot(2, 'pending', { Progress: '37%' }), snapshot(3)],
      { kind: 'pending', detail: 'snap-2 is pending 37%' },
    ],
    [
      'pending while snapshots come one by one',
      image('pending', { BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }] }),
      [],
      { kind: 'pending' },
    ],
    [
      'incomplete with one snapshot of three that failed, while the image still says pending',
      image('pending'),
      [snapshot(1), snapshot(2, 'error', { StateMessage: 'the key is gone' }), snapshot(3)],
      { kind: 'incomplete', why: 'the snapshot snap-2 of vol-2 failed: the key is gone' },
    ],
    [
      'incomplete with a snapshot that somebody deleted',
      image('available'),
      [snapshot(1), snapshot(3)],
      { kind: 'incomplete', why: 'its snapshot snap-2 is not there any more' },
    ],
    [
      'incomplete with one in the Recycle Bin',
      image('available'),
      [snapshot(1), snapshot(2, 'recoverable'), snapshot(3)],
      { kind: 'incomplete', why: expect.stringContaining('Recycle Bin') },
    ],
    [
      'incomplete without a snapshot of a volume that it must hold',
      image('available', { BlockDeviceMappings: [1, 2].map((one) => ({ Ebs: { SnapshotId: `snap-${one}` } })) }),
      [snapshot(1), snapshot(2)],
      { kind: 'incomplete', why: 'it has no snapshot of vol-3' },
    ],
    [
      'incomplete as an image that failed',
      image('failed', { StateReason: { Message: 'Client.InternalError' } }),
      done,
      { kind: 'incomplete', why: 'the image is failed: Client.InternalError' },
    ],
    ['incomplete as an image that somebody disabled', image('disabled'), done, { kind: 'incomplete' }],
    ['gone', undefined, [], { kind: 'gone' }],
    ['gone as an image that was deregistered', image('deregistered'), done, { kind: 'gone' }],
    [
      'undated where one of its parts is',
      image('available'),
      [snapshot(1), snapshot(2, 'completed', { StartTime: undefined }), snapshot(3)],
      { kind: 'complete', sizeGb: 60 },
    ],
  ];

  test.each(cases)('%s', async (_, found, Snapshots, expected) => {
    const { server } = await answeredServer(ec2Instance, {
      DescribeImages: { Images: found === undefined ? [] : [found] },
      DescribeSnapshots: { Snapshots },
    });
    const [reading] = await server.copyState([copy]);
    expect(reading).toMatchObject({ id: 'ami-1', state: expected });
    if (expected !== undefined && 'kind' in expected && expected.kind === 'complete' && !('takenAt' in expected)) {
      expect(reading?.state).not.toHaveProperty('takenAt');
    }
  });

  test('asks about many at once, and for deprecated and disabled images too', async () => {
    const { server, inputs } = await answeredServer(ec2Instance, {
      DescribeImages: { Images: [] },
      DescribeSnapshots: {},
    });
    const copies = Array.from({ length: 250 }, (_, index) => ({ ...copy, id: `ami-${index}` }));
    expect(await server.copyState(copies)).toHaveLength(250);
    expect(inputs('DescribeImages')).toHaveLength(2);
    expect(inputs('DescribeImages')[0]).toMatchObject({ IncludeDisabled: true, IncludeDeprecated: true });
  });
});
