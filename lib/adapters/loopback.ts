import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { isLoopback } from '../core/loopback.ts';
import type { ClientConstructor, ClientSource } from '../resource-types/define.ts';

interface WithEndpoint {
  config: {
    serviceId: string;
    isCustomEndpoint?: boolean;
    endpoint?: () => Promise<{ hostname: string }>;
  };
}

/**
 * The services whose resolved endpoint is not a loopback address. Time travel that writes is allowed only where there
 * are none.
 */
export async function servicesBeyondLoopback(
  source: ClientSource,
  clients: readonly ClientConstructor<unknown>[],
): Promise<string[]> {
  const beyond: string[] = [];
  for (const make of clients) {
    const { config } = source(make) as WithEndpoint;
    const hostname = await ownHostname(config);
    if (hostname === undefined || !isLoopback(hostname)) beyond.push(config.serviceId);
  }
  return beyond;
}

/** The host that a client was pointed at by settings, environment or files; `undefined` is AWS's public endpoint. */
async function ownHostname(config: WithEndpoint['config']): Promise<string | undefined> {
  const instructions = { getEndpointParameterInstructions: () => ({}) };
  // The SDK reads the environment and files here; that it then lacks a command's parameters does not matter.
  await getEndpointFromInstructions({}, instructions, config as never).catch(() => undefined);
  return config.isCustomEndpoint ? (await config.endpoint?.())?.hostname : undefined;
}
