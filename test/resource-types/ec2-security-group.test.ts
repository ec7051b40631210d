import { expect, test } from 'vitest';
import { ec2SecurityGroup } from '../../lib/resource-types/ec2-security-group.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import type { Answer } from '../samples/sample.ts';

const OwnerId = '222222222222';
const web = {
  GroupId: 'sg-1',
  GroupName: 'web',
  OwnerId,
  IpPermissions: [{ UserIdGroupPairs: [{ GroupId: 'sg-1' }] }],
};
const db = {
  GroupId: 'sg-2',
  GroupName: 'db',
  OwnerId,
  IpPermissions: [{ UserIdGroupPairs: [{ GroupId: 'sg-1' }] }],
};
const old = { GroupId: 'sg-3', OwnerId, IpPermissionsEgress: [{ UserIdGroupPairs: [{ GroupId: 'sg-1' }] }] };

type Filtered = { Filters: { Name: string }[] };

async function describe(ids: string[], answers: Record<string, Answer>) {
  const { source } = answeredClients(answers);
  const bound = await ec2SecurityGroup.bind(source, { account: OwnerId, region: 'eu-west-1', partition: 'aws' });
  return bound.describe(ids);
}

test('interfaces and rules of other groups use a group, its own rules do not', async () => {
  const Groups = [{ GroupId: 'sg-1' }, { GroupId: 'sg-9' }];
  const NetworkInterfaces = [
    { NetworkInterfaceId: 'eni-1', Groups, Attachment: { InstanceId: 'i-1' } },
    { NetworkInterfaceId: 'eni-2', Groups, Description: 'ELB app/web/1' },
    { NetworkInterfaceId: 'eni-3', Groups },
  ];
  const [first, second, gone] = await describe(['sg-1', 'sg-2', 'sg-4'], {
    DescribeNetworkInterfaces: { NetworkInterfaces },
    DescribeSecurityGroups: ({ Filters: [filter] }: Filtered) => ({
      SecurityGroups: filter?.Name === 'egress.ip-permission.group-id' ? [old] : [web, db],
    }),
  });
  expect(first).toHaveProperty('usedBy', [
    { words: 'instance i-1', type: 'ec2:instance', id: 'i-1' },
    { words: 'network interface eni-2 (ELB app/web/1)' },
    { words: 'network interface eni-3' },
    { words: 'rule of security group sg-2', type: 'ec2:security-group', id: 'sg-2' },
    { words: 'rule of security group sg-3', type: 'ec2:security-group', id: 'sg-3' },
  ]);
  expect(second).not.toHaveProperty('usedBy');
  expect(gone).toEqual({ kind: 'gone', id: 'sg-4' });
});

test('a default group is protected and a shared one has an owner', async () => {
  const group = { GroupId: 'sg-1', GroupName: 'default', OwnerId: '999999999999' };
  const answers = await describe(['sg-1'], {
    DescribeNetworkInterfaces: { NetworkInterfaces: [] },
    DescribeSecurityGroups: ({ Filters: [filter] }: Filtered) => ({
      SecurityGroups: filter?.Name === 'group-id' ? [group] : [],
    }),
  });
  expect(answers).toMatchObject([
    {
      protection: 'the default group of a VPC can not be deleted',
      owner: { kind: 'controller', name: 'account 999999999999' },
    },
  ]);
});
