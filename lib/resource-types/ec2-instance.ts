import type { DescribeInstancesRequest, Instance, InstanceNetworkInterface } from '@aws-sdk/client-ec2';
import type { Shard } from '../core/resource.ts';
import { batchesOf } from './batches.ts';
import { type Aws, type Carried, type Description, defineResourceType, type Present } from './define.ts';
import { ec2InstanceCost } from './ec2-instance-cost.ts';
import { ec2InstanceServer } from './ec2-instance-server.ts';
import { ec2Owner, ec2Server } from './ec2-server.ts';
import { removeTogether } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

/** A filter takes at most 200 values; unlike an id list it does not fail on an unknown id. */
const idsPerFilter = 200;

const instancesPerPage = 1000;

type Ec2 = Aws<typeof import('./sdk/ec2.ts'), import('@aws-sdk/client-ec2').EC2Client>;

/** A virtual server. Its root volume usually goes with it, and other volumes that were told to. */
export const ec2Instance = defineResourceType({
  id: 'ec2:instance',
  title: 'EC2 instance',
  idIn: ({ service, resource }) => (service === 'ec2' ? /^instance\/(i-[0-9a-f]+)$/.exec(resource)?.[1] : undefined),
  cloudFormation: 'AWS::EC2::Instance',
  sdk: () => import('./sdk/ec2.ts'),
  client: (sdk) => sdk.EC2Client,
  after: [{ type: 'autoscaling:autoScalingGroup', because: 'a group replaces an instance that goes alone' }],
  removal: 'asynchronous',
  removesTogether: true,

  describe: {
    needs: [{ actions: ['ec2:DescribeInstances'], on: '*' }],
    async run(aws, ids) {
      const found = new Map<string, Instance>();
      for (const batch of batchesOf(ids, idsPerFilter)) {
        const some = await readInstances(aws, { Filters: [{ Name: 'instance-id', Values: batch }] });
        for (const instance of some) found.set(instance.InstanceId ?? '', instance);
      }
      return ids.map((id) => describeInstance(id, found.get(id), aws.shard));
    },
  },

  census: {
    needs: [{ actions: ['ec2:DescribeInstances'], on: '*' }],
    async run(aws) {
      const all = await readInstances(aws, { MaxResults: instancesPerPage });
      return all.map((instance) => describeInstance(instance.InstanceId ?? '', instance, aws.shard));
    },
  },

  remove: {
    needs: [{ actions: ['ec2:TerminateInstances'], on: 'arn:aws:ec2:REGION:ACCOUNT:instance/*', guard: 'tags' }],
    run: ({ client, sdk }, targets) =>
      removeTogether(
        targets,
        // Termination protection is not in DescribeInstances; AWS itself refuses, and its refusal is respected.
        { gone: ['InvalidInstanceID.NotFound'], blocked: ['OperationNotPermitted'] },
        async (some) => {
          await client.send(new sdk.TerminateInstancesCommand({ InstanceIds: some.map(({ id }) => id) }));
        },
        'requested',
      ),
  },

  tag: {
    needs: [{ actions: ['ec2:CreateTags'], on: 'arn:aws:ec2:REGION:ACCOUNT:instance/*' }],
    async run({ client, sdk }, { id }, { key, value }) {
      await client.send(new sdk.CreateTagsCommand({ Resources: [id], Tags: [{ Key: key, Value: value }] }));
    },
  },

  server: ec2InstanceServer,

  cost: ec2InstanceCost,
});

async function readInstances({ client, sdk }: Ec2, input: DescribeInstancesRequest): Promise<Instance[]> {
  const found: Instance[] = [];
  for await (const { Reservations = [] } of sdk.paginateDescribeInstances({ client }, input)) {
    found.push(...Reservations.flatMap(({ Instances = [] }) => Instances));
  }
  return found;
}

function describeInstance(
  id: string,
  instance: Instance | undefined,
  shard: Shard & { partition: string },
): Description {
  const state = instance?.State?.Name;
  if (instance === undefined || state === 'terminated') return { kind: 'gone', id };
  if (state === 'shutting-down') return { kind: 'leaving', id };
  const createdAt = firstLaunch(instance);
  const owner = ec2Owner(instance);
  return {
    kind: 'present',
    id,
    arn: `arn:${shard.partition}:ec2:${shard.region}:${shard.account}:instance/${id}`,
    identity: id,
    ...(createdAt !== undefined && { createdAt }),
    tags: tagMap(instance.Tags),
    ...(owner !== undefined && { owner }),
    facts: factsOf(instance),
    server: ec2Server(instance),
    carries: volumesThatGo(instance, shard),
  };
}

/** What people and prices want to know. Emulators show no details of the platform. */
function factsOf(instance: Instance): Present['facts'] {
  const {
    PlatformDetails,
    Platform,
    InstanceLifecycle,
    OutpostArn,
    Placement: { Tenancy, AvailabilityZone } = {},
  } = instance;
  const staying = (instance.BlockDeviceMappings ?? []).flatMap(({ Ebs }) =>
    Ebs?.DeleteOnTermination ? [] : (Ebs?.VolumeId ?? []),
  );
  return {
    state: instance.State?.Name ?? 'unknown',
    instanceType: instance.InstanceType ?? 'unknown',
    platform: PlatformDetails ?? (Platform === undefined ? 'Linux/UNIX' : 'Windows'),
    publicIps: instance.NetworkInterfaces?.flatMap(addressesOnLoan).length ?? 0,
    // What a stopped instance goes on to cost; those that outlive it are not among what it carries.
    volumes: (instance.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []).join(' '),
    ...(staying.length > 0 && { stayingVolumes: staying.join(' ') }),
    ...(AvailabilityZone !== undefined && { zone: AvailabilityZone }),
    ...(InstanceLifecycle !== undefined && { lifecycle: InstanceLifecycle }),
    ...(Tenancy !== undefined && Tenancy !== 'default' && { tenancy: Tenancy }),
    ...(OutpostArn !== undefined && { outpost: OutpostArn }),
  };
}

/** Public addresses that come and go with the instance: AWS owns them, an account owns its Elastic IP addresses. */
function addressesOnLoan({ PrivateIpAddresses = [], Association }: InstanceNetworkInterface): string[] {
  const owned = [...PrivateIpAddresses.map((address) => address.Association), Association].flatMap((one) =>
    one?.IpOwnerId === 'amazon' && one.PublicIp !== undefined ? [one.PublicIp] : [],
  );
  return [...new Set(owned)];
}

/** LaunchTime moves with every start; the primary network interface was attached at the first launch. */
function firstLaunch({ LaunchTime, NetworkInterfaces = [] }: Instance): number | undefined {
  const times = [LaunchTime, ...NetworkInterfaces.map(({ Attachment }) => Attachment?.AttachTime)];
  const known = times.flatMap((time) => (time === undefined ? [] : [time.getTime()]));
  return known.length === 0 ? undefined : Math.min(...known);
}

function volumesThatGo({ BlockDeviceMappings = [] }: Instance, shard: Shard & { partition: string }): Carried[] {
  return BlockDeviceMappings.flatMap(({ Ebs }) =>
    Ebs?.DeleteOnTermination && Ebs.VolumeId !== undefined
      ? [
          {
            id: Ebs.VolumeId,
            arn: `arn:${shard.partition}:ec2:${shard.region}:${shard.account}:volume/${Ebs.VolumeId}`,
            type: 'ec2:volume',
          },
        ]
      : [],
  );
}
