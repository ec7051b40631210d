import { setTimeout } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  paginateListExecutions,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { given } from './site.ts';

export interface SweepInput {
  /** Tries the policy on another day; refused unless the app was deployed with allowTimeTravel. */
  now?: string;
  scheduledTime?: string;
}

export interface WaitSettings {
  /** Told the name of each state of the sweep when it begins. */
  onState?: (name: string) => void;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

/** How a sweep ended. */
export interface SweepEnd {
  status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** What its last state gave, parsed. */
  output?: unknown;
  error?: string;
  cause?: string;
  /** The states that it went through, in their order. */
  states: readonly string[];
}

const askAgainMs = 200;

export async function startSweepExecution(sfn: SFNClient, machine: string, input: SweepInput = {}): Promise<string> {
  const started = await sfn.send(new StartExecutionCommand({ stateMachineArn: machine, input: JSON.stringify(input) }));
  return given(started.executionArn, 'an execution');
}

/** The sweeps that began so far, those of the schedule among them; the newest first. */
export async function sweepExecutions(sfn: SFNClient, machine: string): Promise<string[]> {
  const arns: string[] = [];
  for await (const page of paginateListExecutions({ client: sfn }, { stateMachineArn: machine })) {
    arns.push(...(page.executions ?? []).map(({ executionArn }) => given(executionArn, 'an execution')));
  }
  return arns;
}

export async function waitForSweepExecution(
  sfn: SFNClient,
  executionArn: string,
  { onState = () => {}, timeoutMs = 10 * 60_000, signal }: WaitSettings = {},
): Promise<SweepEnd> {
  const states: string[] = [];
  for (const until = Date.now() + timeoutMs; Date.now() < until; ) {
    // The end is read first, so that no state can be missing behind it.
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    for (const name of (await statesEntered(sfn, executionArn)).slice(states.length)) {
      states.push(name);
      onState(name);
    }
    const { status, output, error, cause } = described;
    if (isEnd(status)) {
      return {
        status,
        states,
        ...(output !== undefined && { output: JSON.parse(output) as unknown }),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      };
    }
    await setTimeout(askAgainMs, undefined, { signal });
  }
  throw new Error(
    `the sweep ${executionArn} did not end within ${timeoutMs / 1000} seconds; it is in ${states.at(-1) ?? 'no state'}`,
  );
}

function isEnd(status: string | undefined): status is SweepEnd['status'] {
  return status !== undefined && status !== 'RUNNING' && status !== 'PENDING_REDRIVE';
}

async function statesEntered(sfn: SFNClient, executionArn: string): Promise<string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, nextToken }));
    names.push(...(page.events ?? []).flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return names;
}
