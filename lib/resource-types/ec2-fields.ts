import type { Instance } from '@aws-sdk/client-ec2';
import { type FieldTable, optionWords, userTags } from './field-table.ts';

/**
 * What of an instance is configuration. Left out is what a stop and a start change by themselves (public addresses, the
 * state of an option), and what Mayfly changes.
 */
export const ec2Fields: FieldTable<Instance> = {
  version: 1,
  fields: {
    'instance type': ({ InstanceType }) => [InstanceType],
    image: ({ ImageId }) => [ImageId],
    key: ({ KeyName }) => [KeyName],
    VPC: ({ VpcId }) => [VpcId],
    subnet: ({ SubnetId }) => [SubnetId],
    'private address': (instance) => [instance.PrivateIpAddress, ...addressesOf(instance)],
    'security group': ({ SecurityGroups = [], NetworkInterfaces = [] }) =>
      [...SecurityGroups, ...NetworkInterfaces.flatMap(({ Groups = [] }) => Groups)].map(({ GroupId }) => GroupId),
    'network interface': ({ NetworkInterfaces = [] }) =>
      NetworkInterfaces.map(
        ({ NetworkInterfaceId, Attachment }) => `${NetworkInterfaceId} at ${Attachment?.DeviceIndex}`,
      ),
    'elastic address': ({ NetworkInterfaces = [] }) => NetworkInterfaces.map(elasticAddress),
    'source/destination check': ({ SourceDestCheck }) => [SourceDestCheck],
    volume: ({ BlockDeviceMappings = [] }) =>
      BlockDeviceMappings.map(({ DeviceName, Ebs }) => Ebs?.VolumeId && `${Ebs.VolumeId} at ${DeviceName}`),
    'volume that goes with it': ({ BlockDeviceMappings = [] }) =>
      BlockDeviceMappings.map(({ Ebs }) => (Ebs?.DeleteOnTermination ? Ebs.VolumeId : undefined)),
    'EBS optimization': ({ EbsOptimized }) => [EbsOptimized],
    'instance profile': ({ IamInstanceProfile }) => [IamInstanceProfile?.Arn],
    'metadata option': ({ MetadataOptions }) =>
      optionWords(
        MetadataOptions,
        'HttpEndpoint',
        'HttpTokens',
        'HttpPutResponseHopLimit',
        'HttpProtocolIpv6',
        'InstanceMetadataTags',
      ),
    'availability zone': ({ Placement }) => [Placement?.AvailabilityZone],
    tenancy: ({ Placement }) => [Placement?.Tenancy],
    'dedicated host': ({ Placement }) => [Placement?.HostId],
    'placement group': ({ Placement }) => [Placement?.GroupName],
    'CPU option': ({ CpuOptions }) => optionWords(CpuOptions, 'CoreCount', 'ThreadsPerCore', 'AmdSevSnp'),
    hibernation: ({ HibernationOptions }) => [HibernationOptions?.Configured],
    enclave: ({ EnclaveOptions }) => [EnclaveOptions?.Enabled],
    'detailed monitoring': ({ Monitoring }) => [isOn(Monitoring?.State)],
    'maintenance option': ({ MaintenanceOptions }) => optionWords(MaintenanceOptions, 'AutoRecovery'),
    'host name option': ({ PrivateDnsNameOptions }) =>
      optionWords(
        PrivateDnsNameOptions,
        'HostnameType',
        'EnableResourceNameDnsARecord',
        'EnableResourceNameDnsAAAARecord',
      ),
    'capacity reservation': ({ CapacityReservationSpecification: wanted }) => [
      wanted?.CapacityReservationPreference,
      wanted?.CapacityReservationTarget?.CapacityReservationId,
      wanted?.CapacityReservationTarget?.CapacityReservationResourceGroupArn,
    ],
    license: ({ Licenses = [] }) => Licenses.map(({ LicenseConfigurationArn }) => LicenseConfigurationArn),
    tag: ({ Tags }) => userTags(Tags),
  },
};

function addressesOf({ NetworkInterfaces = [] }: Instance): (string | undefined)[] {
  return NetworkInterfaces.flatMap(({ PrivateIpAddresses = [], Ipv6Addresses = [], PrivateIpAddress }) => [
    PrivateIpAddress,
    ...PrivateIpAddresses.map((one) => one.PrivateIpAddress),
    ...Ipv6Addresses.map(({ Ipv6Address }) => Ipv6Address),
  ]);
}

/** AWS lends an address of its own to a running server; another one comes with every start. */
function elasticAddress({ Association }: NonNullable<Instance['NetworkInterfaces']>[number]): string | undefined {
  return Association?.IpOwnerId === 'amazon' ? undefined : Association?.PublicIp;
}

/** `pending` and `disabling` are on the way to what they say. */
function isOn(state: string | undefined): boolean | undefined {
  return state === undefined ? undefined : state === 'enabled' || state === 'pending';
}
