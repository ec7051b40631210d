import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { Aws, Carried } from './define.ts';
import { idOfParameter } from './ssm-parameter.ts';
import { tagMap } from './tag-list.ts';

export type CloudFormation = Aws<
  typeof import('./sdk/cloudformation.ts'),
  import('@aws-sdk/client-cloudformation').CloudFormationClient
>;

export const stackTypeName = 'AWS::CloudFormation::Stack';

/** A tree of nested stacks beyond this counts as unreadable: half a list of members protects nothing. */
const stacksMax = 200;

/**
 * Everything that goes with a stack: its members, its nested stacks and theirs. Throws where one list can't be read.
 */
export async function membersOf(aws: CloudFormation, rootId: string): Promise<Carried[]> {
  const members: Carried[] = [];
  const stacks = [rootId];
  for (const StackName of stacks) {
    if (stacks.length > stacksMax) throw new Error(`it has more than ${stacksMax} nested stacks`);
    for await (const page of aws.sdk.paginateListStackResources({ client: aws.client }, { StackName })) {
      for (const summary of page.StackResourceSummaries ?? []) {
        const member = memberIn(summary);
        if (member === undefined) continue;
        if (member.cloudFormation === stackTypeName) stacks.push(member.id);
        else members.push(member);
      }
    }
  }
  const [, ...nested] = stacks;
  for (const id of nested) members.push(await nestedStack(aws, id));
  return members;
}

function memberIn({ ResourceType, PhysicalResourceId, ResourceStatus }: StackResourceSummary): Carried | undefined {
  if (ResourceStatus === 'DELETE_COMPLETE' || PhysicalResourceId === undefined || PhysicalResourceId === '') return;
  return { id: PhysicalResourceId, arn: '', ...(ResourceType !== undefined && { cloudFormation: ResourceType }) };
}

/** With its tags, so that nobody describes it again with all that it carries. */
async function nestedStack({ client, sdk }: CloudFormation, id: string): Promise<Carried> {
  const { Stacks: [stack] = [] } = await client.send(new sdk.DescribeStacksCommand({ StackName: id }));
  if (stack === undefined) throw new Error(`DescribeStacks gave no answer about the nested stack ${id}`);
  return { id, arn: id, cloudFormation: stackTypeName, tags: tagMap(stack.Tags) };
}

const afterLast = (mark: string) => (physicalId: string) => physicalId.slice(physicalId.lastIndexOf(mark) + 1);
const afterFirst = (mark: string) => (physicalId: string) => {
  const at = physicalId.indexOf(mark);
  return at === -1 ? physicalId : physicalId.slice(at + mark.length);
};

const forms: Readonly<Record<string, (physicalId: string) => string>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': afterFirst(':loadbalancer/'),
  'AWS::ElasticLoadBalancingV2::TargetGroup': afterFirst(':targetgroup/'),
  // Databases are stored in lower case, however a template writes them.
  'AWS::RDS::DBCluster': (name) => name.toLowerCase(),
  'AWS::RDS::DBInstance': (name) => name.toLowerCase(),
  'AWS::SNS::Topic': afterLast(':'),
  'AWS::SQS::Queue': afterLast('/'),
  'AWS::SSM::Parameter': idOfParameter,
  'AWS::SecretsManager::Secret': afterFirst(':secret:'),
};

/** The id that our type uses for what CloudFormation calls a physical id; most services use the same one. */
export function memberId(cloudFormationType: string, physicalId: string): string {
  return forms[cloudFormationType]?.(physicalId) ?? physicalId;
}
