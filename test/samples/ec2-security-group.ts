import type { Sample } from './sample.ts';

const id = 'sg-0a1b2c3d4e5f60718';

const group = {
  GroupId: id,
  GroupName: 'web',
  Description: 'web servers',
  OwnerId: '222222222222',
  VpcId: 'vpc-0a1b2c3d4e5f60718',
  SecurityGroupArn: `arn:aws:ec2:eu-west-1:222222222222:security-group/${id}`,
  IpPermissions: [
    { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }], UserIdGroupPairs: [] },
  ],
  IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], UserIdGroupPairs: [] }],
  Tags: [
    { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
    { Key: 'owner', Value: 'ana' },
  ],
};

export const ec2SecurityGroup: Sample = {
  type: 'ec2:security-group',
  arn: group.SecurityGroupArn,
  id,
  answers: {
    // Asked for by id it is there; no other group names it in a rule.
    DescribeSecurityGroups: ({ Filters = [] }: { Filters?: { Name?: string }[] }) => ({
      SecurityGroups: Filters.some(({ Name }) => Name === 'group-id') ? [group] : [],
    }),
    DescribeNetworkInterfaces: { NetworkInterfaces: [] },
    DeleteSecurityGroup: { Return: true, GroupId: id },
    CreateTags: {},
  },
  gone: { DescribeSecurityGroups: { SecurityGroups: [] } },
  paged: [
    { command: 'DescribeSecurityGroups', items: 'SecurityGroups', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'DescribeNetworkInterfaces', items: 'NetworkInterfaces', token: 'NextToken', inputToken: 'NextToken' },
  ],
};
