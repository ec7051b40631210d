import { describe, expect, test } from 'vitest';
import { copyName } from '../../lib/resource-types/copy-name.ts';
import type { Present } from '../../lib/resource-types/define.ts';
import { ec2Instance } from '../../lib/resource-types/ec2-instance.ts';
import { answeredServer } from '../fakes/answered-server.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import { ownTagsOf } from '../samples/servers/server-sample.ts';

const arn = 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1';
const at = Date.parse('2026-11-24T10:30:00Z');
const keepUntil = Date.parse('2027-02-01T00:00:00Z');

const target: Present = {
  kind: 'present',
  id: 'i-1',
  arn,
  identity: 'i-1',
  tags: { Name: 'web', owner: 'ana', 'expires-at': '2026-11-20', 'mayfly:protect': 'false' },
  facts: { state: 'running', instanceType: 't3.micro' },
};

const order = { name: copyName(target, 'idle since 2026-10-01'), keepUntil, at };

const serverWith = (answers: Readonly<Record<string, Answer>>) => answeredServer(ec2Instance, answers);

const volume = (VolumeId: string, more = {}) => ({ VolumeId, ...more });
const begins = {
  DescribeVolumes: { Volumes: [volume('vol-2'), volume('vol-1')] },
  DescribeImages: { Images: [] },
  CreateImage: { ImageId: 'ami-1' },
};

describe('a copy begins', () => {
  test('without a reboot, with all volumes, and no tag that would make it expire or protect it', async () => {
    const { server, inputs } = await serverWith(begins);
    expect(await server.copy(target, order)).toEqual({
      kind: 'requested',
      id: 'i-1',
      copy: {
        id: 'ami-1',
        arn: 'arn:aws:ec2:eu-west-1::image/ami-1',
        of: arn,
        identity: 'i-1',
        requestedAt: at,
        volumes: ['vol-1', 'vol-2'],
      },
    });
    expect(inputs('CreateImage')).toEqual([
      {
        InstanceId: 'i-1',
        Name: order.name,
        NoReboot: true,
        TagSpecifications: [
          {
            ResourceType: 'image',
            Tags: [
              { Key: 'Name', Value: 'web' },
              { Key: 'mayfly:keep-until', Value: '2027-02-01T00:00:00Z' },
              { Key: 'mayfly:copy-of', Value: arn },
            ],
          },
        ],
      },
    ]);
  });

  test('with all of 40 volumes', async () => {
    const Volumes = Array.from({ length: 40 }, (_, index) => volume(`vol-${index}`));
    const { server } = await serverWith({ ...begins, DescribeVolumes: { Volumes } });
    expect(await server.copy(target, order)).toMatchObject({ copy: { volumes: { length: 40 } } });
  });

  test('once: a repeated try finds the image of the first, dated by AWS', async () => {
    const image = {
      ImageId: 'ami-0',
      Tags: ownTagsOf(arn),
      CreationDate: '2026-11-24T09:00:00.000Z',
      State: 'pending',
    };
    const { server, inputs } = await serverWith({ ...begins, DescribeImages: { Images: [image] } });
    expect(await server.copy(target, order)).toMatchObject({
      kind: 'requested',
      found: true,
      copy: { id: 'ami-0', requestedAt: Date.parse('2026-11-24T09:00:00Z'), volumes: ['vol-1', 'vol-2'] },
    });
    expect(inputs('DescribeImages')[0]).toMatchObject({ Filters: [{ Name: 'name', Values: [order.name] }] });
    expect(inputs('CreateImage')).toEqual([]);
  });

  test('once, also where AWS shows the first image only after it refused the second', async () => {
    let asked = 0;
    const DescribeImages = (() => ({
      Images: (asked++ > 0 ? [{ ImageId: 'ami-0', Tags: ownTagsOf(arn) }] : []) as object[],
    })) as Answer;
    const { server } = await serverWith({
      ...begins,
      DescribeImages,
      CreateImage: awsError('InvalidAMIName.Duplicate'),
    });
    expect(await server.copy(target, order)).toMatchObject({ kind: 'requested', found: true, copy: { id: 'ami-0' } });
  });

  test('later, where AWS shows neither', async () => {
    const { server } = await serverWith({ ...begins, CreateImage: awsError('InvalidAMIName.Duplicate') });
    expect(await server.copy(target, order)).toMatchObject({ kind: 'transient', code: 'InvalidAMIName.Duplicate' });
  });

  test.each<[string, Readonly<Record<string, Answer>>, object]>([
    [
      "not over somebody's image of the name",
      { DescribeImages: { Images: [{ ImageId: 'ami-9', Tags: ownTagsOf('arn:of-another') }] } },
      { kind: 'refused', code: 'NotOwn', why: expect.stringContaining('ami-9') },
    ],
    ['not without volumes', { DescribeVolumes: { Volumes: [] } }, { kind: 'refused', code: 'NoVolumes' }],
    [
      'not with a key that is going',
      {
        DescribeVolumes: { Volumes: [volume('vol-1', { KmsKeyId: 'arn:key' })] },
        DescribeKey: { KeyMetadata: { KeyState: 'PendingDeletion' } },
      },
      { kind: 'refused', code: 'KeyNotUsable', why: expect.stringContaining('PendingDeletion') },
    ],
    ['not of what is gone', { CreateImage: awsError('InvalidInstanceID.NotFound') }, { kind: 'gone', id: 'i-1' }],
    ...['SnapshotLimitExceeded', 'ConcurrentSnapshotLimitExceeded', 'ResourceLimitExceeded', 'IncorrectState'].map(
      (code): [string, Readonly<Record<string, Answer>>, object] => [
        `refused with ${code}, in its words`,
        { CreateImage: awsError(code, 'you have too many') },
        { kind: 'refused', code, why: `${code}: you have too many` },
      ],
    ),
    [
      'later, where AWS is busy',
      { CreateImage: awsError('RequestLimitExceeded') },
      { kind: 'transient', code: 'RequestLimitExceeded' },
    ],
  ])('%s', async (_, answers, expected) => {
    const { server } = await serverWith({ ...begins, ...answers });
    expect(await server.copy(target, order)).toMatchObject(expected);
  });
});

test('names are the same on every try, and other ones for another server, occasion, or namesake', () => {
  const name = copyName({ id: 'orders', identity: 'db-1' }, 'a');
  expect(name).toMatch(/^mayfly-orders-[0-9a-f]{12}$/);
  expect(copyName({ id: 'orders', identity: 'db-1' }, 'a')).toBe(name);
  const others = [
    copyName({ id: 'orders', identity: 'db-1' }, 'b'),
    copyName({ id: 'orders', identity: 'db-2' }, 'a'),
    copyName({ id: 'orders', identity: 'db-1a' }, ''),
  ];
  expect(new Set([name, ...others]).size).toBe(4);
  const long = copyName({ id: `a${'-b'.repeat(60)}`, identity: 'x' }, 'a');
  expect(long.length).toBeLessThan(100);
  expect(long).not.toContain('--');
});
