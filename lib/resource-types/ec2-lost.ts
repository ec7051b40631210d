import type { Instance } from '@aws-sdk/client-ec2';
import type { InstanceSettings } from './ec2-recipe.ts';

/** What a restored server lacks of what its recipe says, in words: read off the server itself, so it is always true. */
export function lostIn({ launch, network, volumes, licenses }: InstanceSettings, instance: Instance): string[] {
  const { NetworkInterfaces = [], BlockDeviceMappings = [], PrivateIpAddress, KeyName, Placement } = instance;
  const primary = NetworkInterfaces.find(({ Attachment }) => (Attachment?.DeviceIndex ?? 0) === 0);
  const groups = [...(instance.SecurityGroups ?? []), ...(primary?.Groups ?? [])].map(({ GroupId }) => GroupId);
  const addresses = [
    ...(primary?.PrivateIpAddresses ?? []).map((one) => one.PrivateIpAddress),
    ...(primary?.Ipv6Addresses ?? []).map(({ Ipv6Address }) => Ipv6Address),
  ];
  const devices = BlockDeviceMappings.map(({ DeviceName }) => DeviceName);
  const profile = launch.IamInstanceProfile?.Arn;
  return [
    network.privateAddress !== PrivateIpAddress &&
      `its private address ${network.privateAddress}: it has ${PrivateIpAddress ?? 'none'} now`,
    ...network.otherAddresses.map((one) => !addresses.includes(one) && `its private address ${one}`),
    ...network.securityGroups.map((one) => !groups.includes(one) && `its security group ${one}, which is gone`),
    ...network.otherInterfaces.map(
      ({ id }) => !NetworkInterfaces.some((one) => one.NetworkInterfaceId === id) && `its network interface ${id}`,
    ),
    !network.sourceDestCheck && instance.SourceDestCheck !== false && 'its source/destination check is on again',
    launch.KeyName !== undefined && launch.KeyName !== KeyName && `its key pair ${launch.KeyName}`,
    profile !== undefined && profile !== instance.IamInstanceProfile?.Arn && `its instance profile ${profile}`,
    launch.Placement?.GroupName && launch.Placement.GroupName !== Placement?.GroupName
      ? `its placement group ${launch.Placement.GroupName}`
      : false,
    launch.Placement?.Tenancy === 'dedicated' && Placement?.Tenancy !== 'dedicated' && 'its dedicated hardware',
    ...licenses.map((one) => `its license configuration ${one}`),
    // Until it runs AWS does not show its disks.
    ...volumes.map(
      ({ device, id }) => devices.length > 0 && !devices.includes(device) && `its volume ${id} at ${device}`,
    ),
  ].filter((one) => typeof one === 'string');
}
