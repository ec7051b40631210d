import type { InitializeMiddleware } from '@smithy/types';
import type { ClientSource } from '../../lib/resource-types/define.ts';
import type { Answer } from '../samples/sample.ts';

/** A command that a client was asked to send. */
export interface Sent {
  /** As the SDK names the service: `EC2`, `Secrets Manager`. */
  service: string;
  /** Without `Command`. */
  command: string;
  input: Readonly<Record<string, unknown>>;
}

interface SdkClient {
  config: { serviceId: string };
  middlewareStack: {
    add(middleware: InitializeMiddleware<object, object>, options: { step: 'initialize'; priority: 'high' }): void;
  };
}

/**
 * Real SDK clients that answer from memory and send nothing: paginators and waiters insist on a real client. A command
 * without an answer throws, and so do answers that are errors.
 */
export function answeredClients(answers: Readonly<Record<string, Answer>>): { source: ClientSource; sent: Sent[] } {
  const sent: Sent[] = [];
  const clients = new Map<unknown, unknown>();
  const source: ClientSource = (make) => {
    const known = clients.get(make) as InstanceType<typeof make> | undefined;
    if (known !== undefined) return known;
    const credentials = { accessKeyId: 'nobody', secretAccessKey: 'nothing' };
    const client = new make({ region: 'eu-west-1', credentials });
    answerFromMemory(client as SdkClient, answers, sent);
    clients.set(make, client);
    return client;
  };
  return { source, sent };
}

function answerFromMemory(client: SdkClient, answers: Readonly<Record<string, Answer>>, sent: Sent[]): void {
  const service = client.config.serviceId;
  const middleware: InitializeMiddleware<object, object> =
    (_next, context) =>
    async ({ input }) => {
      const command = String(context['commandName']).replace(/Command$/, '');
      sent.push({ service, command, input: input as Record<string, unknown> });
      const output = outputOf(answers[command], input);
      if (output === undefined) throw new Error(`The sample has no answer for ${command}`);
      if (output instanceof Error) throw output;
      return { response: undefined, output: { $metadata: {}, ...output } };
    };
  client.middlewareStack.add(middleware, { step: 'initialize', priority: 'high' });
}

/** What a sample answers to one input. */
export function outputOf(answer: Answer | undefined, input: object): Error | object | undefined {
  return typeof answer === 'function' ? (answer as (input: object) => Error | object)(input) : answer;
}
