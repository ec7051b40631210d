import type { ClientSource } from '../../resource-types/define.ts';

/** Gives work to another function, which takes its time. Throws where Lambda did not take it. */
export async function handOver(source: ClientSource, FunctionName: string, work: object): Promise<void> {
  const { InvokeCommand, LambdaClient } = await import('../sdk/lambda.ts');
  await source(LambdaClient).send(
    new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(work)) }),
  );
}
