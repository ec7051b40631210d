import type { DBInstance, RestoreDBInstanceFromDBSnapshotMessage } from '@aws-sdk/client-rds';
import type { Copy } from '../core/server.ts';
import { restoredKey, restoredTags } from './own-copy.ts';
import type { Rds } from './rds-final-snapshot.ts';
import { type DbSettings, findDb, rdsRecipeVersion } from './rds-recipe.ts';
import { otherRecipe } from './recipe-version.ts';
import { codeOf, messageOf } from './removal-errors.ts';
import type { RestoreOrder, RestoreResult, StepFailure } from './server-operations.ts';
import { tagList, tagMap } from './tag-list.ts';

/** Makes a database of its snapshot again, under its old name: RDS has one of a name, so twice gives one. */
export async function restoreDb(aws: Rds, order: RestoreOrder): Promise<RestoreResult> {
  const { recipe, copy } = order;
  const refusal = otherRecipe(recipe, 'rds:db', rdsRecipeVersion, copy);
  if (refusal !== undefined) return refusal;
  const settings = recipe.settings as unknown as DbSettings;
  const id = nameIn(recipe.of);
  const there = await findDb(aws, id);
  if (there !== undefined) return described(there, settings, copy);
  const request = {
    ...settings.restore,
    DBInstanceIdentifier: id,
    DBSnapshotIdentifier: copy.id,
    Tags: tagList(restoredTags(recipe.tags, copy, order.stripKeys)),
  };
  const made = await make(aws, request);
  return made === undefined ? hasNoAnswer(copy) : described(made, settings, copy);
}

/** The name in an ARN of RDS. */
export function nameIn(arn: string): string {
  return arn.split(':')[6] ?? '';
}

export function hasNoAnswer({ id }: Copy): StepFailure {
  return { kind: 'transient', id, why: 'RDS gave no answer about what it made', code: 'NoAnswer' };
}

/** What of a request may be gone meanwhile, and what RDS says then: its own defaults take their place. */
const fallbacks = [
  { part: 'DBParameterGroupName', codes: /^DBParameterGroupNotFound/, says: /./ },
  { part: 'DBClusterParameterGroupName', codes: /^DB(Cluster)?ParameterGroupNotFound/, says: /./ },
  { part: 'OptionGroupName', codes: /^OptionGroupNotFound/, says: /./ },
  {
    part: 'VpcSecurityGroupIds',
    codes: /^(InvalidParameterValue|InvalidParameterCombination)/,
    says: /security.?group/i,
  },
] as const;

/** Tries without what is gone, one part after the other; whatever else RDS refuses is thrown. */
export async function withoutWhatIsGone<Request extends object, R>(
  request: Request,
  send: (request: Request) => Promise<R>,
): Promise<R> {
  try {
    return await send(request);
  } catch (error) {
    const gone = fallbacks.find(
      ({ part, codes, says }) => part in request && codes.test(codeOf(error)) && says.test(messageOf(error)),
    );
    if (gone === undefined) throw error;
    const rest = Object.fromEntries(Object.entries(request).filter(([part]) => part !== gone.part));
    return withoutWhatIsGone(rest as Request, send);
  }
}

async function make(aws: Rds, request: RestoreDBInstanceFromDBSnapshotMessage): Promise<DBInstance | undefined> {
  const { client, sdk } = aws;
  try {
    return await withoutWhatIsGone(request, async (some) => {
      const { DBInstance: made } = await client.send(new sdk.RestoreDBInstanceFromDBSnapshotCommand(some));
      return made;
    });
  } catch (error) {
    if (!/^DBInstanceAlreadyExists/.test(codeOf(error))) throw error;
    return findDb(aws, request.DBInstanceIdentifier ?? '');
  }
}

function described(db: DBInstance, settings: DbSettings, copy: Copy): RestoreResult {
  const { DBInstanceIdentifier: id = '', DBInstanceArn: arn = '', DbiResourceId: identity, DBInstanceStatus } = db;
  if (tagMap(db.TagList)[restoredKey] !== copy.id) return hasItsName(id, copy);
  const restored = { kind: 'restored' as const, id, arn, ...(identity !== undefined && { identity }) };
  // The answer about one on its way does not show all that it will have.
  if (DBInstanceStatus !== 'available') {
    return { ...restored, lost: settings.byHand, pending: [`it is ${DBInstanceStatus ?? 'on its way'}`] };
  }
  return { ...restored, lost: [...settings.byHand, ...lostIn(settings, db)], pending: [] };
}

export function hasItsName(name: string, { id }: Copy): StepFailure {
  const why = `another database has the name ${name} now, which is not made of ${id}`;
  return { kind: 'refused', id, why, code: 'NameInUse' };
}

function lostIn({ restore }: DbSettings, db: DBInstance): string[] {
  const parameters = (db.DBParameterGroups ?? []).map(({ DBParameterGroupName }) => DBParameterGroupName);
  const options = (db.OptionGroupMemberships ?? []).map(({ OptionGroupName }) => OptionGroupName);
  const groups = (db.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId }) => VpcSecurityGroupId);
  const { DBParameterGroupName: parameter, OptionGroupName: option, VpcSecurityGroupIds = [] } = restore;
  return [
    parameter !== undefined && !parameters.includes(parameter) && `its parameter group ${parameter}`,
    option !== undefined && !options.includes(option) && `its option group ${option}`,
    ...VpcSecurityGroupIds.map((one) => !groups.includes(one) && `its security group ${one}`),
    restore.DBInstanceClass !== db.DBInstanceClass && `its class ${restore.DBInstanceClass}`,
    restore.Port !== undefined && restore.Port !== db.Endpoint?.Port && `its port ${restore.Port}`,
  ].filter((one) => typeof one === 'string');
}
