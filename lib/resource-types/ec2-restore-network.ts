import type { NetworkInterface, RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { Copy } from '../core/server.ts';
import type { Ec2 } from './ec2-image.ts';
import { findInterfaces } from './ec2-interface.ts';
import type { InstanceSettings, NetworkSettings } from './ec2-recipe.ts';
import { isOwnCopy } from './own-copy.ts';
import { tagMap } from './tag-list.ts';

type NetworkRequest = Pick<RunInstancesRequest, 'NetworkInterfaces'>;

/**
 * The network of a restored server: the interface that was kept, or a new one in the same place with the same address
 * as far as that is free. A string is why there is none.
 */
export async function networkFor(
  aws: Ec2,
  { network }: InstanceSettings,
  copy: Copy,
): Promise<NetworkRequest | string> {
  const ids = [network.interface, ...network.otherInterfaces.map(({ id }) => id)].filter((id) => id !== '');
  const kept =
    ids.length === 0 ? [] : await findInterfaces(aws, { 'network-interface-id': ids, status: ['available'] });
  const others = network.otherInterfaces
    .filter(({ id }) => kept.some(({ NetworkInterfaceId }) => NetworkInterfaceId === id))
    .map(({ id, deviceIndex }) => ({ NetworkInterfaceId: id, DeviceIndex: deviceIndex }));
  const primary = kept.find(({ NetworkInterfaceId }) => NetworkInterfaceId === network.interface);
  if (primary !== undefined && !(await isGivenUp(aws, network, primary, copy, others.length))) {
    return { NetworkInterfaces: [{ NetworkInterfaceId: network.interface, DeviceIndex: 0 }, ...others] };
  }
  if (!(await isThere(aws, network.subnet))) return `its subnet ${network.subnet} is not there any more`;
  const Groups = await groupsThere(aws, network);
  const isFree = await isAddressFree(aws, network);
  const anew = {
    DeviceIndex: 0,
    SubnetId: network.subnet,
    DeleteOnTermination: network.goesWithServer,
    ...(Groups.length > 0 && { Groups }),
    ...(isFree && { PrivateIpAddress: network.privateAddress }),
    // AWS lends an address only to a server that starts with one new interface.
    ...(network.hasLentAddress && others.length === 0 && { AssociatePublicIpAddress: true }),
  };
  return { NetworkInterfaces: [anew, ...others] };
}

/**
 * AWS lends no public address to an interface that exists already. A server that had one gets a new interface with the
 * same private address, so the kept one has to go just before; it held the address until now.
 */
async function isGivenUp(
  { client, sdk }: Ec2,
  { hasLentAddress }: NetworkSettings,
  { NetworkInterfaceId, TagSet }: NetworkInterface,
  copy: Copy,
  others: number,
): Promise<boolean> {
  if (!hasLentAddress || others > 0 || !isOwnCopy(tagMap(TagSet), copy)) return false;
  await client.send(new sdk.DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  return true;
}

async function isThere({ client, sdk }: Ec2, subnet: string): Promise<boolean> {
  const input = { Filters: [{ Name: 'subnet-id', Values: [subnet] }] };
  for await (const { Subnets = [] } of sdk.paginateDescribeSubnets({ client }, input))
    if (Subnets.length > 0) return true;
  return false;
}

async function groupsThere({ client, sdk }: Ec2, { securityGroups }: NetworkSettings): Promise<string[]> {
  if (securityGroups.length === 0) return [];
  const found: string[] = [];
  const input = { Filters: [{ Name: 'group-id', Values: [...securityGroups] }] };
  for await (const { SecurityGroups = [] } of sdk.paginateDescribeSecurityGroups({ client }, input)) {
    found.push(...SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []));
  }
  return securityGroups.filter((id) => found.includes(id));
}

async function isAddressFree(aws: Ec2, { privateAddress, vpc, interface: own }: NetworkSettings): Promise<boolean> {
  if (privateAddress === '') return false;
  const users = await findInterfaces(aws, { 'addresses.private-ip-address': [privateAddress], 'vpc-id': [vpc] });
  // An interface that was just deleted may still show.
  return users.every(({ NetworkInterfaceId, Status }) => NetworkInterfaceId === own && Status !== 'in-use');
}
