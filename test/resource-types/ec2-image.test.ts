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

const unused = {
  DescribeLaunchTemplateVersions: { LaunchTemplateVersions: [] },
  DescribeAutoScalingGroups: { AutoScalingGroups: [] },
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
  const { source } = answeredClients({ ...unused, DescribeImages: { Images } });
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

/** The users of one image, in words, and the commands that it took to find them. */
async function usersOf(answers: Record<string, Answer>) {
  const Images = [{ ImageId: 'ami-1', OwnerId: '222222222222', State: 'available' }];
  const { source, sent } = answeredClients({ ...unused, DescribeImages: { Images }, ...answers });
  const [answer] = await (await ec2Image.bind(source, shard)).describe(['ami-1']);
  const users = answer?.kind === 'present' ? (answer.usedBy ?? []) : answer;
  return { users, sent: sent.map(({ command }) => command).filter((command) => command !== 'DescribeImages') };
}

const version = (id: string, VersionNumber: number, ImageId: string) => ({
  LaunchTemplateId: id,
  LaunchTemplateName: `name-${id}`,
  VersionNumber,
  LaunchTemplateData: { ImageId },
});
const groupArn = 'arn:aws:autoscaling:eu-west-1:222222222222:autoScalingGroup:1:autoScalingGroupName/web';
const inGroup = (more: object) => ({
  DescribeAutoScalingGroups: {
    AutoScalingGroups: [{ AutoScalingGroupName: 'web', AutoScalingGroupARN: groupArn, ...more }],
  },
});
const web = { words: 'Auto Scaling group web', arn: groupArn };

test('a template whose latest or default version names an image uses it', async () => {
  const { users, sent } = await usersOf({
    DescribeLaunchTemplateVersions: ({ Versions }: { Versions: string[] }) => {
      expect(Versions).toEqual(['$Latest', '$Default']);
      return {
        LaunchTemplateVersions: [version('lt-1', 1, 'ami-1'), version('lt-1', 4, 'ami-1'), version('lt-2', 1, 'ami-2')],
      };
    },
  });
  expect(users).toEqual([{ words: 'launch template name-lt-1', type: 'ec2:launch-template', id: 'lt-1' }]);
  expect(sent).toEqual(['DescribeAutoScalingGroups', 'DescribeLaunchTemplateVersions']);
});

test('a group uses the image of the very version that it starts from', async () => {
  const answers = {
    ...inGroup({ LaunchTemplate: { LaunchTemplateId: 'lt-1', LaunchTemplateName: 'name-lt-1', Version: '2' } }),
    DescribeLaunchTemplateVersions: ({
      LaunchTemplateId,
      Versions,
    }: {
      LaunchTemplateId?: string;
      Versions: string[];
    }) => {
      if (LaunchTemplateId === undefined) return { LaunchTemplateVersions: [version('lt-1', 4, 'ami-2')] };
      expect([LaunchTemplateId, ...Versions]).toEqual(['lt-1', '2']);
      return { LaunchTemplateVersions: [version('lt-1', 2, 'ami-1')] };
    },
  };
  expect((await usersOf(answers)).users).toEqual([web]);
});

test.each([
  ['the latest', '$Latest'],
  ['the default', undefined],
  ['a number that is the latest', '4'],
])('a group that starts from %s version takes no further call', async (_, Version) => {
  const { sent } = await usersOf({
    ...inGroup({ LaunchTemplate: { LaunchTemplateId: 'lt-1', Version } }),
    DescribeLaunchTemplateVersions: { LaunchTemplateVersions: [version('lt-1', 4, 'ami-1')] },
  });
  expect(sent).toEqual(['DescribeAutoScalingGroups', 'DescribeLaunchTemplateVersions']);
});

test('a group whose version is not there any more starts from no image', async () => {
  const { users } = await usersOf({
    ...inGroup({ LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '2' } }),
    DescribeLaunchTemplateVersions: ({ LaunchTemplateId }: { LaunchTemplateId?: string }) =>
      LaunchTemplateId === undefined
        ? { LaunchTemplateVersions: [] }
        : awsError('InvalidLaunchTemplateId.VersionNotFound'),
  });
  expect(users).toEqual([]);
});

test("a group uses the image that it puts in the place of its template's", async () => {
  const Overrides = [{ InstanceType: 'm7g.large', ImageId: 'ami-1' }, { InstanceType: 'm7i.large' }];
  const MixedInstancesPolicy = {
    LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateId: 'lt-1' }, Overrides },
  };
  expect((await usersOf(inGroup({ MixedInstancesPolicy }))).users).toEqual([web]);
});

test('a group uses the image of its launch configuration', async () => {
  const { users } = await usersOf({
    ...inGroup({ LaunchConfigurationName: 'web-1' }),
    DescribeLaunchConfigurations: {
      LaunchConfigurations: [{ LaunchConfigurationName: 'web-1', ImageId: 'ami-1' }],
    },
  });
  expect(users).toEqual([web]);
});

test.each(['DescribeAutoScalingGroups', 'DescribeLaunchTemplateVersions', 'DescribeLaunchConfigurations'])(
  'an image is unreadable where %s fails',
  async (command) => {
    const answers = {
      ...inGroup({ LaunchConfigurationName: 'web-1' }),
      [command]: awsError('AccessDenied', 'not you'),
    };
    expect((await usersOf(answers)).users).toMatchObject({
      kind: 'unreadable',
      why: expect.stringContaining('not you'),
    });
  },
);
