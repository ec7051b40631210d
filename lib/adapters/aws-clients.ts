import { AdaptiveRetryStrategy, DefaultRateLimiter } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import type { ClientConstructor, ClientSource } from '../resource-types/define.ts';

/** Tries of one call. At 30 % throttling, fewer than one call in 100,000 fails for good. */
const attemptsMax = 10;

/**
 * A throttled account and region is never asked less often than this, over all services together. Where every third
 * call is refused the limiter always ends at its least rate, so this decides how long such a sweep takes: 113 seconds
 * for a thousand resources at 10 a second, 56 at 25. EC2 alone refills its buckets with as many (20 reads and 5 writes
 * a second); the pauses between the tries of one call come on top.
 */
const callsPerSecondMin = 25;

/**
 * One rate limiter for all services of an account and region: its own traffic keeps headroom when AWS says slow down.
 */
export function retryStrategyForShard(): AdaptiveRetryStrategy {
  const rateLimiter = new DefaultRateLimiter({ minFillRate: callsPerSecondMin, minCapacity: callsPerSecondMin });
  return new AdaptiveRetryStrategy(attemptsMax, { rateLimiter });
}

export interface ClientSettings {
  region: string;
  retryStrategy: AdaptiveRetryStrategy;
  /** Absent: the SDK's own chain of environment, files and metadata. */
  credentials?: AwsCredentialIdentityProvider;
}

/** Without `info` the SDK does not first write each answer out for a log that nobody reads. */
const nothing = () => undefined;
const silent = { trace: nothing, debug: nothing, warn: nothing, error: nothing };

/** Six shards with four batches of eight calls each keep fewer sockets busy than this. */
const agent = { keepAlive: true, maxSockets: 200 };

/** Shared by all clients: every pinned session has clients of its own, and would else open connections of its own. */
const requestHandler = new NodeHttpHandler({
  connectionTimeout: 5_000,
  requestTimeout: 60_000,
  throwOnRequestTimeout: true,
  httpAgent: agent,
  httpsAgent: agent,
});

/** Builds each client once a session. Endpoints come from the SDK's own environment variables and files. */
export function clientSource(settings: ClientSettings): ClientSource {
  const clients = new Map<ClientConstructor<unknown>, unknown>();
  return <C>(make: ClientConstructor<C>): C => {
    const known = clients.get(make) as C | undefined;
    if (known !== undefined) return known;
    const client = new make({
      ...settings,
      requestHandler,
      logger: silent,
      // Virtual-host addressing needs a name for each bucket, which an address such as 127.0.0.1 can't have.
      forcePathStyle: hasOwnEndpoint(),
      followRegionRedirects: true,
      // A queue's URL names its account and name; the host to ask is the client's own endpoint.
      useQueueUrlAsEndpoint: false,
    });
    clients.set(make, client);
    return client;
  };
}

function hasOwnEndpoint(): boolean {
  return process.env['AWS_ENDPOINT_URL'] !== undefined || process.env['AWS_ENDPOINT_URL_S3'] !== undefined;
}
