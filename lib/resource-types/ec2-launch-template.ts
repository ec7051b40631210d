import type { LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling';
import type { LaunchTemplate } from '@aws-sdk/client-ec2';
import { noCost } from '../core/cost.ts';
import { batchesOf } from './batches.ts';
import type { Aws, Description } from './define.ts';
import { defineResourceType } from './define.ts';
import { type GroupStart, groupStarts } from './group-starts.ts';
import { codeOf, removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

type Ec2 = Aws<typeof import('./sdk/ec2.ts'), import('@aws-sdk/client-ec2').EC2Client>;

/** DescribeLaunchTemplates answers with at most 200. */
const idsPerCall = 200;

/** Emulators name the name where AWS names the id. */
const goneNames = ['InvalidLaunchTemplateId.NotFound', 'InvalidLaunchTemplateName.NotFoundException'];

/** How servers are started. AWS deletes it without asking whether a group still starts from it, so Mayfly asks. */
export const ec2LaunchTemplate = defineResourceType({
  id: 'ec2:launch-template',
  title: 'Launch template',
  idIn: ({ service, resource }) =>
    service === 'ec2' ? /^launch-template\/(lt-[0-9a-f]+)$/.exec(resource)?.[1] : undefined,
  cloudFormation: 'AWS::EC2::LaunchTemplate',
  sdk: () => import('./sdk/ec2.ts'),
  client: (sdk) => sdk.EC2Client,
  after: [{ type: 'autoscaling:autoScalingGroup', because: 'a group without its template can not replace instances' }],
  removal: 'synchronous',

  describe: {
    needs: [{ actions: ['ec2:DescribeLaunchTemplates', 'autoscaling:DescribeAutoScalingGroups'], on: '*' }],
    async run(aws, ids) {
      const found = new Map<string, LaunchTemplate>();
      for (const batch of batchesOf(ids, idsPerCall)) {
        for (const template of await readTemplates(aws, batch)) found.set(template.LaunchTemplateId ?? '', template);
      }
      const starts = found.size === 0 ? [] : await groupStarts(aws);
      return ids.map((id) => describeTemplate(id, found.get(id), starts, aws.shard));
    },
  },

  remove: {
    needs: [
      { actions: ['ec2:DeleteLaunchTemplate'], on: 'arn:aws:ec2:REGION:ACCOUNT:launch-template/*', guard: 'tags' },
    ],
    run: ({ client, sdk }, targets) =>
      removeEach(targets, { gone: goneNames, blocked: ['OperationNotPermitted'] }, async ({ id }) => {
        await client.send(new sdk.DeleteLaunchTemplateCommand({ LaunchTemplateId: id }));
        return {};
      }),
  },

  tag: {
    needs: [{ actions: ['ec2:CreateTags'], on: 'arn:aws:ec2:REGION:ACCOUNT:launch-template/*' }],
    async run({ client, sdk }, { id }, { key, value }) {
      await client.send(new sdk.CreateTagsCommand({ Resources: [id], Tags: [{ Key: key, Value: value }] }));
    },
  },

  cost: noCost('a template is free'),
});

/** There is no filter by id, and one unknown id fails the whole call, so the list is halved until it stands alone. */
async function readTemplates(aws: Ec2, ids: string[]): Promise<LaunchTemplate[]> {
  const { client, sdk } = aws;
  const templates: LaunchTemplate[] = [];
  try {
    // Without managed resources a template that a service hides would look gone.
    const input = { LaunchTemplateIds: ids, IncludeManagedResources: true };
    for await (const page of sdk.paginateDescribeLaunchTemplates({ client }, input)) {
      templates.push(...(page.LaunchTemplates ?? []));
    }
    return templates;
  } catch (error) {
    if (!goneNames.includes(codeOf(error))) throw error;
    if (ids.length === 1) return [];
    const middle = Math.ceil(ids.length / 2);
    return [...(await readTemplates(aws, ids.slice(0, middle))), ...(await readTemplates(aws, ids.slice(middle)))];
  }
}

function describeTemplate(
  id: string,
  template: LaunchTemplate | undefined,
  starts: readonly GroupStart[],
  shard: Ec2['shard'],
): Description {
  if (template === undefined) return { kind: 'gone', id };
  const { LaunchTemplateName, CreateTime, LatestVersionNumber, Operator } = template;
  const usedBy = starts.filter(({ templates }) => templates.some((one) => isNamed(template, one)));
  return {
    kind: 'present',
    id,
    arn: `arn:${shard.partition}:ec2:${shard.region}:${shard.account}:launch-template/${id}`,
    identity: id,
    ...(CreateTime !== undefined && { createdAt: CreateTime.getTime() }),
    tags: tagMap(template.Tags),
    ...(Operator?.Managed && { owner: { kind: 'controller', name: Operator.Principal ?? 'an AWS service' } }),
    ...(usedBy.length > 0 && { usedBy: usedBy.map(({ group }) => group) }),
    facts: {
      name: LaunchTemplateName ?? '',
      ...(LatestVersionNumber !== undefined && { versions: LatestVersionNumber }),
    },
  };
}

/** A group names a template by its id, by its name, or by both. */
function isNamed({ LaunchTemplateId, LaunchTemplateName }: LaunchTemplate, by: LaunchTemplateSpecification): boolean {
  return by.LaunchTemplateId === undefined
    ? by.LaunchTemplateName === LaunchTemplateName
    : by.LaunchTemplateId === LaunchTemplateId;
}
