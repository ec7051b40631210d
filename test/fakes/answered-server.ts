import type { BoundServer } from '../../lib/resource-types/bind-server.ts';
import type { ResourceType } from '../../lib/resource-types/define.ts';
import type { Answer } from '../samples/sample.ts';
import { answeredClients, type Sent } from './answered-clients.ts';

export interface AnsweredServer {
  server: BoundServer;
  sent: Sent[];
  /** The inputs of one command, in their order. */
  inputs: (command: string) => Sent['input'][];
  /** The names of what changes something, in their order. */
  writes: () => string[];
}

/** The server operations of a type, over clients that answer from memory. */
export async function answeredServer(
  type: ResourceType,
  answers: Readonly<Record<string, Answer>>,
): Promise<AnsweredServer> {
  const { source, sent } = answeredClients(answers);
  const { server } = await type.bind(source, { account: '222222222222', region: 'eu-west-1', partition: 'aws' });
  if (server === undefined) throw new Error(`${type.id} is no server`);
  return {
    server,
    sent,
    inputs: (command) => sent.filter((one) => one.command === command).map(({ input }) => input),
    writes: () => sent.map(({ command }) => command).filter((command) => !/^(Describe|List|Get|Lookup)/.test(command)),
  };
}
