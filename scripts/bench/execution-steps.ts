import { setTimeout } from 'node:timers/promises';
import { DescribeExecutionCommand, paginateGetExecutionHistory, type SFNClient } from '@aws-sdk/client-sfn';

/** A state of the parent, and how long it was until the next. */
export interface Step {
  name: string;
  seconds: number;
}

/** Rarely, because each question takes time from the local Step Functions that is measured. */
const askAgainMs = 1_000;

/** Waits for the end of an execution, and tells its status. */
export async function endOf(client: SFNClient, executionArn: string, timeoutMs: number): Promise<string> {
  for (const until = Date.now() + timeoutMs; Date.now() < until; ) {
    const { status = 'RUNNING' } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return status;
    await setTimeout(askAgainMs);
  }
  throw new Error(`the execution did not end within ${timeoutMs / 1000} seconds`);
}

/** The states that an execution entered, in their order; the last one ends it. */
export async function stepsOf(client: SFNClient, executionArn: string): Promise<Step[]> {
  const entered: { name: string; at: number }[] = [];
  let last = 0;
  for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn })) {
    for (const { timestamp, stateEnteredEventDetails } of events) {
      last = timestamp?.getTime() ?? last;
      if (stateEnteredEventDetails?.name !== undefined) entered.push({ name: stateEnteredEventDetails.name, at: last });
    }
  }
  return entered.map(({ name, at }, index) => ({ name, seconds: ((entered[index + 1]?.at ?? last) - at) / 1000 }));
}
