import type { NetworkInterface, SecurityGroup } from '@aws-sdk/client-ec2';
import { noCost } from '../core/cost.ts';
import { batchesOf } from './batches.ts';
import type { Aws, Description, UsedBy } from './define.ts';
import { defineResourceType } from './define.ts';
import { removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

type Ec2 = Aws<typeof import('./sdk/ec2.ts'), import('@aws-sdk/client-ec2').EC2Client>;

/** A filter takes at most 200 values; unlike an id list it does not fail on an unknown id. */
const idsPerFilter = 200;

const holdsInterface = 'its network interfaces use the group';

/** A firewall. AWS refuses to delete it while an interface or another group's rule uses it. */
export const ec2SecurityGroup = defineResourceType({
  id: 'ec2:security-group',
  title: 'Security group',
  idIn: ({ service, resource }) =>
    service === 'ec2' ? /^security-group\/(sg-[0-9a-f]+)$/.exec(resource)?.[1] : undefined,
  cloudFormation: 'AWS::EC2::SecurityGroup',
  sdk: () => import('./sdk/ec2.ts'),
  client: (sdk) => sdk.EC2Client,
  after: [
    { type: 'ec2:instance', because: holdsInterface },
    { type: 'autoscaling:autoScalingGroup', because: 'it starts instances that use the group' },
    { type: 'elasticloadbalancing:loadbalancer', because: holdsInterface },
    { type: 'rds:db', because: holdsInterface },
    { type: 'rds:cluster', because: holdsInterface },
    { type: 'lambda:function', because: holdsInterface },
  ],
  removal: 'synchronous',

  describe: {
    needs: [{ actions: ['ec2:DescribeSecurityGroups', 'ec2:DescribeNetworkInterfaces'], on: '*' }],
    async run(aws, ids) {
      const answers: Description[] = [];
      for (const batch of batchesOf(ids, idsPerFilter)) {
        const groups = new Map((await groupsWith(aws, 'group-id', batch)).map((group) => [group.GroupId, group]));
        const known = batch.filter((id) => groups.has(id));
        const users = known.length === 0 ? new Map<string, UsedBy[]>() : await usersOf(aws, known);
        answers.push(...batch.map((id) => describeGroup(id, groups.get(id), users.get(id) ?? [], aws.shard)));
      }
      return answers;
    },
  },

  remove: {
    needs: [{ actions: ['ec2:DeleteSecurityGroup'], on: 'arn:aws:ec2:REGION:ACCOUNT:security-group/*', guard: 'tags' }],
    run: ({ client, sdk }, targets) =>
      removeEach(
        targets,
        { gone: ['InvalidGroup.NotFound'], blocked: ['DependencyViolation', 'InvalidGroup.InUse', 'CannotDelete'] },
        async ({ id }) => {
          await client.send(new sdk.DeleteSecurityGroupCommand({ GroupId: id }));
          return {};
        },
      ),
  },

  tag: {
    needs: [{ actions: ['ec2:CreateTags'], on: 'arn:aws:ec2:REGION:ACCOUNT:security-group/*' }],
    async run({ client, sdk }, { id }, { key, value }) {
      await client.send(new sdk.CreateTagsCommand({ Resources: [id], Tags: [{ Key: key, Value: value }] }));
    },
  },

  cost: noCost('a security group is free'),
});

async function groupsWith({ client, sdk }: Ec2, Name: string, Values: string[]): Promise<SecurityGroup[]> {
  const groups: SecurityGroup[] = [];
  for await (const page of sdk.paginateDescribeSecurityGroups({ client }, { Filters: [{ Name, Values }] })) {
    groups.push(...(page.SecurityGroups ?? []));
  }
  return groups;
}

/** Interfaces, and other groups whose rules name the group; filters are joined by AND, so each direction asks alone. */
async function usersOf(aws: Ec2, ids: string[]): Promise<Map<string, UsedBy[]>> {
  const [interfaces, inbound, outbound] = await Promise.all([
    interfacesWith(aws, ids),
    groupsWith(aws, 'ip-permission.group-id', ids),
    groupsWith(aws, 'egress.ip-permission.group-id', ids),
  ]);
  const users = new Map(ids.map((id) => [id, new Map<string, UsedBy>()]));
  const add = (id: string | undefined, user: UsedBy) => users.get(id ?? '')?.set(user.words, user);
  for (const one of interfaces) {
    for (const { GroupId } of one.Groups ?? []) add(GroupId, userOf(one));
  }
  for (const { GroupId = '', IpPermissions = [], IpPermissionsEgress = [] } of [...inbound, ...outbound]) {
    const rule = { words: `rule of security group ${GroupId}`, type: 'ec2:security-group', id: GroupId };
    for (const { UserIdGroupPairs = [] } of [...IpPermissions, ...IpPermissionsEgress]) {
      for (const named of UserIdGroupPairs) {
        // A group may name itself and still be deleted.
        if (named.GroupId !== GroupId) add(named.GroupId, rule);
      }
    }
  }
  return new Map([...users].map(([id, found]) => [id, [...found.values()]]));
}

async function interfacesWith({ client, sdk }: Ec2, ids: string[]): Promise<NetworkInterface[]> {
  const interfaces: NetworkInterface[] = [];
  // Interfaces that a service hides use the group just the same.
  const input = { Filters: [{ Name: 'group-id', Values: ids }], IncludeManagedResources: true };
  for await (const page of sdk.paginateDescribeNetworkInterfaces({ client }, input)) {
    interfaces.push(...(page.NetworkInterfaces ?? []));
  }
  return interfaces;
}

/** People know instances; any other interface says in its description what it belongs to. */
function userOf({ NetworkInterfaceId, Description, Attachment }: NetworkInterface): UsedBy {
  const instance = Attachment?.InstanceId;
  if (instance) return { words: `instance ${instance}`, type: 'ec2:instance', id: instance };
  return { words: `network interface ${NetworkInterfaceId}${Description ? ` (${Description})` : ''}` };
}

function describeGroup(
  id: string,
  group: SecurityGroup | undefined,
  usedBy: readonly UsedBy[],
  shard: Ec2['shard'],
): Description {
  if (group === undefined) return { kind: 'gone', id };
  const { OwnerId, GroupName = '', VpcId } = group;
  return {
    kind: 'present',
    id,
    arn: `arn:${shard.partition}:ec2:${shard.region}:${OwnerId ?? shard.account}:security-group/${id}`,
    identity: id,
    tags: tagMap(group.Tags),
    ...(GroupName === 'default' && { protection: 'the default group of a VPC can not be deleted' }),
    // Groups can be shared into an account.
    ...(OwnerId !== shard.account && { owner: { kind: 'controller', name: `account ${OwnerId ?? 'unknown'}` } }),
    ...(usedBy.length > 0 && { usedBy }),
    facts: { name: GroupName, ...(VpcId !== undefined && { vpcId: VpcId }) },
  };
}
