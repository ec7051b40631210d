import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { SFNClient } from '@aws-sdk/client-sfn';
import { bootstrap, type CdkSettings, deploy, synthesize } from './cdk.ts';
import { type Ministack, startMinistack } from './ministack.ts';
import { type Router, startRouter } from './router.ts';
import { holdSchedules } from './schedules.ts';
import { given } from './site.ts';
import {
  type SweepEnd,
  type SweepInput,
  startSweepExecution,
  sweepExecutions,
  type WaitSettings,
  waitForSweepExecution,
} from './sweep-execution.ts';

export interface HubSettings {
  /** Plays the member accounts and the organization. */
  moto: { url: string };
  /** What waits of the state machine are multiplied with: what is a minute on AWS need not be one here. */
  waits?: number;
  /** Told each line of `cdk`. */
  onProgress?: (line: string) => void;
  signal?: AbortSignal;
}

export interface DeploySettings {
  /** Where cdk.json is, if not in this repository. */
  root?: string;
  context?: Readonly<Record<string, string>>;
}

/** What the hub's stack tells about itself, with the address of its API as it is reached here. */
export interface HubOutputs {
  sweepArn: string;
  ledgerTable: string;
  runBucket: string;
  slackUrl: string;
}

/** The hub's account on this machine, with the app deployed into it. */
export interface Hub {
  account: string;
  region: string;
  ministack: Ministack;
  router: Router;
  /** Deploys the app with a policy; again, to change it. Its schedule is there and does not fire. */
  deploy: (policyFile: string, settings?: DeploySettings) => Promise<HubOutputs>;
  /** Starts a sweep as the schedule would, and gives its execution. */
  startSweep: (input?: SweepInput) => Promise<string>;
  waitForSweep: (execution: string, settings?: WaitSettings) => Promise<SweepEnd>;
  /** The executions so far, the newest first. */
  sweeps: () => Promise<string[]>;
  /** What a function wrote, such as `mayfly-conclude`. */
  logsOf: (functionName: string) => Promise<string[]>;
  stop: () => Promise<void>;
}

/** Any account but moto's own, which has the organization. */
export const hubAccount = '111111111111';

const region = 'us-east-1';
const stack = 'Mayfly';
const aFiftieth = 0.02;

/** Starts an empty account for the hub beside a running moto. Functions reach both through the router. */
export async function startHub({ moto, waits = aFiftieth, onProgress, signal }: HubSettings): Promise<Hub> {
  let ministack: Ministack | undefined;
  const hub = () => given(ministack, 'a hub').url;
  const router = await startRouter({ hubAccount, hub, members: moto.url });
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-hub-'));
  const ending = new AbortController();
  const stop = async () => {
    ending.abort();
    await ministack?.stop();
    await router.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    ministack = await startMinistack({ account: hubAccount, endpoint: router.url, waits });
  } catch (error) {
    await stop();
    throw error;
  }
  const cdk: CdkSettings = {
    endpoint: router.url,
    account: hubAccount,
    region,
    folder,
    signal: AbortSignal.any([ending.signal, ...(signal ? [signal] : [])]),
    ...(onProgress && { onProgress }),
  };
  return { account: hubAccount, region, ministack, router, stop, ...deployments(cdk), ...logs(router.url) };
}

type Deployed = Pick<Hub, 'deploy' | 'startSweep' | 'waitForSweep' | 'sweeps'>;

function deployments(cdk: CdkSettings): Deployed {
  const sfn = new SFNClient(asRoot(cdk.endpoint));
  let bootstrapped: Promise<void> | undefined;
  let outputs: HubOutputs | undefined;
  const machine = () => {
    if (outputs === undefined) throw new Error('nothing is deployed into the local hub yet: deploy a policy first');
    return outputs.sweepArn;
  };
  return {
    deploy: async (policyFile, { root, context = {} } = {}) => {
      const settings = { ...cdk, ...(root !== undefined && { root }) };
      bootstrapped ??= bootstrap(settings).catch((error: Error) => {
        bootstrapped = undefined;
        throw error;
      });
      const wanted = { policy: policyFile, allowTimeTravel: 'true', ...context };
      const [assembly] = await Promise.all([synthesize(wanted, settings), bootstrapped]);
      const { SweepArn, LedgerTable, RunBucket, SlackUrl } = await deploy(stack, assembly, settings);
      // A full hour that passes must not start a sweep between two that somebody looks at.
      await holdSchedules({ url: cdk.endpoint, account: hubAccount, region });
      outputs = {
        sweepArn: given(SweepArn, 'an output SweepArn'),
        ledgerTable: given(LedgerTable, 'an output LedgerTable'),
        runBucket: given(RunBucket, 'an output RunBucket'),
        slackUrl: reachable(given(SlackUrl, 'an output SlackUrl'), cdk.endpoint),
      };
      return outputs;
    },
    startSweep: async (input) => startSweepExecution(sfn, machine(), input),
    waitForSweep: (execution, settings) => waitForSweepExecution(sfn, execution, settings),
    sweeps: async () => sweepExecutions(sfn, machine()),
  };
}

function logs(endpoint: string): Pick<Hub, 'logsOf'> {
  const client = new CloudWatchLogsClient(asRoot(endpoint));
  return {
    logsOf: async (functionName) => {
      const lines: string[] = [];
      const logGroupName = `/aws/lambda/${functionName}`;
      for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
        lines.push(...events.flatMap(({ message }) => message?.trimEnd() ?? []));
      }
      return lines;
    },
  };
}

/** Clients of the hub account's root user; its secret is what the local environment says. */
function asRoot(endpoint: string) {
  return { endpoint, region, credentials: { accessKeyId: hubAccount, secretAccessKey: 'local' } };
}

/** An API has a host name of its own, which few machines resolve; the same is there under a path. */
function reachable(apiUrl: string, endpoint: string): string {
  const { hostname, pathname } = new URL(apiUrl);
  return `${endpoint}/_aws/execute-api/${hostname.split('.')[0]}/$default${pathname}`;
}
