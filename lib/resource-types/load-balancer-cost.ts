import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Amount, type Cost, estimate } from '../core/cost.ts';
import { numberIn, wordIn } from './fact.ts';

export const loadBalancerCost: Cost = {
  says:
    'its hours, and those of the public IPv4 addresses that AWS gives it, one a zone; its own Elastic IP addresses ' +
    'are counted as such. What it is billed for traffic (capacity units) is not in it',

  monthlyUsd(facts, prices): Amount {
    const item = `lb.${wordIn(facts, 'loadBalancerType')}.hour`;
    return estimate(prices, [
      { item, unit: 'hour', quantity: 1 },
      { item: 'public-ipv4.in-use.hour', unit: 'hour', quantity: numberIn(facts, 'publicIps') },
    ]);
  },
};

/** The public addresses that AWS gave it; nothing where the answer does not show its zones. */
export function publicIpsOf(balancer: LoadBalancer): number | undefined {
  const { Scheme, IpAddressType, AvailabilityZones } = balancer;
  // A gateway load balancer has no scheme.
  if (Scheme !== 'internet-facing' || IpAddressType === 'dualstack-without-public-ipv4') return 0;
  return AvailabilityZones?.filter(
    ({ LoadBalancerAddresses = [] }) => !LoadBalancerAddresses.some((address) => address.AllocationId !== undefined),
  ).length;
}
