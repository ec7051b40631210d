import { type Answer, awsError } from '../samples/sample.ts';
import { tagList } from './world-places.ts';
import { copyAnswers } from './world-server-copies.ts';
import { evidenceAnswers, interfaceAnswers } from './world-server-evidence.ts';
import { type Input, tagsIn, valuesOf } from './world-server-input.ts';
import { type FakeImage, type FakeServer, flawOf, quietSince, type Servers } from './world-servers.ts';

/** The commands that Mayfly sends about servers, and what came of them. */
export function serverAnswers(aws: Servers): Record<string, Answer> {
  const answers = {
    ...instanceAnswers(aws),
    ...powerAnswers(aws),
    ...copyAnswers(aws),
    ...tagAnswers(aws),
    ...evidenceAnswers(aws),
    ...interfaceAnswers(aws),
  };
  return answers as unknown as Record<string, Answer>;
}

function instanceAnswers(aws: Servers) {
  const found = (input: Input) => {
    const ids = valuesOf(input, 'instance-id');
    const isByTag = input.Filters?.some(({ Name }) => Name.startsWith('tag:'));
    return [...aws.servers.values()].filter(({ id }) => !isByTag && (ids?.includes(id) ?? true));
  };
  return {
    DescribeInstances: (input: Input) => ({
      Reservations: [{ Instances: found(input).map((server) => shown(aws, server)) }],
    }),
    DescribeInstanceTypes: (input: Input) => ({
      InstanceTypes: (valuesOf(input, 'instance-type') ?? []).map((InstanceType) => ({
        InstanceType,
        InstanceStorageSupported: InstanceType.includes('d.'),
      })),
    }),
    DescribeInstanceAttribute: ({ InstanceId }: Input) => {
      const server = aws.servers.get(InstanceId);
      if (server === undefined) return awsError('InvalidInstanceID.NotFound');
      return { DisableApiStop: { Value: server.stopProtected }, DisableApiTermination: { Value: server.protected } };
    },
    DescribeVolumes: (input: Input) => {
      const ids = valuesOf(input, 'volume-id');
      const of = valuesOf(input, 'attachment.instance-id');
      const all = [...aws.servers.values()].flatMap(({ id, volumes, createdAt }) =>
        volumes.map((VolumeId) => ({ id, VolumeId, createdAt })),
      );
      return {
        Volumes: all
          .filter(({ id, VolumeId }) => (ids?.includes(VolumeId) ?? true) && (of?.includes(id) ?? true))
          .map(({ id, VolumeId, createdAt }) => ({
            VolumeId,
            State: 'in-use',
            VolumeType: 'gp3',
            Size: 8,
            Iops: 3000,
            Throughput: 125,
            CreateTime: new Date(createdAt),
            Attachments: [{ InstanceId: id, State: 'attached', DeleteOnTermination: true }],
          })),
      };
    },
    DescribeAddresses: () => ({ Addresses: [] }),
    DescribeTargetGroups: () => ({ TargetGroups: [] }),
  };
}

function shown({ clock }: Servers, server: FakeServer) {
  const isStopping = server.state === 'stopped' && quietSince(server, clock.now()) === undefined;
  const stopAt = new Date(server.stopAskedAt ?? 0).toISOString().slice(0, 19).replace('T', ' ');
  const AttachTime = new Date(server.createdAt);
  return {
    InstanceId: server.id,
    InstanceType: server.instanceType,
    ImageId: 'ami-base',
    State: { Name: isStopping ? 'stopping' : server.state },
    StateTransitionReason:
      server.state === 'running'
        ? ''
        : server.stopIsHidden
          ? 'Client.InstanceInitiatedShutdown'
          : `User initiated (${stopAt} GMT)`,
    LaunchTime: new Date(server.launchedAt),
    RootDeviceType: server.rootDevice,
    ...(server.lifecycle !== undefined && { InstanceLifecycle: server.lifecycle }),
    SecurityGroups: server.groups.map((GroupId) => ({ GroupId })),
    NetworkInterfaces: [
      {
        NetworkInterfaceId: `eni-${server.id.slice(2)}`,
        Attachment: {
          AttachmentId: `attach-${server.id}`,
          DeviceIndex: 0,
          AttachTime,
          DeleteOnTermination: server.interfaceGoes,
        },
      },
    ],
    BlockDeviceMappings: server.volumes.map((VolumeId, index) => ({
      DeviceName: `/dev/sd${'abcdefghijklmnopqrstuvwxyz'[index % 26]}${index}`,
      Ebs: {
        VolumeId,
        AttachTime: new Date(server.attachedAt[VolumeId] ?? server.createdAt),
        DeleteOnTermination: true,
      },
    })),
    Tags: tagList(server.tags),
  };
}

