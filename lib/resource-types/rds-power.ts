import type { Target } from './define.ts';
import type { Rds } from './rds-final-snapshot.ts';
import { codeOf } from './removal-errors.ts';
import type { StepResult } from './server-operations.ts';

const gone = ['DBInstanceNotFoundFault', 'DBInstanceNotFound', 'DBClusterNotFoundFault', 'DBClusterNotFound'];

/** What RDS answers about a server that it stops or starts. */
interface Answered {
  AutomaticRestartTime?: Date | undefined;
}

export async function stopDb({ client, sdk }: Rds, target: Target): Promise<StepResult> {
  return stopped(target, async (DBInstanceIdentifier) => {
    const { DBInstance } = await client.send(new sdk.StopDBInstanceCommand({ DBInstanceIdentifier }));
    return DBInstance;
  });
}

export async function stopCluster({ client, sdk }: Rds, target: Target): Promise<StepResult> {
  return stopped(target, async (DBClusterIdentifier) => {
    const { DBCluster } = await client.send(new sdk.StopDBClusterCommand({ DBClusterIdentifier }));
    return DBCluster;
  });
}

export async function startDb({ client, sdk }: Rds, { id }: Target): Promise<StepResult> {
  return ifThere(id, () => client.send(new sdk.StartDBInstanceCommand({ DBInstanceIdentifier: id })));
}

export async function startCluster({ client, sdk }: Rds, { id }: Target): Promise<StepResult> {
  return ifThere(id, () => client.send(new sdk.StartDBClusterCommand({ DBClusterIdentifier: id })));
}

export async function untagDatabase({ client, sdk }: Rds, { id, arn }: Target, keys: readonly string[]) {
  const input = { ResourceName: arn, TagKeys: [...keys] };
  return ifThere(id, () => client.send(new sdk.RemoveTagsFromResourceCommand(input)));
}

/** RDS would refuse what its description forbids too, but some of it only by failing half-way. */
async function stopped(
  { id, server }: Target,
  stop: (id: string) => Promise<Answered | undefined>,
): Promise<StepResult> {
  if (server?.unstoppable !== undefined) return { kind: 'refused', id, why: server.unstoppable, code: 'Unstoppable' };
  let answer: Answered | undefined;
  const result = await ifThere(id, async () => {
    answer = await stop(id);
  });
  const wakesAt = answer?.AutomaticRestartTime?.getTime();
  return result.kind === 'done' && wakesAt !== undefined ? { ...result, wakesAt } : result;
}

async function ifThere(id: string, run: () => Promise<unknown>): Promise<StepResult> {
  try {
    await run();
    return { kind: 'done', id };
  } catch (error) {
    if (gone.includes(codeOf(error))) return { kind: 'gone', id };
    throw error;
  }
}
