import type { Address } from '@aws-sdk/client-ec2';
import { type Cost, estimate, nothing } from '../core/cost.ts';
import type { Shard } from '../core/resource.ts';
import { batchesOf } from './batches.ts';
import { type Description, defineResourceType, type UsedBy } from './define.ts';
import { removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

/** A filter takes at most 200 values; unlike an id list it does not fail on an unknown id. */
const idsPerFilter = 200;

const elasticIpCost: Cost = {
  says: 'its hours, in use or not. An address of a range that its owner brought to AWS: nothing',
  monthlyUsd({ state, pool }, prices) {
    if (pool !== undefined) return nothing(`it is of the range ${pool}, which its owner brought to AWS`);
    const item = `public-ipv4.${state === 'free' ? 'idle' : 'in-use'}.hour`;
    return estimate(prices, [{ item, unit: 'hour', quantity: 1 }]);
  },
};

/** A fixed public address. Once released it is somebody else's. */
export const ec2ElasticIp = defineResourceType({
  id: 'ec2:elastic-ip',
  title: 'Elastic IP address',
  idIn: ({ service, resource }) =>
    service === 'ec2' ? /^elastic-ip\/(eipalloc-[0-9a-f]+)$/.exec(resource)?.[1] : undefined,
  cloudFormation: 'AWS::EC2::EIP',
  sdk: () => import('./sdk/ec2.ts'),
  client: (sdk) => sdk.EC2Client,
  after: [
    { type: 'ec2:instance', because: 'an address in use can not be released' },
    { type: 'elasticloadbalancing:loadbalancer', because: 'a network load balancer holds its addresses' },
  ],
  removal: 'synchronous',

  describe: {
    needs: [{ actions: ['ec2:DescribeAddresses'], on: '*' }],
    async run({ client, sdk, shard }, ids) {
      const found = new Map<string, Address>();
      for (const batch of batchesOf(ids, idsPerFilter)) {
        // CloudFormation knows an address by its number, everybody else by its allocation.
        for (const [Name, Values] of Object.entries(Object.groupBy(batch, filterFor))) {
          const { Addresses = [] } = await client.send(
            new sdk.DescribeAddressesCommand({ Filters: [{ Name, Values }] }),
          );
          for (const address of Addresses) {
            found.set(address.AllocationId ?? '', address).set(address.PublicIp ?? '', address);
          }
        }
      }
      return ids.map((id) => describeAddress(id, found.get(id), shard));
    },
  },

  census: {
    needs: [{ actions: ['ec2:DescribeAddresses'], on: '*' }],
    async run({ client, sdk, shard }) {
      const { Addresses = [] } = await client.send(new sdk.DescribeAddressesCommand({}));
      // An address without an allocation is of the time before VPCs, and known by its number.
      return Addresses.map((address) =>
        describeAddress(address.AllocationId ?? address.PublicIp ?? '', address, shard),
      );
    },
  },

  remove: {
    needs: [{ actions: ['ec2:ReleaseAddress'], on: 'arn:aws:ec2:REGION:ACCOUNT:elastic-ip/*', guard: 'tags' }],
    run: ({ client, sdk }, targets) =>
      removeEach(
        targets,
        {
          gone: ['InvalidAllocationID.NotFound'],
          blocked: ['InvalidIPAddress.InUse', 'InvalidAddress.Locked', 'OperationNotPermitted'],
        },
        async ({ id, facts: { networkBorderGroup } }) => {
          // An address of a Local Zone is found only in its own border group.
          const NetworkBorderGroup = typeof networkBorderGroup === 'string' ? networkBorderGroup : undefined;
          await client.send(new sdk.ReleaseAddressCommand({ AllocationId: id, NetworkBorderGroup }));
          return {};
        },
      ),
  },

  tag: {
    needs: [{ actions: ['ec2:CreateTags'], on: 'arn:aws:ec2:REGION:ACCOUNT:elastic-ip/*' }],
    async run({ client, sdk }, { id }, { key, value }) {
      await client.send(new sdk.CreateTagsCommand({ Resources: [id], Tags: [{ Key: key, Value: value }] }));
    },
  },

  cost: elasticIpCost,
});

function filterFor(id: string): 'allocation-id' | 'public-ip' {
  return id.startsWith('eipalloc-') ? 'allocation-id' : 'public-ip';
}

function describeAddress(id: string, address: Address | undefined, shard: Shard & { partition: string }): Description {
  if (address === undefined) return { kind: 'gone', id };
  const { AllocationId = id, PublicIp = '', NetworkBorderGroup, ServiceManaged, PublicIpv4Pool = 'amazon' } = address;
  const usedBy = usersOf(address);
  return {
    kind: 'present',
    id,
    arn: `arn:${shard.partition}:ec2:${shard.region}:${shard.account}:elastic-ip/${AllocationId}`,
    identity: AllocationId,
    tags: tagMap(address.Tags),
    ...(ServiceManaged !== undefined && { owner: { kind: 'controller', name: ServiceManaged } }),
    ...(usedBy.length > 0 && { usedBy }),
    facts: {
      state: usedBy.length > 0 ? 'associated' : 'free',
      publicIp: PublicIp,
      ...(NetworkBorderGroup !== undefined && { networkBorderGroup: NetworkBorderGroup }),
      ...(PublicIpv4Pool !== 'amazon' && { pool: PublicIpv4Pool }),
    },
  };
}

/** NAT gateways and load balancers show only as the network interface that they put the address on. */
function usersOf({ InstanceId, NetworkInterfaceId, AssociationId }: Address): UsedBy[] {
  if (InstanceId) return [{ words: `instance ${InstanceId}`, type: 'ec2:instance', id: InstanceId }];
  if (NetworkInterfaceId) return [{ words: `network interface ${NetworkInterfaceId}` }];
  return AssociationId ? [{ words: `association ${AssociationId}` }] : [];
}
