import type { Instance, InstanceTypeInfo, RunInstancesRequest, Volume } from '@aws-sdk/client-ec2';
import type { Json } from '../core/server.ts';
import { attachedVolumes } from './attached-volumes.ts';
import type { Target } from './define.ts';
import type { Ec2 } from './ec2-image.ts';
import { type Membership, targetGroupsOf } from './ec2-target-groups.ts';
import type { RecipeResult } from './server-operations.ts';
import { tagMap } from './tag-list.ts';

/** Of the settings. */
export const ec2RecipeVersion = 1;

/** What a restore of an instance needs besides its image and its tags. */
export interface InstanceSettings {
  /** As RunInstances takes it. */
  launch: Partial<RunInstancesRequest>;
  network: NetworkSettings;
  volumes: readonly VolumeSettings[];
  elasticAddresses: readonly { allocationId: string; publicAddress: string }[];
  targetGroups: readonly Membership[];
  /** License configurations are given by hand. */
  licenses: readonly string[];
}

export interface NetworkSettings {
  vpc: string;
  subnet: string;
  /** The primary network interface, with what is made anew where it is not there any more. */
  interface: string;
  /** Whether it went with the server before Mayfly kept it. */
  goesWithServer: boolean;
  privateAddress: string;
  otherAddresses: readonly string[];
  securityGroups: readonly string[];
  sourceDestCheck: boolean;
  /** AWS lent it a public address. */
  hasLentAddress: boolean;
  otherInterfaces: readonly { id: string; deviceIndex: number }[];
}

export interface VolumeSettings {
  device: string;
  id: string;
  tags: Readonly<Record<string, string>>;
}

/** Reads everything of a server that a restore needs. The user data may hold secrets, so it comes apart. */
export async function instanceRecipe(aws: Ec2, { id, arn: of, identity }: Target): Promise<RecipeResult> {
  const instance = await findInstance(aws, { 'instance-id': [id] });
  if (instance === undefined) return { kind: 'gone', id };
  const volumes = await attachedVolumes(aws, id);
  const { launch, userData } = await readLaunch(aws, instance);
  const settings: InstanceSettings = {
    launch,
    network: networkOf(instance),
    volumes: (instance.BlockDeviceMappings ?? []).map((one) => volumeOf(one, volumes)),
    elasticAddresses: await addressesOf(aws, id),
    targetGroups: await targetGroupsOf(aws, instance),
    licenses: (instance.Licenses ?? []).flatMap(({ LicenseConfigurationArn }) => LicenseConfigurationArn ?? []),
  };
  const plain = JSON.parse(JSON.stringify(settings)) as Record<string, Json>;
  const recipe = {
    version: ec2RecipeVersion,
    type: 'ec2:instance',
    of,
    identity,
    tags: tagMap(instance.Tags),
    settings: plain,
  };
  return { kind: 'recipe', id, recipe, ...(userData !== undefined && { secret: userData }) };
}

/** One that lives, by filters; a terminated one is shown for an hour. */
export async function findInstance(
  { client, sdk }: Ec2,
  filters: Readonly<Record<string, readonly string[]>>,
): Promise<Instance | undefined> {
  const alive = { 'instance-state-name': ['pending', 'running', 'stopping', 'stopped'] };
  const Filters = Object.entries({ ...filters, ...alive }).map(([Name, Values]) => ({ Name, Values: [...Values] }));
  const found: Instance[] = [];
  for await (const { Reservations = [] } of sdk.paginateDescribeInstances({ client }, { Filters })) {
    found.push(...Reservations.flatMap(({ Instances = [] }) => Instances));
  }
  return found[0];
}

async function readLaunch(
  aws: Ec2,
  instance: Instance,
): Promise<{ launch: Partial<RunInstancesRequest>; userData: string | undefined }> {
  const { client, sdk } = aws;
  const { InstanceId } = instance;
  const attribute = (
    Attribute: 'userData' | 'disableApiTermination' | 'disableApiStop' | 'instanceInitiatedShutdownBehavior',
  ) => client.send(new sdk.DescribeInstanceAttributeCommand({ InstanceId, Attribute }));
  const info = await typeInfo(aws, instance);
  const { UserData } = await attribute('userData');
  const { DisableApiTermination } = await attribute('disableApiTermination');
  const { DisableApiStop } = await attribute('disableApiStop');
  const { InstanceInitiatedShutdownBehavior: behavior } = await attribute('instanceInitiatedShutdownBehavior');
  const credits = info?.BurstablePerformanceSupported ? await creditsOf(aws, instance) : undefined;
  const launch: Partial<RunInstancesRequest> = {
    ...optionsOf(instance, info),
    DisableApiTermination: DisableApiTermination?.Value ?? false,
    DisableApiStop: DisableApiStop?.Value ?? false,
    InstanceInitiatedShutdownBehavior: behavior?.Value === 'terminate' ? 'terminate' : 'stop',
    ...(credits !== undefined && { CreditSpecification: { CpuCredits: credits } }),
  };
  return { launch, userData: UserData?.Value || undefined };
}

