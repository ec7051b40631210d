import type { Instance } from '@aws-sdk/client-ec2';
import type { Copy } from '../core/server.ts';
import { attachedVolumes } from './attached-volumes.ts';
import type { Ec2 } from './ec2-image.ts';
import { findInterfaces } from './ec2-interface.ts';
import type { InstanceSettings } from './ec2-recipe.ts';
import { registerInGroups } from './ec2-target-groups.ts';
import { copyKeys, isOwnCopy, restoredKey, restoredTags } from './own-copy.ts';
import { isTransient, messageOf } from './removal-errors.ts';
import { tagList, tagMap } from './tag-list.ts';

export interface Restored {
  settings: InstanceSettings;
  instance: Instance;
  copy: Copy;
  stripKeys: readonly string[];
}

interface Outcome {
  lost: readonly string[];
  pending: readonly string[];
}

/** What AWS takes only once a server runs. Each step is safe to repeat, and none that fails takes the server away. */
export async function finishRestore(aws: Ec2, restored: Restored): Promise<Outcome> {
  const { settings, instance } = restored;
  const steps: readonly { words: readonly string[]; take: () => Promise<readonly string[]> }[] = [
    { words: ['the tags of its volumes'], take: () => tagVolumes(aws, restored) },
    {
      words: hasKept(restored) ? ['its network interface, which does not go with it yet'] : [],
      take: () => takeInterfaceBack(aws, restored),
    },
    {
      words: settings.elasticAddresses.map(({ publicAddress }) => `its elastic address ${publicAddress}`),
      take: () => associate(aws, restored),
    },
    {
      words: settings.targetGroups.map(({ arn }) => `its place in the target group ${arn}`),
      take: () => registerInGroups(aws, instance, settings.targetGroups),
    },
  ];
  if (instance.State?.Name !== 'running') return { lost: [], pending: steps.flatMap(({ words }) => words) };
  const outcomes = [];
  for (const { words, take } of steps) outcomes.push(await outcomeOf(words, take));
  return {
    lost: outcomes.flatMap(({ lost }) => lost),
    pending: outcomes.flatMap(({ pending }) => pending),
  };
}

async function outcomeOf(words: readonly string[], take: () => Promise<readonly string[]>): Promise<Outcome> {
  try {
    return { lost: await take(), pending: [] };
  } catch (error) {
    const why = words.map((one) => `${one} (${messageOf(error)})`);
    return isTransient(error) ? { lost: [], pending: why } : { lost: why, pending: [] };
  }
}

/** Each volume gets its own tags back, those on which a copy would expire left out. */
async function tagVolumes(aws: Ec2, { settings, instance, copy, stripKeys }: Restored): Promise<string[]> {
  const { client, sdk } = aws;
  for (const { VolumeId = '', Attachments = [], Tags } of await attachedVolumes(aws, instance.InstanceId ?? '')) {
    const before = settings.volumes.find(({ device }) => Attachments.some(({ Device }) => Device === device));
    const { [restoredKey]: _, ...wanted } = restoredTags(before?.tags ?? {}, copy, stripKeys);
    const known = tagMap(Tags);
    const missing = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => known[key] !== value));
    if (Object.keys(missing).length > 0) {
      await client.send(new sdk.CreateTagsCommand({ Resources: [VolumeId], Tags: tagList(missing) }));
    }
  }
  return [];
}

function hasKept({ settings: { network }, instance }: Restored): boolean {
  return (instance.NetworkInterfaces ?? []).some(({ NetworkInterfaceId }) => NetworkInterfaceId === network.interface);
}

/** An interface that was kept for the restore belongs to the server again and goes with it, as it did before. */
async function takeInterfaceBack(aws: Ec2, restored: Restored): Promise<string[]> {
  const { client, sdk } = aws;
  const { settings, copy } = restored;
  const { network } = settings;
  if (!hasKept(restored)) return [];
  const [kept] = await findInterfaces(aws, { 'network-interface-id': [network.interface] });
  const { NetworkInterfaceId, TagSet, Attachment: { AttachmentId, DeleteOnTermination } = {} } = kept ?? {};
  if (NetworkInterfaceId === undefined || !isOwnCopy(tagMap(TagSet), copy)) return [];
  if (network.goesWithServer && !DeleteOnTermination && AttachmentId !== undefined) {
    const Attachment = { AttachmentId, DeleteOnTermination: true };
    await client.send(new sdk.ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Attachment }));
  }
  const Tags = Object.values(copyKeys).map((Key) => ({ Key }));
  await client.send(new sdk.DeleteTagsCommand({ Resources: [NetworkInterfaceId], Tags }));
  return [];
}

/** An address that somebody else uses meanwhile is not taken away. */
async function associate({ client, sdk }: Ec2, { settings, instance }: Restored): Promise<string[]> {
  const { elasticAddresses } = settings;
  if (elasticAddresses.length === 0) return [];
  const Values = elasticAddresses.map(({ allocationId }) => allocationId);
  const { Addresses = [] } = await client.send(
    new sdk.DescribeAddressesCommand({ Filters: [{ Name: 'allocation-id', Values }] }),
  );
  const lost: string[] = [];
  for (const { allocationId, publicAddress } of elasticAddresses) {
    const address = Addresses.find(({ AllocationId }) => AllocationId === allocationId);
    const user = address?.InstanceId ?? address?.NetworkInterfaceId ?? address?.AssociationId;
    const interfaces = (instance.NetworkInterfaces ?? []).map(({ NetworkInterfaceId }) => NetworkInterfaceId);
    if (address === undefined) lost.push(`its elastic address ${publicAddress}, which was released`);
    else if (address.InstanceId === instance.InstanceId || interfaces.includes(address.NetworkInterfaceId)) continue;
    else if (user) lost.push(`its elastic address ${publicAddress}, which ${user} uses now`);
    else {
      const [NetworkInterfaceId] = interfaces;
      const input = { AllocationId: allocationId, AllowReassociation: false };
      const to = NetworkInterfaceId === undefined ? { InstanceId: instance.InstanceId } : { NetworkInterfaceId };
      await client.send(new sdk.AssociateAddressCommand({ ...input, ...to }));
    }
  }
  return lost;
}
