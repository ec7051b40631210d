import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { z } from 'zod';
import { awsCloud } from '../lib/adapters/aws-cloud.ts';
import { awsInventory } from '../lib/adapters/aws-inventory.ts';
import { clockStartingAt, systemClock } from '../lib/adapters/clock.ts';
import { lazyControlPolicies } from '../lib/adapters/control-policies-lazily.ts';
import { dynamodbLedger } from '../lib/adapters/ledger-dynamodb.ts';
import { s3RecipeStore } from '../lib/adapters/recipe-store-s3.ts';
import { s3RunStore } from '../lib/adapters/run-store-s3.ts';
import { isLoopback } from '../lib/core/loopback.ts';
import type { Policy } from '../lib/core/policy.ts';
import { readPolicy } from '../lib/core/policy-problems.ts';
import type { Duration } from '../lib/core/time.ts';
import { knownTypes } from '../lib/use-cases/known-types.ts';
import type { Clock, Ports } from '../lib/use-cases/ports.ts';
import { readActions } from '../lib/use-cases/read-actions.ts';
import type { HubEnv, runMessage } from './hub.contract.ts';
import { ownClients, type Slack, slackOf } from './slack.ts';

export type RunEvent = z.infer<typeof runMessage>;

/** Its names are in the log lines and metrics of every function. */
export const logger = new Logger();
export const metrics = new Metrics();

/** The policy lies beside the code, where Lambda says that is: it changes with a deploy, and only with one. */
const policyFile = () => join(process.env['LAMBDA_TASK_ROOT'] ?? '.', 'policy.json');

export interface Hub {
  policy: Policy;
  ports: Ports;
  slack: Slack;
}

export interface ConnectSettings {
  /** What the sessions in the members are called after. */
  run: string;
  /** Moves the clock that decides; switches and leases follow the real one. */
  ahead: Duration;
  /** Reads in the members with the role that tags, because the caller may assume no other. */
  readsAsTagger?: boolean;
}

/** Connects one invocation to the hub's table and bucket, to the members and to Slack. */
export function connectHub(env: HubEnv, { run, ahead, readsAsTagger = false }: ConnectSettings): Hub {
  refuseTimeTravelOutside(env);
  const policy = loadPolicy();
  const clock = ahead === 0 ? systemClock : clockStartingAt(Date.now() + ahead);
  const region = process.env['AWS_REGION'] ?? 'us-east-1';
  const ledger = dynamodbLedger({ table: env.LEDGER_TABLE, region, clock: systemClock });
  const slack = slackOf(policy, env, region, ledger);
  const { roles } = policy;
  const inMembers =
    readsAsTagger && roles.tag !== undefined ? { ...policy, roles: { ...roles, read: roles.tag } } : policy;
  const ports: Ports = {
    clock,
    cloud: awsCloud({ policy: inMembers, runId: run, readActions }),
    controlPolicies: lazyControlPolicies(async () => {
      const { controlPolicies } = await import('../lib/adapters/control-policies.ts');
      return controlPolicies({ source: ownClients(), policy, clock: systemClock });
    }),
    inventory: awsInventory,
    ledger,
    runStore: s3RunStore({ bucket: env.RUN_BUCKET, region }),
    recipes: s3RecipeStore({
      bucket: env.RUN_BUCKET,
      region,
      ...(env.RECIPES_KEY !== undefined && { secretKeyId: env.RECIPES_KEY }),
    }),
    messenger: slack.messenger,
    prices: pricesIn(env.RUN_BUCKET, policy, clock),
    newId: (kind) => `${kind}-${stamp(clock.now())}-${randomBytes(3).toString('hex')}`,
    progress: () => undefined,
  };
  return { policy, ports, slack };
}

/** Loaded with the first question, because most functions show no money. */
function pricesIn(bucket: string, policy: Policy, clock: Clock): Ports['prices'] {
  let prices: Promise<Ports['prices']> | undefined;
  return async () => {
    prices ??= import('./prices.ts').then(({ pricesOf }) => pricesOf(bucket, policy, clock));
    return (await prices)();
  };
}

let loaded: Policy | undefined;

function loadPolicy(): Policy {
  if (loaded !== undefined) return loaded;
  const result = readPolicy(JSON.parse(readFileSync(policyFile(), 'utf8')), knownTypes());
  if (!result.ok) {
    const first = result.problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new Error(`the policy of this deployment can't be used: ${first}; deploy it again`);
  }
  loaded = result.policy;
  return loaded;
}

/** A deployment that may travel in time must not reach a real account: there "tomorrow" would remove live things. */
function refuseTimeTravelOutside({ ALLOW_TIME_TRAVEL }: HubEnv): void {
  if (ALLOW_TIME_TRAVEL !== 'true') return;
  const endpoints = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL'));
  const local = endpoints.length > 0 && endpoints.every(([, url]) => isLoopback(hostnameOf(url)));
  if (!local || process.env['AWS_ENDPOINT_URL'] === undefined) {
    throw new Error('allowTimeTravel is for a local AWS only: deploy again without -c allowTimeTravel=true');
  }
}

function hostnameOf(url = ''): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

/** `20261125T100000`. */
function stamp(instant: number): string {
  return new Date(instant).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
}

/** The same for each try of one execution, another one for each execution. */
export function runIdOf(execution: string, at: number): string {
  return `run-${stamp(at)}-${createHash('sha256').update(execution).digest('hex').slice(0, 6)}`;
}

/** When the schedule wanted an execution, from its input; `undefined` where a person started it. */
export function scheduledAt(input: string | null | undefined): number | undefined {
  try {
    const { scheduledTime } = JSON.parse(input ?? '{}') as { scheduledTime?: unknown };
    const at = Date.parse(String(scheduledTime));
    return Number.isNaN(at) ? undefined : at;
  } catch {
    return undefined;
  }
}
