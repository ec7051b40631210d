import type { Clock } from '../../lib/use-cases/ports.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import { databaseAnswers } from './world-databases.ts';
import { type Place, type Thing, tagList } from './world-places.ts';
import { stackAnswers } from './world-stacks.ts';

/** The commands that the types of the fake world send, answered from what the place holds. */
export function answersOf(place: Place, clock: Clock): Record<string, Answer> {
  return {
    ...queueAnswers(place),
    ...ec2Answers(place),
    ...templateAnswers(place),
    ...groupAnswers(place),
    ...stackAnswers(place, clock),
    ...databaseAnswers(place),
  };
}

function queueAnswers({ queues }: Place): Record<string, Answer> {
  const name = (url: string) => url.slice(url.lastIndexOf('/') + 1);
  const on = (work: (queue: Thing, input: { QueueUrl: string; Tags: Record<string, string> }) => object): Answer =>
    ((input: { QueueUrl: string; Tags: Record<string, string> }) => {
      const queue = queues.get(name(input.QueueUrl));
      return queue === undefined ? awsError('QueueDoesNotExist') : work(queue, input);
    }) as Answer;
  return {
    GetQueueAttributes: on(({ arn, createdAt }) => ({
      Attributes: { QueueArn: arn, CreatedTimestamp: String(Math.floor(createdAt / 1000)) },
    })),
    ListQueueTags: on(({ tags }) => ({ Tags: tags })),
    TagQueue: on((queue, { Tags }) => {
      queue.tags = { ...queue.tags, ...Tags };
      return {};
    }),
    DeleteQueue: on((_, { QueueUrl }) => {
      queues.delete(name(QueueUrl));
      return {};
    }),
  };
}

interface Ec2Input {
  Filters?: { Values: string[] }[];
  VolumeId: string;
  InstanceId: string;
  InstanceIds: string[];
  Resources: string[];
  Tags: { Key: string; Value: string }[];
}

function ec2Answers({ volumes, instances }: Place): Record<string, Answer> {
  const wanted = ({ Filters = [] }: Ec2Input) => new Set(Filters.flatMap(({ Values }) => Values));
  const answers = {
    DescribeVolumes: (input: Ec2Input) => ({
      Volumes: [...volumes]
        .filter(([id]) => wanted(input).has(id))
        .map(([VolumeId, { tags, createdAt, attachedTo }]) => ({
          VolumeId,
          State: attachedTo === undefined ? 'available' : 'in-use',
          CreateTime: new Date(createdAt),
          VolumeType: 'gp3',
          Size: 8,
          Iops: 3000,
          Throughput: 125,
          Tags: tagList(tags),
          Attachments: attachedTo === undefined ? [] : [{ InstanceId: attachedTo, State: 'attached' }],
        })),
    }),
    DeleteVolume({ VolumeId }: Ec2Input) {
      if (volumes.get(VolumeId)?.attachedTo !== undefined) return awsError('VolumeInUse');
      return volumes.delete(VolumeId) ? {} : awsError('InvalidVolume.NotFound');
    },
    DescribeInstanceAttribute: ({ InstanceId }: Ec2Input) => {
      const found = instances.get(InstanceId);
      return found === undefined
        ? awsError('InvalidInstanceID.NotFound')
        : { InstanceId, DisableApiTermination: { Value: found.protected } };
    },
    DescribeInstances: (input: Ec2Input) => ({
      Reservations: [...instances]
        .filter(([id]) => wanted(input).has(id))
        .map(([InstanceId, { tags, createdAt, volumes: disks }]) => ({
          Instances: [
            {
              InstanceId,
              State: { Name: 'running' },
              LaunchTime: new Date(createdAt),
              Tags: tagList(tags),
              BlockDeviceMappings: disks.map((VolumeId) => ({ Ebs: { VolumeId, DeleteOnTermination: true } })),
            },
          ],
        })),
    }),
    TerminateInstances({ InstanceIds }: Ec2Input) {
      for (const id of InstanceIds) {
        for (const disk of instances.get(id)?.volumes ?? []) volumes.delete(disk);
        for (const volume of volumes.values()) if (volume.attachedTo === id) delete volume.attachedTo;
        instances.delete(id);
      }
      return {};
    },
    CreateTags({ Resources: [id = ''], Tags }: Ec2Input) {
      const thing = volumes.get(id) ?? instances.get(id);
      if (thing === undefined) return awsError('InvalidID');
      thing.tags = { ...thing.tags, ...Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) };
      return {};
    },
  };
  return answers as Record<string, Answer>;
}

function templateAnswers({ templates }: Place): Record<string, Answer> {
  const answers = {
    DescribeLaunchTemplates: ({ LaunchTemplateIds: ids = [] }: { LaunchTemplateIds?: string[] }) =>
      ids.every((id) => templates.has(id))
        ? {
            LaunchTemplates: [...templates]
              .filter(([id]) => ids.includes(id))
              .map(([LaunchTemplateId, { tags, createdAt }]) => ({
                LaunchTemplateId,
                CreateTime: new Date(createdAt),
                Tags: tagList(tags),
              })),
          }
        : awsError('InvalidLaunchTemplateId.NotFound'),
    DeleteLaunchTemplate: ({ LaunchTemplateId }: { LaunchTemplateId: string }) =>
      templates.delete(LaunchTemplateId) ? {} : awsError('InvalidLaunchTemplateId.NotFound'),
  };
  return answers as Record<string, Answer>;
}

function groupAnswers({ groups }: Place): Record<string, Answer> {
  const answers = {
    DescribeAutoScalingGroups: ({ AutoScalingGroupNames: names }: { AutoScalingGroupNames?: string[] }) => ({
      AutoScalingGroups: [...groups]
        .filter(([name]) => names?.includes(name) ?? true)
        .map(([name, { arn, tags, createdAt, instances, keeps, template }]) => ({
          AutoScalingGroupName: name,
          AutoScalingGroupARN: arn,
          CreatedTime: new Date(createdAt),
          Tags: tagList(tags),
          Instances: instances.map((InstanceId) => ({
            InstanceId,
            ProtectedFromScaleIn: keeps.includes(InstanceId),
          })),
          ...(template !== undefined && { LaunchTemplate: { LaunchTemplateId: template, Version: '$Latest' } }),
        })),
    }),
    DescribeTags: () => ({ Tags: [] }),
    CreateOrUpdateTags({ Tags: [tag] }: { Tags: { ResourceId: string; Key: string; Value: string }[] }) {
      const group = groups.get(tag?.ResourceId ?? '');
      if (group === undefined || tag === undefined) return awsError('ValidationError', 'group not found');
      group.tags = { ...group.tags, [tag.Key]: tag.Value };
      return {};
    },
    DeleteAutoScalingGroup({ AutoScalingGroupName }: { AutoScalingGroupName: string }) {
      groups.delete(AutoScalingGroupName);
      return {};
    },
  };
  return answers as Record<string, Answer>;
}
