import type { Volume } from '@aws-sdk/client-ec2';
import type { Ec2 } from './ec2-image.ts';

/** What a server has for disks, whether they would go with it or not. */
export async function attachedVolumes({ client, sdk }: Ec2, instance: string): Promise<Volume[]> {
  const volumes: Volume[] = [];
  const input = { Filters: [{ Name: 'attachment.instance-id', Values: [instance] }] };
  for await (const page of sdk.paginateDescribeVolumes({ client }, input)) volumes.push(...(page.Volumes ?? []));
  return volumes;
}
