import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import { restoredKey, restoredTags } from './own-copy.ts';
import { membersByCluster } from './rds-cluster-members.ts';
import type { Rds } from './rds-final-snapshot.ts';
import { type ClusterSettings, findCluster, type MemberSettings, rdsRecipeVersion } from './rds-recipe.ts';
import { hasItsName, hasNoAnswer, nameIn, withoutWhatIsGone } from './rds-restore.ts';
import { otherRecipe } from './recipe-version.ts';
import { codeOf, isTransient, messageOf } from './removal-errors.ts';
import type { RestoreOrder, RestoreResult } from './server-operations.ts';
import { tagList, tagMap } from './tag-list.ts';

/** Makes a cluster of its snapshot again, under its old name, with its instances: a cluster alone serves nobody. */
export async function restoreCluster(aws: Rds, order: RestoreOrder): Promise<RestoreResult> {
  const { recipe, copy } = order;
  const refusal = otherRecipe(recipe, 'rds:cluster', rdsRecipeVersion, copy);
  if (refusal !== undefined) return refusal;
  const settings = recipe.settings as unknown as ClusterSettings;
  const id = nameIn(recipe.of);
  const cluster = (await findCluster(aws, id)) ?? (await make(aws, order, settings, id));
  if (cluster === undefined) return hasNoAnswer(copy);
  if (tagMap(cluster.TagList)[restoredKey] !== copy.id) return hasItsName(id, copy);
  const { DBClusterArn: arn = '', DbClusterResourceId: identity, Status } = cluster;
  const there = (await membersByCluster(aws, [id])).get(id) ?? [];
  const steps = [];
  for (const member of settings.members) steps.push(await makeMember(aws, order, member, there));
  const isReady = Status === 'available';
  return {
    kind: 'restored',
    id,
    arn,
    ...(identity !== undefined && { identity }),
    lost: [...settings.byHand, ...(isReady ? lostIn(settings, cluster) : []), ...steps.flatMap(({ lost }) => lost)],
    pending: [...(isReady ? [] : [`it is ${Status ?? 'on its way'}`]), ...steps.flatMap(({ pending }) => pending)],
  };
}

async function make(
  aws: Rds,
  { recipe, copy, stripKeys }: RestoreOrder,
  { restore, engine }: ClusterSettings,
  id: string,
): Promise<DBCluster | undefined> {
  const { client, sdk } = aws;
  const request = {
    ...restore,
    Engine: restore.Engine ?? engine.split(' ')[0],
    DBClusterIdentifier: id,
    SnapshotIdentifier: copy.id,
    Tags: tagList(restoredTags(recipe.tags, copy, stripKeys)),
  };
  try {
    return await withoutWhatIsGone(request, async (some) => {
      const { DBCluster: made } = await client.send(new sdk.RestoreDBClusterFromSnapshotCommand(some));
      return made;
    });
  } catch (error) {
    if (!/^DBClusterAlreadyExists/.test(codeOf(error))) throw error;
    return findCluster(aws, id);
  }
}

interface Step {
  lost: readonly string[];
  pending: readonly string[];
}

/** An instance comes into a cluster once RDS has made that far enough. */
async function makeMember(
  { client, sdk }: Rds,
  { copy, stripKeys }: RestoreOrder,
  { create, tags }: MemberSettings,
  there: readonly DBInstance[],
): Promise<Step> {
  const name = create.DBInstanceIdentifier;
  const known = there.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name);
  if (known !== undefined) {
    const state = known.DBInstanceStatus;
    return { lost: [], pending: state === 'available' ? [] : [`its instance ${name} is ${state ?? 'on its way'}`] };
  }
  const request = { ...create, Tags: tagList(restoredTags(tags, copy, stripKeys)) };
  try {
    await withoutWhatIsGone(request, (some) => client.send(new sdk.CreateDBInstanceCommand(some)));
    return { lost: [], pending: [`its instance ${name} is being made`] };
  } catch (error) {
    const words = `its instance ${name} (${messageOf(error)})`;
    const comes = isTransient(error) || /^InvalidDBClusterState/.test(codeOf(error));
    return comes ? { lost: [], pending: [words] } : { lost: [words], pending: [] };
  }
}

function lostIn({ restore }: ClusterSettings, cluster: DBCluster): string[] {
  const groups = (cluster.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId }) => VpcSecurityGroupId);
  const { DBClusterParameterGroupName: parameters, VpcSecurityGroupIds = [], Port } = restore;
  return [
    parameters !== undefined && parameters !== cluster.DBClusterParameterGroup && `its parameter group ${parameters}`,
    ...VpcSecurityGroupIds.map((one) => !groups.includes(one) && `its security group ${one}`),
    Port !== undefined && Port !== cluster.Port && `its port ${Port}`,
  ].filter((one) => typeof one === 'string');
}
