import type { ClientSource } from '../../resource-types/define.ts';
import type { SlackRequest } from './request.ts';

/** Gives a request to the worker's function, which takes its time. Throws where Lambda did not take it. */
export async function handOver(source: ClientSource, worker: string, request: SlackRequest): Promise<void> {
  const { InvokeCommand, LambdaClient } = await import('../sdk/lambda.ts');
  await source(LambdaClient).send(
    new InvokeCommand({ FunctionName: worker, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(request)) }),
  );
}