/** What should have kept a server running. */
function flawOfStop(aws: Servers, server: FakeServer, images: readonly FakeImage[]): string | undefined {
  const copies = images.filter((image) => image.createdAt >= server.changedAt);
  const flaws = copies.map((image) => flawOf(aws, image, server));
  if (!flaws.includes(undefined)) return `without a whole copy: ${flaws.join('; ')}`;
  const { environment, 'mayfly:protect': protect, 'mayfly:not-idle': excluded } = server.tags;
  if (environment !== 'staging' || protect !== undefined || excluded !== undefined) return 'its tags forbid it';
  const left = aws.clock.now() - Math.max(server.changedAt, server.launchedAt);
  return left >= aws.idleAfter ? undefined : 'a person had it in hand not long ago';
}

/** What should have kept a server there. A person's own date on a server of theirs is an order like any other. */
function flawOfRemoval(aws: Servers, server: FakeServer, images: readonly FakeImage[]): string | undefined {
  if (server.ownDate && !server.isMayflys) return undefined;
  const since = quietSince(server, aws.clock.now()) ?? Number.POSITIVE_INFINITY;
  // AWS's clock shows whole seconds.
  const fresh = images.filter((image) => image.createdAt >= since - 1000);
  const flaws = fresh.map((image) => flawOf(aws, image, server));
  return flaws.includes(undefined) ? undefined : flaws.join('; ') || 'no copy is newer than its last moment';
}

function powerAnswers(aws: Servers) {
  const own = (name: string, event: string) => aws.trail.push({ name, at: aws.clock.now(), event, by: 'mayfly-idle' });
  const copiesOf = (id: string) => [...aws.images.values()].filter((image) => image.of === id);
  return {
    StopInstances({ InstanceIds: [id = ''] }: Input) {
      const server = aws.servers.get(id);
      if (server === undefined) return awsError('InvalidInstanceID.NotFound');
      if (server.stopProtected) return awsError('OperationNotPermitted', 'its stop protection is on');
      const flaw = flawOfStop(aws, server, copiesOf(id));
      if (flaw !== undefined) aws.breaches.push(`${id} was stopped: ${flaw}`);
      aws.stops.push(id);
      own(id, 'StopInstances');
      Object.assign(server, { state: 'stopped', stopAskedAt: aws.clock.now(), stopIsHidden: false, isMayflys: true });
      return {};
    },
    TerminateInstances({ InstanceIds }: Input) {
      for (const id of InstanceIds) {
        const server = aws.servers.get(id);
        if (server === undefined) continue;
        if (server.protected) return awsError('OperationNotPermitted', 'its termination protection is on');
        const flaw = flawOfRemoval(aws, server, copiesOf(id));
        if (flaw !== undefined) aws.breaches.push(`${id} was removed: ${flaw}`);
        aws.removals.push(id);
        aws.servers.delete(id);
        for (const one of aws.interfaces.values()) if (one.of === id) one.attached = false;
        if (server.interfaceGoes) aws.interfaces.delete(`eni-${id.slice(2)}`);
      }
      return {};
    },
  };
}

function tagAnswers(aws: Servers) {
  const thing = (id: string) =>
    aws.servers.get(id) ?? aws.images.get(id) ?? aws.snapshots.get(id) ?? aws.interfaces.get(id);
  const each = (ids: string[], change: (tags: Readonly<Record<string, string>>) => Record<string, string>) => {
    if (ids.some((id) => thing(id) === undefined)) return awsError('InvalidID.NotFound');
    for (const id of ids) {
      const one = thing(id);
      if (one !== undefined) one.tags = change(one.tags);
    }
    return {};
  };
  return {
    CreateTags: ({ Resources, Tags }: Input) => each(Resources, (tags) => ({ ...tags, ...tagsIn(Tags) })),
    DeleteTags: ({ Resources, Tags }: Input) =>
      each(Resources, (tags) =>
        Object.fromEntries(Object.entries(tags).filter(([key]) => !Tags.some(({ Key }) => Key === key))),
      ),
  };
}
