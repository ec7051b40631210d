import type { LaunchTemplateVersion } from '@aws-sdk/client-ec2';
import { batchesOf, inParallel } from './batches.ts';
import type { Aws, UsedBy } from './define.ts';
import { type GroupStart, groupStarts } from './group-starts.ts';
import { codeOf } from './removal-errors.ts';

type Ec2 = Aws<typeof import('./sdk/ec2.ts'), import('@aws-sdk/client-ec2').EC2Client>;

const versionsPerPage = 200;
const namesPerCall = 50;
const callsAtOnce = 4;

/** Who starts servers from which image, by the image's id. */
export type ImageUsers = ReadonlyMap<string, readonly UsedBy[]>;

/**
 * Launch templates by the images of their latest and default versions, and groups by that of the version or the launch
 * configuration that they start from. Servers that run already need their image no more.
 */
export async function imageUsers(aws: Ec2): Promise<ImageUsers> {
  const users = new Map<string, UsedBy[]>();
  const add = (image: string | undefined, user: UsedBy) => {
    const known = users.get(image ?? '') ?? [];
    if (image !== undefined && !known.some(({ words }) => words === user.words)) users.set(image, [...known, user]);
  };
  const starts = await groupStarts(aws);
  const current = await versionsIn(aws, { Versions: ['$Latest', '$Default'] });
  for (const { LaunchTemplateId: id = '', LaunchTemplateName: name, LaunchTemplateData } of current) {
    add(LaunchTemplateData?.ImageId, { words: `launch template ${name ?? id}`, type: 'ec2:launch-template', id });
  }
  for (const { images, group } of starts) for (const image of images) add(image, group);
  for (const { image, group } of await pinnedImages(aws, starts, current)) add(image, group);
  for (const { image, group } of await configuredImages(aws, starts)) add(image, group);
  return users;
}

type Versions = Omit<Parameters<Ec2['sdk']['paginateDescribeLaunchTemplateVersions']>[1], 'MaxResults'>;

async function versionsIn({ client, sdk }: Ec2, wanted: Versions): Promise<LaunchTemplateVersion[]> {
  const versions: LaunchTemplateVersion[] = [];
  const input = { ...wanted, IncludeManagedResources: true };
  for await (const page of sdk.paginateDescribeLaunchTemplateVersions({ client, pageSize: versionsPerPage }, input)) {
    versions.push(...(page.LaunchTemplateVersions ?? []));
  }
  return versions;
}

interface Started {
  image: string | undefined;
  group: UsedBy;
}

/** What a group starts from then is neither the latest nor the default version, so it was not listed. */
async function pinnedImages(
  aws: Ec2,
  starts: readonly GroupStart[],
  current: readonly LaunchTemplateVersion[],
): Promise<Started[]> {
  const known = new Set(current.map(({ LaunchTemplateId, VersionNumber }) => `${LaunchTemplateId} ${VersionNumber}`));
  const pinned = starts.flatMap(({ group, templates }) =>
    templates
      .filter(({ LaunchTemplateId: id, Version = '' }) => /^\d+$/.test(Version) && !known.has(`${id} ${Version}`))
      .map(({ LaunchTemplateId: id, LaunchTemplateName: name, Version = '' }) => ({ group, id, name, Version })),
  );
  const byVersion = Map.groupBy(pinned, ({ id, name, Version }) => `${id ?? name} ${Version}`);
  const started = await inParallel([...byVersion.values()], callsAtOnce, async (some) => {
    const [{ id, name, Version } = {}] = some;
    const template = id === undefined ? { LaunchTemplateName: name } : { LaunchTemplateId: id };
    const [found] = await versionsIn(aws, { ...template, Versions: [Version ?? ''] }).catch(noneIfGone);
    return some.map(({ group }) => ({ image: found?.LaunchTemplateData?.ImageId, group }));
  });
  return started.flat();
}

/** A group may name a template or a version that is not there any more: then it starts nothing. */
function noneIfGone(error: unknown): LaunchTemplateVersion[] {
  if (/^InvalidLaunchTemplate(Id|Name)\.(VersionNotFound|NotFound)/.test(codeOf(error))) return [];
  throw error;
}

async function configuredImages({ source }: Ec2, starts: readonly GroupStart[]): Promise<Started[]> {
  const groups = Map.groupBy(starts, ({ configuration }) => configuration);
  const names = [...groups.keys()].filter((name) => name !== undefined);
  if (names.length === 0) return [];
  const sdk = await import('./sdk/auto-scaling.ts');
  const client = source(sdk.AutoScalingClient);
  const started: Started[] = [];
  for (const LaunchConfigurationNames of batchesOf(names, namesPerCall)) {
    const pages = sdk.paginateDescribeLaunchConfigurations({ client }, { LaunchConfigurationNames });
    for await (const { LaunchConfigurations = [] } of pages) {
      for (const { LaunchConfigurationName: name, ImageId: image } of LaunchConfigurations) {
        started.push(...(groups.get(name) ?? []).map(({ group }) => ({ image, group })));
      }
    }
  }
  return started;
}
