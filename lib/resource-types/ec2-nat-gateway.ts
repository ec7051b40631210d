import type { NatGateway } from '@aws-sdk/client-ec2';
import { type Amount, type Cost, estimate, nothing } from '../core/cost.ts';
import { defineCostType } from './cost-type.ts';
import type { Aws, Description } from './define.ts';
import { wordIn } from './fact.ts';
import { tagMap } from './tag-list.ts';

/** The largest page that AWS gives. */
const gatewaysPerPage = 1000;

const natGatewayCost: Cost = {
  says:
    'the hours that it is available, public or private; its Elastic IP addresses are counted as such. What it is ' +
    'billed for traffic is not in it. A regional one: unknown',

  /** "You are charged for each hour that your NAT gateway is provisioned and available" (Amazon VPC pricing). */
  monthlyUsd(facts, prices): Amount {
    if (wordIn(facts, 'state') === 'failed') return nothing('it could not be made, and was never available');
    if (wordIn(facts, 'mode') === 'regional') {
      return { kind: 'unknown', why: 'it is regional, and what AWS bills for the zones that it is in is not known' };
    }
    return estimate(prices, [{ item: 'nat-gateway.hour', unit: 'hour', quantity: 1 }]);
  },
};

/** A NAT gateway. Routes of subnets depend on it, and nothing would bring it back with its address. */
export const ec2NatGateway = defineCostType({
  id: 'ec2:natgateway',
  title: 'NAT gateway',
  sdk: () => import('./sdk/ec2.ts'),
  client: (sdk) => sdk.EC2Client,

  census: {
    needs: [{ actions: ['ec2:DescribeNatGateways'], on: '*' }],
    async run({ client, sdk, shard }) {
      const found: Description[] = [];
      for await (const { NatGateways = [] } of sdk.paginateDescribeNatGateways(
        { client },
        { MaxResults: gatewaysPerPage },
      )) {
        found.push(...NatGateways.map((gateway) => describeGateway(gateway, shard)));
      }
      return found;
    },
  },

  cost: natGatewayCost,
});

function describeGateway(gateway: NatGateway, shard: Aws<unknown, unknown>['shard']): Description {
  const { NatGatewayId: id = '', State: state = 'unknown', AvailabilityMode: mode } = gateway;
  // EC2 shows what is deleted for another hour.
  if (state === 'deleting') return { kind: 'leaving', id };
  if (state === 'deleted') return { kind: 'gone', id };
  return {
    kind: 'present',
    id,
    arn: `arn:${shard.partition}:ec2:${shard.region}:${shard.account}:natgateway/${id}`,
    identity: id,
    ...(gateway.CreateTime !== undefined && { createdAt: gateway.CreateTime.getTime() }),
    tags: tagMap(gateway.Tags),
    facts: { state, ...(mode !== undefined && { mode }) },
  };
}
