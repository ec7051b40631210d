import { randomBytes } from 'node:crypto';
import { clientSource, retryStrategyForShard } from '../adapters/aws-clients.ts';
import { awsCloud, homeRegion } from '../adapters/aws-cloud.ts';
import { awsInventory } from '../adapters/aws-inventory.ts';
import { clockStartingAt, systemClock } from '../adapters/clock.ts';
import { lazyControlPolicies } from '../adapters/control-policies-lazily.ts';
import { servicesBeyondLoopback } from '../adapters/loopback.ts';
import { commandLineMessenger, noMessenger } from '../adapters/no-messenger.ts';
import { readPolicyFile } from '../adapters/policy-file.ts';
import { pricesFor } from '../adapters/prices/nightly-prices.ts';
import type { Policy } from '../core/policy.ts';
import { readInstant } from '../core/time.ts';
import { BadRequest } from '../use-cases/find-targets.ts';
import { knownTypes } from '../use-cases/known-types.ts';
import type { Clock, Ports } from '../use-cases/ports.ts';
import { readActions } from '../use-cases/read-actions.ts';
import { typeClients } from '../use-cases/type-clients.ts';
import { openState } from './state.ts';

export interface ConnectOptions {
  config: string;
  now?: string;
  /** Whether the command writes: to accounts, or to the ledger. */
  writes: boolean;
}

/** Everything a command needs, from its policy file. The caller closes it. */
export interface Connection {
  policy: Policy;
  ports: Ports;
  close: () => void;
}

export async function connect({ config, now, writes }: ConnectOptions): Promise<Connection> {
  const policy = readPolicyFile(config, knownTypes());
  const clock = clockFor(now, policy);
  const local = now === undefined || (await onLoopback(policy));
  if (writes && !local) {
    throw new BadRequest(
      'with --now this command would write to real accounts: it is allowed only where every AWS endpoint is a ' +
        'loopback address (AWS_ENDPOINT_URL=http://127.0.0.1:…)',
    );
  }
  const { ledger, runStore, recipes, priceStore } = await openState(policy, { config, writes, keeps: local });
  const newId = (kind: string) => `${kind}-${stamp(clock)}-${randomBytes(3).toString('hex')}`;
  const ports: Ports = {
    clock,
    cloud: awsCloud({ policy, runId: `mayfly-${stamp(clock)}`, readActions }),
    controlPolicies: lazyControlPolicies(async () => {
      const { controlPolicies } = await import('../adapters/control-policies.ts');
      const source = clientSource({ region: homeRegion(policy), retryStrategy: retryStrategyForShard() });
      return controlPolicies({ source, policy, clock: systemClock });
    }),
    inventory: awsInventory,
    ledger,
    runStore,
    recipes,
    messenger:
      policy.slack === undefined ? noMessenger : commandLineMessenger({ hasHub: typeof policy.state !== 'string' }),
    prices: pricesFor(policy, priceStore, clock),
    newId,
    progress: () => undefined,
  };
  return { policy, ports, close: () => ledger.close() };
}

function clockFor(now: string | undefined, policy: Policy): Clock {
  if (now === undefined) return systemClock;
  const start = readInstant(now, policy.expiry.timeZone);
  if (start === undefined) {
    throw new BadRequest(`--now ${now} is not an instant such as 2026-12-01T10:00:00Z`);
  }
  return clockStartingAt(start);
}

function stamp(clock: Clock): string {
  return new Date(clock.now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
}

/** Whether every client that Mayfly uses would connect to this machine. */
async function onLoopback(policy: Policy): Promise<boolean> {
  const region = policy.regions === 'enabled' ? 'us-east-1' : (policy.regions[0] ?? 'us-east-1');
  const source = clientSource({ region, retryStrategy: retryStrategyForShard() });
  const [{ STSClient }, { OrganizationsClient }, { ResourceGroupsTaggingAPIClient }, { DynamoDBClient }, { S3Client }] =
    await Promise.all([
      import('../adapters/sdk/sts.ts'),
      import('../adapters/sdk/organizations.ts'),
      import('../adapters/sdk/tagging.ts'),
      import('../adapters/sdk/dynamodb.ts'),
      import('../adapters/sdk/s3.ts'),
    ]);
  const own = [STSClient, OrganizationsClient, ResourceGroupsTaggingAPIClient, DynamoDBClient, S3Client];
  const clients = new Set([...own, ...(await typeClients())]);
  return (await servicesBeyondLoopback(source, [...clients])).length === 0;
}
