import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { ClientConstructor, ClientSource } from '../resource-types/define.ts';

/**
 * Clients that give up soon: whoever waits for the answer is a person, and Slack waits for three seconds only. A second
 * try in the same time helps where a connection was lost; more would come too late.
 */
export function promptClients(region: string): ClientSource {
  const clients = new Map<ClientConstructor<unknown>, unknown>();
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 500,
    requestTimeout: 1_000,
    throwOnRequestTimeout: true,
  });
  return <C>(make: ClientConstructor<C>): C => {
    const known = clients.get(make) as C | undefined;
    if (known !== undefined) return known;
    // As for all other clients: an address such as 127.0.0.1 can't have a name for each bucket.
    const forcePathStyle = process.env['AWS_ENDPOINT_URL'] !== undefined;
    const client = new make({ region, maxAttempts: 2, requestHandler, forcePathStyle });
    clients.set(make, client);
    return client;
  };
}
