import {
  AllocateAddressCommand,
  CreateImageCommand,
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  type ResourceType,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { arnOf, given, type Made, type Seed, type Site, tagList, usedId } from '../site.ts';

/** moto takes any image id. */
const imageId = 'ami-0123456789abcdef0';

const firstDataDevice = 'f'.charCodeAt(0);

export async function instance(site: Site, seed: Seed): Promise<Made> {
  const ec2 = site.client(EC2Client);
  const disks = seed.parts.map((_, index) => ({
    DeviceName: `/dev/sd${String.fromCharCode(firstDataDevice + index)}`,
    Ebs: { VolumeSize: 20, DeleteOnTermination: true },
  }));
  const { Instances: [started] = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: imageId,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ...tagged('instance', seed),
      ...(disks.length > 0 && { BlockDeviceMappings: disks }),
      ...(seed.uses !== undefined && { SecurityGroupIds: [usedId(site, seed)] }),
    }),
  );
  const id = given(started?.InstanceId, 'an instance id');
  // moto does not enforce a protection that is given at launch.
  if (seed.guarded) {
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: true } }));
  }
  const parts = disks.length > 0 ? await tagDisks(site, id, seed) : [];
  return { id, arn: arnOf(site, 'ec2', `instance/${id}`), parts };
}

async function tagDisks(site: Site, id: string, { parts }: Seed): Promise<string[]> {
  const ec2 = site.client(EC2Client);
  const { Reservations: [found] = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const volumes = (found?.Instances?.[0]?.BlockDeviceMappings ?? []).map(({ Ebs }) => Ebs?.VolumeId);
  return inOrder(parts, async (part, index) => {
    const volume = given(volumes[index], 'a volume id');
    await tagAs(site, volume, part);
    return arnOf(site, 'ec2', `volume/${volume}`);
  });
}

/** One after the other, because moto works on one call at a time anyway and the order stays readable in its log. */
export async function inOrder<T, R>(items: readonly T[], act: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) results.push(await act(item, index));
  return results;
}

export async function tagAs(site: Site, id: string, { name, tags }: Pick<Seed, 'name' | 'tags'>): Promise<void> {
  const Tags = tagList({ Name: name, ...tags });
  await site.client(EC2Client).send(new CreateTagsCommand({ Resources: [id], Tags }));
}

function tagged(ResourceType: ResourceType, { name, tags }: Seed) {
  return { TagSpecifications: [{ ResourceType, Tags: tagList({ Name: name, ...tags }) }] };
}

export async function volume(site: Site, seed: Seed): Promise<Made> {
  const { VolumeId } = await site
    .client(EC2Client)
    .send(new CreateVolumeCommand({ AvailabilityZone: `${site.region}a`, Size: 8, ...tagged('volume', seed) }));
  const id = given(VolumeId, 'a volume id');
  return { id, arn: arnOf(site, 'ec2', `volume/${id}`) };
}

export async function snapshot(site: Site, seed: Seed): Promise<Made> {
  const { SnapshotId } = await site
    .client(EC2Client)
    .send(new CreateSnapshotCommand({ VolumeId: usedId(site, seed), ...tagged('snapshot', seed) }));
  const id = given(SnapshotId, 'a snapshot id');
  return { id, arn: `arn:aws:ec2:${site.region}::snapshot/${id}` };
}

/** An image of a server; its one part is the snapshot that it is made of. */
export async function image(site: Site, seed: Seed): Promise<Made> {
  const ec2 = site.client(EC2Client);
  const { ImageId } = await ec2.send(
    new CreateImageCommand({ InstanceId: usedId(site, seed), Name: seed.name, ...tagged('image', seed) }),
  );
  const id = given(ImageId, 'an image id');
  const parts = await inOrder(seed.parts, async (part) => {
    const { Images: [made] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    const copy = given(made?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId, 'a snapshot id');
    await tagAs(site, copy, part);
    return `arn:aws:ec2:${site.region}::snapshot/${copy}`;
  });
  return { id, arn: `arn:aws:ec2:${site.region}::image/${id}`, parts };
}

export async function securityGroup(site: Site, seed: Seed): Promise<Made> {
  const { GroupId } = await site.client(EC2Client).send(
    new CreateSecurityGroupCommand({
      GroupName: seed.name,
      Description: seed.name,
      ...tagged('security-group', seed),
    }),
  );
  const id = given(GroupId, 'a group id');
  return { id, arn: arnOf(site, 'ec2', `security-group/${id}`) };
}

export async function elasticIp(site: Site, seed: Seed): Promise<Made> {
  const { AllocationId } = await site
    .client(EC2Client)
    .send(new AllocateAddressCommand({ Domain: 'vpc', ...tagged('elastic-ip', seed) }));
  const id = given(AllocationId, 'an allocation id');
  return { id, arn: arnOf(site, 'ec2', `elastic-ip/${id}`) };
}

export async function launchTemplate(site: Site, seed: Seed): Promise<Made> {
  const { LaunchTemplate } = await site.client(EC2Client).send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: seed.name,
      LaunchTemplateData: { ImageId: imageId, InstanceType: 't3.micro' },
      ...tagged('launch-template', seed),
    }),
  );
  const id = given(LaunchTemplate?.LaunchTemplateId, 'a template id');
  return { id, arn: arnOf(site, 'ec2', `launch-template/${id}`) };
}