async function typeInfo({ client, sdk }: Ec2, { InstanceType }: Instance): Promise<InstanceTypeInfo | undefined> {
  if (InstanceType === undefined) return undefined;
  const found: InstanceTypeInfo[] = [];
  const input = { InstanceTypes: [InstanceType] };
  for await (const page of sdk.paginateDescribeInstanceTypes({ client }, input))
    found.push(...(page.InstanceTypes ?? []));
  return found[0];
}

async function creditsOf({ client, sdk }: Ec2, { InstanceId = '' }: Instance): Promise<string | undefined> {
  const input = { InstanceIds: [InstanceId] };
  const answer = await client.send(new sdk.DescribeInstanceCreditSpecificationsCommand(input));
  return answer.InstanceCreditSpecifications?.[0]?.CpuCredits;
}

/** What DescribeInstances shows, as RunInstances takes it. Defaults are left out: some types take no other word. */
function optionsOf(instance: Instance, info: InstanceTypeInfo | undefined): Partial<RunInstancesRequest> {
  const { Placement = {}, CpuOptions = {}, MetadataOptions, PrivateDnsNameOptions: names } = instance;
  const { DefaultCores, DefaultThreadsPerCore } = info?.VCpuInfo ?? {};
  const isUsual = CpuOptions.CoreCount === DefaultCores && CpuOptions.ThreadsPerCore === DefaultThreadsPerCore;
  const { State: _, ...metadata } = MetadataOptions ?? {};
  return {
    InstanceType: instance.InstanceType,
    KeyName: instance.KeyName,
    EbsOptimized: instance.EbsOptimized,
    Monitoring: { Enabled: instance.Monitoring?.State === 'enabled' || instance.Monitoring?.State === 'pending' },
    Placement: {
      AvailabilityZone: Placement.AvailabilityZone,
      Tenancy: Placement.Tenancy,
      ...(Placement.GroupName && { GroupName: Placement.GroupName, PartitionNumber: Placement.PartitionNumber }),
    },
    ...(info !== undefined && CpuOptions.CoreCount !== undefined && !isUsual && { CpuOptions }),
    ...(MetadataOptions !== undefined && { MetadataOptions: metadata }),
    ...(instance.EnclaveOptions?.Enabled && { EnclaveOptions: { Enabled: true } }),
    ...(names?.HostnameType === 'resource-name' && { PrivateDnsNameOptions: names }),
    ...(instance.MaintenanceOptions?.AutoRecovery === 'disabled' && {
      MaintenanceOptions: { AutoRecovery: 'disabled' },
    }),
    ...(instance.IamInstanceProfile?.Arn !== undefined && {
      IamInstanceProfile: { Arn: instance.IamInstanceProfile.Arn },
    }),
  };
}

function networkOf({ NetworkInterfaces = [], ...instance }: Instance): NetworkSettings {
  const primary = NetworkInterfaces.find(({ Attachment }) => Attachment?.DeviceIndex === 0);
  const { PrivateIpAddresses = [], Ipv6Addresses = [], Groups = [], Association } = primary ?? {};
  const others = NetworkInterfaces.filter((one) => one !== primary);
  return {
    vpc: instance.VpcId ?? '',
    subnet: instance.SubnetId ?? '',
    interface: primary?.NetworkInterfaceId ?? '',
    goesWithServer: primary?.Attachment?.DeleteOnTermination ?? true,
    privateAddress: instance.PrivateIpAddress ?? '',
    otherAddresses: [
      ...PrivateIpAddresses.flatMap(({ PrivateIpAddress: address, Primary }) => (Primary || !address ? [] : [address])),
      ...Ipv6Addresses.flatMap(({ Ipv6Address }) => Ipv6Address ?? []),
    ],
    securityGroups: Groups.flatMap(({ GroupId }) => GroupId ?? []),
    sourceDestCheck: instance.SourceDestCheck ?? true,
    hasLentAddress: Association?.IpOwnerId === 'amazon',
    otherInterfaces: others.flatMap(({ NetworkInterfaceId: id, Attachment }) =>
      id === undefined ? [] : [{ id, deviceIndex: Attachment?.DeviceIndex ?? 0 }],
    ),
  };
}

function volumeOf(
  { DeviceName = '', Ebs }: NonNullable<Instance['BlockDeviceMappings']>[number],
  volumes: readonly Volume[],
): VolumeSettings {
  const id = Ebs?.VolumeId ?? '';
  return { device: DeviceName, id, tags: tagMap(volumes.find(({ VolumeId }) => VolumeId === id)?.Tags) };
}

async function addressesOf({ client, sdk }: Ec2, id: string): Promise<InstanceSettings['elasticAddresses']> {
  const input = { Filters: [{ Name: 'instance-id', Values: [id] }] };
  const { Addresses = [] } = await client.send(new sdk.DescribeAddressesCommand(input));
  return Addresses.flatMap(({ AllocationId: allocationId, PublicIp: publicAddress = '' }) =>
    allocationId === undefined ? [] : [{ allocationId, publicAddress }],
  );
}
