import type { DescribeVolumesRequest, Volume, VolumeAttachment } from '@aws-sdk/client-ec2';
import type { Shard } from '../core/resource.ts';
import { batchesOf } from './batches.ts';
import { type Aws, type Description, defineResourceType, type UsedBy } from './define.ts';
import { ec2VolumeCost } from './ec2-volume-cost.ts';
import { removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

/** A filter takes at most 200 values; unlike an id list it does not fail on an unknown id. */
const idsPerFilter = 200;

/** AWS answers with at most this many a page. */
const volumesPerPage = 500;

type Ec2 = Aws<typeof import('./sdk/ec2.ts'), import('@aws-sdk/client-ec2').EC2Client>;

/** A disk. It outlives its server unless it was told to go with it, and costs the same unattached. */
export const ec2Volume = defineResourceType({
  id: 'ec2:volume',
  title: 'EBS volume',
  idIn: ({ service, resource }) => (service === 'ec2' ? /^volume\/(vol-[0-9a-f]+)$/.exec(resource)?.[1] : undefined),
  cloudFormation: 'AWS::EC2::Volume',
  sdk: () => import('./sdk/ec2.ts'),
  client: (sdk) => sdk.EC2Client,
  after: [{ type: 'ec2:instance', because: 'a volume can go only once it is detached' }],
  removal: 'asynchronous',

  describe: {
    needs: [{ actions: ['ec2:DescribeVolumes'], on: '*' }],
    async run(aws, ids) {
      const found = new Map<string, Volume>();
      for (const batch of batchesOf(ids, idsPerFilter)) {
        const some = await readVolumes(aws, { Filters: [{ Name: 'volume-id', Values: batch }] });
        for (const volume of some) found.set(volume.VolumeId ?? '', volume);
      }
      return ids.map((id) => describeVolume(id, found.get(id), aws.shard));
    },
  },

  census: {
    needs: [{ actions: ['ec2:DescribeVolumes'], on: '*' }],
    async run(aws) {
      const all = await readVolumes(aws, { MaxResults: volumesPerPage });
      return all.map((volume) => describeVolume(volume.VolumeId ?? '', volume, aws.shard));
    },
  },

  remove: {
    needs: [{ actions: ['ec2:DeleteVolume'], on: 'arn:aws:ec2:REGION:ACCOUNT:volume/*', guard: 'tags' }],
    run: ({ client, sdk }, targets) =>
      removeEach(
        targets,
        { gone: ['InvalidVolume.NotFound'], blocked: ['VolumeInUse', 'OperationNotPermitted'] },
        async ({ id }) => {
          await client.send(new sdk.DeleteVolumeCommand({ VolumeId: id }));
          return {};
        },
        'requested',
      ),
  },

  tag: {
    needs: [{ actions: ['ec2:CreateTags'], on: 'arn:aws:ec2:REGION:ACCOUNT:volume/*' }],
    async run({ client, sdk }, { id }, { key, value }) {
      await client.send(new sdk.CreateTagsCommand({ Resources: [id], Tags: [{ Key: key, Value: value }] }));
    },
  },

  cost: ec2VolumeCost,
});

async function readVolumes({ client, sdk }: Ec2, asked: DescribeVolumesRequest): Promise<Volume[]> {
  const found: Volume[] = [];
  // Without managed resources a volume that a service hides would look gone.
  const input = { ...asked, IncludeManagedResources: true };
  for await (const { Volumes = [] } of sdk.paginateDescribeVolumes({ client }, input)) found.push(...Volumes);
  return found;
}

function describeVolume(id: string, volume: Volume | undefined, shard: Shard & { partition: string }): Description {
  if (volume === undefined || volume.State === 'deleted') return { kind: 'gone', id };
  if (volume.State === 'deleting') return { kind: 'leaving', id };
  const usedBy = (volume.Attachments ?? []).filter(({ State }) => State !== 'detached').map(attachedTo);
  return {
    kind: 'present',
    id,
    arn: `arn:${shard.partition}:ec2:${shard.region}:${shard.account}:volume/${id}`,
    identity: id,
    ...(volume.CreateTime !== undefined && { createdAt: volume.CreateTime.getTime() }),
    tags: tagMap(volume.Tags),
    ...(volume.Operator?.Managed && {
      owner: { kind: 'controller', name: volume.Operator.Principal ?? 'an AWS service' },
    }),
    ...(usedBy.length > 0 && { usedBy }),
    facts: {
      state: volume.State ?? 'unknown',
      volumeType: volume.VolumeType ?? 'unknown',
      ...(volume.Size !== undefined && { sizeGb: volume.Size }),
      ...(volume.Iops !== undefined && { iops: volume.Iops }),
      ...(volume.Throughput !== undefined && { throughputMbps: volume.Throughput }),
      ...(volume.AvailabilityZone !== undefined && { zone: volume.AvailabilityZone }),
      ...(volume.OutpostArn !== undefined && { outpost: volume.OutpostArn }),
    },
  };
}

/** Services such as Fargate attach volumes to things of their own, which have no instance id. */
function attachedTo({ InstanceId, AssociatedResource, InstanceOwningService }: VolumeAttachment): UsedBy {
  return InstanceId === undefined
    ? { words: AssociatedResource ?? InstanceOwningService ?? 'an AWS service' }
    : { words: `instance ${InstanceId}`, type: 'ec2:instance', id: InstanceId };
}
