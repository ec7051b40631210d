import { hubMarkPath, hubNamedBy } from '../core/hub-mark.ts';
import type { Session } from '../use-cases/ports.ts';
import { accountProblem } from './aws-problems.ts';

/** The hubs that are named in the account and region of a session. Reads names of parameters only, never values. */
export async function hubsNamedIn({ source }: Session, region: string): Promise<string[]> {
  const { SSMClient, paginateDescribeParameters } = await import('./sdk/ssm-parameters.ts');
  const input = { ParameterFilters: [{ Key: 'Path', Option: 'OneLevel', Values: [hubMarkPath] }] };
  const hubs: string[] = [];
  try {
    for await (const { Parameters = [] } of paginateDescribeParameters({ client: source(SSMClient) }, input)) {
      hubs.push(...Parameters.flatMap(({ Name = '' }) => hubNamedBy(Name) ?? []));
    }
  } catch (error) {
    throw accountProblem(error, `asking ${region} for the hubs that sweep it`, remedies);
  }
  return hubs;
}

const remedies = { AccessDeniedException: 'let the role that reads call ssm:DescribeParameters' };
