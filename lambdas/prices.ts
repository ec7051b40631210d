import { pricesFor } from '../lib/adapters/prices/nightly-prices.ts';
import { s3PriceStore } from '../lib/adapters/prices/price-store-s3.ts';
import type { Policy } from '../lib/core/policy.ts';
import type { Clock, Ports } from '../lib/use-cases/ports.ts';
import { ownClients } from './slack.ts';

/** The list prices that the policy wants: nightly ones from the hub's bucket, or those that Mayfly ships with. */
export function pricesOf(bucket: string, policy: Policy, clock: Pick<Clock, 'now'>): Ports['prices'] {
  return pricesFor(policy, s3PriceStore({ bucket, source: ownClients() }), clock);
}
