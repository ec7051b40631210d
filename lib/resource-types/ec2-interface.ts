import type { NetworkInterface } from '@aws-sdk/client-ec2';
import type { Copy } from '../core/server.ts';
import type { Instant } from '../core/time.ts';
import type { Target } from './define.ts';
import type { Ec2 } from './ec2-image.ts';
import { copyKeys, isOwnCopy, ownTags } from './own-copy.ts';
import { codeOf } from './removal-errors.ts';
import type { StepResult } from './server-operations.ts';
import { tagList, tagMap } from './tag-list.ts';

export async function findInterfaces(
  { client, sdk }: Ec2,
  filters: Readonly<Record<string, readonly string[]>>,
): Promise<NetworkInterface[]> {
  const found: NetworkInterface[] = [];
  const Filters = Object.entries(filters).map(([Name, Values]) => ({ Name, Values: [...Values] }));
  for await (const page of sdk.paginateDescribeNetworkInterfaces({ client }, { Filters })) {
    found.push(...(page.NetworkInterfaces ?? []));
  }
  return found;
}

/**
 * Has the primary network interface of a server outlive it: a restored server gets its private address by it, its
 * security groups and its elastic address. What people keep that way themselves is left as it is, and stays theirs.
 */
export async function keepInterface(
  aws: Ec2,
  { id, arn: of }: Target,
  { keepUntil }: { keepUntil: Instant },
): Promise<StepResult> {
  const { client, sdk } = aws;
  const attached = await findInterfaces(aws, { 'attachment.instance-id': [id] });
  const primary = attached.find(({ Attachment }) => Attachment?.DeviceIndex === 0);
  const { NetworkInterfaceId, Attachment: { AttachmentId, DeleteOnTermination = true } = {}, TagSet } = primary ?? {};
  if (NetworkInterfaceId === undefined || AttachmentId === undefined) {
    return { kind: 'done', id, detail: 'it has no network interface that could be kept' };
  }
  const isOurs = isOwnCopy(tagMap(TagSet), { of });
  if (!DeleteOnTermination && !isOurs) {
    return { kind: 'done', id, detail: `its network interface ${NetworkInterfaceId} stays in any case` };
  }
  // Tagged first: AWS lets the idle role change only what carries its own tag.
  await client.send(
    new sdk.CreateTagsCommand({ Resources: [NetworkInterfaceId], Tags: tagList(ownTags({ of }, keepUntil)) }),
  );
  if (DeleteOnTermination) {
    const Attachment = { AttachmentId, DeleteOnTermination: false };
    await client.send(new sdk.ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Attachment }));
  }
  return { kind: 'done', id, detail: `its network interface ${NetworkInterfaceId} stays` };
}

/** Deletes what `keepInterface` kept and nobody uses; what is in use stays. */
export async function releaseInterfaces(aws: Ec2, { of }: Copy): Promise<void> {
  const { client, sdk } = aws;
  const kept = await findInterfaces(aws, { [`tag:${copyKeys.copyOf}`]: [of], status: ['available'] });
  for (const { NetworkInterfaceId, TagSet } of kept) {
    if (!isOwnCopy(tagMap(TagSet), { of })) continue;
    try {
      await client.send(new sdk.DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    } catch (error) {
      if (!['InvalidNetworkInterfaceID.NotFound', 'InvalidNetworkInterface.InUse'].includes(codeOf(error))) throw error;
    }
  }
}
