import type { InstanceTypeInfo } from '@aws-sdk/client-ec2';
import { batchesOf, inParallel } from './batches.ts';
import type { Target } from './define.ts';
import type { Ec2 } from './ec2-image.ts';
import { codeOf, isTransient, messageOf, stepFailure } from './removal-errors.ts';
import type { StepFailure, StepResult, StopCheck } from './server-operations.ts';

/** A filter takes at most 200 values; unlike a list of types it does not fail on one that the region does not have. */
const typesPerFilter = 200;
const callsAtOnce = 4;

const goneCode = 'InvalidInstanceID.NotFound';

/**
 * What DescribeInstances does not show: local disks, which a stop erases, and stop protection. Asked for candidates
 * only, so a scan costs nothing more.
 */
export async function checkInstances(aws: Ec2, targets: readonly Target[]): Promise<StopCheck[]> {
  const types = await typesOf(aws, targets);
  return inParallel(targets, callsAtOnce, async (target) => {
    const { id } = target;
    try {
      const why = await whyNotStopped(aws, target, types);
      return why === undefined ? { kind: 'stoppable', id } : { kind: 'unstoppable', id, why };
    } catch (error) {
      return { kind: 'unreadable', id, why: messageOf(error) };
    }
  });
}

/** Checked again just before: what a stop erases nobody brings back. */
export async function stopInstance(aws: Ec2, target: Target): Promise<StepResult> {
  const { client, sdk } = aws;
  const { id } = target;
  const why = await whyNotStopped(aws, target, await typesOf(aws, [target]));
  if (why !== undefined) return { kind: 'refused', id, why, code: 'Unstoppable' };
  return ifThere(id, () => client.send(new sdk.StopInstancesCommand({ InstanceIds: [id] })));
}

/** Which of many has stop protection EC2 itself knows, and refuses it: that would be a call for each. */
export async function stopInstances(aws: Ec2, targets: readonly Target[]): Promise<StepResult[]> {
  const { client, sdk } = aws;
  const types = await typesOf(aws, targets);
  const refused = targets.flatMap((target) => refusalOf(target, types) ?? []);
  const ids = targets.map(({ id }) => id).filter((id) => !refused.some((one) => one.id === id));
  const stopped = await together(ids, async (InstanceIds) => {
    const { StoppingInstances = [] } = await client.send(new sdk.StopInstancesCommand({ InstanceIds }));
    return StoppingInstances;
  });
  return [...refused, ...stopped];
}

export async function startInstances({ client, sdk }: Ec2, targets: readonly Target[]): Promise<StepResult[]> {
  return together(
    targets.map(({ id }) => id),
    async (InstanceIds) => {
      const { StartingInstances = [] } = await client.send(new sdk.StartInstancesCommand({ InstanceIds }));
      return StartingInstances;
    },
  );
}

/** One whose type EC2 tells nothing about takes no other along. */
function refusalOf(target: Target, types: ReadonlyMap<string, InstanceTypeInfo>): StepFailure | undefined {
  const { id } = target;
  try {
    const why = whyErased(target, types);
    return why === undefined ? undefined : { kind: 'refused', id, why, code: 'Unstoppable' };
  } catch (error) {
    return stepFailure(id, error);
  }
}

type Changed = readonly { InstanceId?: string | undefined }[];

/** One refused id fails the whole call, so then each is tried alone; a call that got nowhere is not repeated. */
async function together(ids: string[], call: (ids: string[]) => Promise<Changed>): Promise<StepResult[]> {
  if (ids.length === 0) return [];
  try {
    const changed = new Set((await call(ids)).map(({ InstanceId }) => InstanceId));
    return ids.map((id) => (changed.has(id) ? { kind: 'done', id } : unanswered(id)));
  } catch (error) {
    if (ids.length === 1 || isTransient(error)) return ids.map((id) => failed(id, error));
    return (await inParallel(ids, callsAtOnce, (id) => together([id], call))).flat();
  }
}

function unanswered(id: string): StepFailure {
  return { kind: 'transient', id, why: 'EC2 gave no answer about it', code: 'NoAnswer' };
}

function failed(id: string, error: unknown): StepResult {
  return codeOf(error) === goneCode ? { kind: 'gone', id } : stepFailure(id, error);
}

async function whyNotStopped(
  aws: Ec2,
  target: Target,
  types: ReadonlyMap<string, InstanceTypeInfo>,
): Promise<string | undefined> {
  return (
    whyErased(target, types) ?? ((await isStopProtected(aws, target.id)) ? 'its stop protection is on' : undefined)
  );
}

/** By its description and its type. Throws where EC2 does not tell: `types` without it are not known. */
function whyErased(target: Target, types: ReadonlyMap<string, InstanceTypeInfo>): string | undefined {
  if (target.server?.unstoppable !== undefined) return target.server.unstoppable;
  const type = typeOf(target);
  const info = types.get(type);
  if (info === undefined) throw new Error(`EC2 does not say whether ${type} has local disks`);
  if (info.InstanceStorageSupported) {
    const size = info.InstanceStorageInfo?.TotalSizeInGB;
    return `its type ${type} has local disks${size === undefined ? '' : ` (${size} GB)`}, which a stop would erase`;
  }
  return undefined;
}

function typeOf({ facts }: Target): string {
  return String(facts['instanceType']);
}

async function typesOf({ client, sdk }: Ec2, targets: readonly Target[]): Promise<Map<string, InstanceTypeInfo>> {
  const found = new Map<string, InstanceTypeInfo>();
  const names = targets.filter(({ server }) => server?.unstoppable === undefined).map(typeOf);
  for (const batch of batchesOf([...new Set(names)], typesPerFilter)) {
    const input = { Filters: [{ Name: 'instance-type', Values: batch }] };
    for await (const { InstanceTypes = [] } of sdk.paginateDescribeInstanceTypes({ client }, input)) {
      for (const info of InstanceTypes) found.set(info.InstanceType ?? '', info);
    }
  }
  return found;
}

async function isStopProtected({ client, sdk }: Ec2, InstanceId: string): Promise<boolean> {
  const input = { InstanceId, Attribute: 'disableApiStop' } as const;
  const { DisableApiStop } = await client.send(new sdk.DescribeInstanceAttributeCommand(input));
  return DisableApiStop?.Value ?? false;
}

export async function startInstance({ client, sdk }: Ec2, { id }: Target): Promise<StepResult> {
  return ifThere(id, () => client.send(new sdk.StartInstancesCommand({ InstanceIds: [id] })));
}

export async function untagInstance(
  { client, sdk }: Ec2,
  { id }: Target,
  keys: readonly string[],
): Promise<StepResult> {
  const Tags = keys.map((Key) => ({ Key }));
  return ifThere(id, () => client.send(new sdk.DeleteTagsCommand({ Resources: [id], Tags })));
}

async function ifThere(id: string, run: () => Promise<unknown>): Promise<StepResult> {
  try {
    await run();
    return { kind: 'done', id };
  } catch (error) {
    if (codeOf(error) === goneCode) return { kind: 'gone', id };
    throw error;
  }
}
