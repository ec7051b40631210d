import { type Amount, type Cost, estimate, type Facts, nothing, type RegionPrices } from '../core/cost.ts';
import { whyElsewhere } from './ec2-zone.ts';
import { numberIn, wordIn } from './fact.ts';

/** Elastic IP addresses and volumes are resources of their own, so an instance never counts them. */
export const ec2InstanceCost: Cost = {
  says:
    'running: the hours of its type (Linux, on demand, shared hardware) and of the public IPv4 addresses that come ' +
    'and go with it. Stopped: nothing of its own; volumes and Elastic IP addresses cost on, and are counted as such',

  monthlyUsd(facts, prices): Amount {
    const state = wordIn(facts, 'state');
    if (state === 'stopped' || state === 'stopping') {
      return nothing('a stopped instance costs its volumes and Elastic IP addresses, which are counted as such');
    }
    const why = whyUnknown(facts, prices);
    if (why !== undefined) return { kind: 'unknown', why };
    return estimate(prices, [
      { item: `ec2.linux.${wordIn(facts, 'instanceType')}`, unit: 'hour', quantity: 1 },
      { item: 'public-ipv4.in-use.hour', unit: 'hour', quantity: numberIn(facts, 'publicIps') },
    ]);
  },
};

function whyUnknown(facts: Facts, { region }: RegionPrices): string | undefined {
  const [state, platform] = [wordIn(facts, 'state'), wordIn(facts, 'platform')];
  const { lifecycle, tenancy } = facts;
  if (state !== 'running' && state !== 'pending') return `what AWS bills in the state ${state} is not known`;
  if (lifecycle !== undefined) return `it was bought as ${lifecycle}, and only on-demand prices are known`;
  if (tenancy !== undefined) return `it runs on hardware of the tenancy ${tenancy}, and only shared prices are known`;
  if (platform !== 'Linux/UNIX') return `its platform is ${platform}, and only prices of Linux/UNIX are known`;
  return whyElsewhere(facts, region);
}
