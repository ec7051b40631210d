import { CreateTagsCommand, DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { given, type Site, tagList } from './site.ts';

/** One that has no local disks, so that a stop loses nothing of them: most GPU servers can't be stopped like that. */
export const gpuType = 'g5g.16xlarge';

export interface GpuServers {
  ids: readonly string[];
  /** One of them, which its tag protects. */
  protectedId: string;
}

/** A training job that somebody started and forgot. */
export async function gpuServers(site: Site, count: number): Promise<GpuServers> {
  const ec2 = site.client(EC2Client);
  const Tags = tagList({ Name: 'training', owner: 'ben', environment: 'training' });
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0123456789abcdef0',
      InstanceType: gpuType,
      MinCount: count,
      MaxCount: count,
      TagSpecifications: [{ ResourceType: 'instance', Tags }],
    }),
  );
  const ids = Instances.flatMap(({ InstanceId }) => InstanceId ?? []);
  const protectedId = given(ids.at(-1), 'a server');
  const tags = tagList({ Name: 'the paper is due on Friday', 'mayfly:protect': 'true' });
  await ec2.send(new CreateTagsCommand({ Resources: [protectedId], Tags: tags }));
  return { ids, protectedId };
}

/** How many of them are in each state. */
export async function statesOf(site: Site, ids: readonly string[]): Promise<Record<string, number>> {
  const input = { InstanceIds: [...ids] };
  const { Reservations = [] } = await site.client(EC2Client).send(new DescribeInstancesCommand(input));
  const states = Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name ?? 'unknown'));
  const counts: Record<string, number> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
