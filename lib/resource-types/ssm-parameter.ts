import type { ParameterMetadata } from '@aws-sdk/client-ssm';
import { type Cost, estimate, nothing } from '../core/cost.ts';
import { batchesOf } from './batches.ts';
import { type Aws, type Description, defineResourceType, type RemovalResult, type Target } from './define.ts';
import { describeEach, removalError, removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

type Ssm = Aws<typeof import('./sdk/ssm.ts'), import('@aws-sdk/client-ssm').SSMClient>;

/** A filter takes 50 values, and so does a page. */
const namesPerFilter = 50;

/** DeleteParameters takes 10 names. */
const namesPerRemoval = 10;

const parameterCost: Cost = {
  says: 'an advanced parameter: the month that it is kept. A standard one: nothing. Requests are not in it',
  monthlyUsd({ tier = 'unknown' }, prices) {
    if (tier === 'Standard') return nothing('a standard parameter is free');
    if (tier !== 'Advanced') return { kind: 'unknown', why: `there is no price of the tier ${tier}` };
    return estimate(prices, [{ item: 'ssm.parameter-storage-advanced', unit: 'hour', quantity: 1 }]);
  },
};

/** A parameter of the Parameter Store. Its values are never read. */
export const ssmParameter = defineResourceType({
  id: 'ssm:parameter',
  title: 'SSM parameter',
  idIn: ({ service, resource }) => {
    const path = service === 'ssm' ? /^parameter\/([\w./-]+)$/.exec(resource)?.[1] : undefined;
    return path === undefined ? undefined : idOfParameter(`/${path}`);
  },
  cloudFormation: 'AWS::SSM::Parameter',
  sdk: () => import('./sdk/ssm.ts'),
  client: (sdk) => sdk.SSMClient,
  after: [],
  removal: 'synchronous',
  removesTogether: true,

  describe: {
    needs: [
      // GetParameters would answer per name, but it reads the values and so would need the right to.
      { actions: ['ssm:DescribeParameters'], on: '*' },
      { actions: ['ssm:ListTagsForResource'], on: 'arn:aws:ssm:REGION:ACCOUNT:parameter/*' },
    ],
    async run(aws, ids) {
      const found = new Map<string, ParameterMetadata[]>();
      for (const Values of batchesOf(ids.flatMap(namesOf), namesPerFilter)) {
        const input = { ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values }], MaxResults: namesPerFilter };
        for await (const { Parameters = [] } of aws.sdk.paginateDescribeParameters({ client: aws.client }, input)) {
          for (const parameter of Parameters) {
            const id = idOfParameter(parameter.Name ?? '');
            found.set(id, [...(found.get(id) ?? []), parameter]);
          }
        }
      }
      return describeEach(ids, ['InvalidResourceId'], (id) => describeParameter(aws, id, found.get(id) ?? []));
    },
  },

  remove: {
    needs: [{ actions: ['ssm:DeleteParameters'], on: 'arn:aws:ssm:REGION:ACCOUNT:parameter/*', guard: 'tags' }],
    async run(aws, targets) {
      const results: RemovalResult[] = [];
      for (const batch of batchesOf(targets, namesPerRemoval)) results.push(...(await removeBatch(aws, batch)));
      return results;
    },
  },

  tag: {
    needs: [{ actions: ['ssm:AddTagsToResource'], on: 'arn:aws:ssm:REGION:ACCOUNT:parameter/*' }],
    async run({ client, sdk }, target, { key, value }) {
      const Tags = [{ Key: key, Value: value }];
      await client.send(
        new sdk.AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: nameOf(target), Tags }),
      );
    },
  },

  cost: parameterCost,
});

/** `foo` and `/foo` share one ARN and so one id, `foo`; only a deeper path keeps the slash that AWS demands there. */
export function idOfParameter(name: string): string {
  return name.replace(/^\/(?=[^/]*$)/, '');
}

/** An id without a path may be the one name or the other. */
function namesOf(id: string): string[] {
  return id.startsWith('/') ? [id] : [id, `/${id}`];
}

/** The name as AWS writes it, which its ARN does not tell. */
function nameOf({ id, facts }: Target): string {
  const name = facts['name'];
  return typeof name === 'string' ? name : id;
}

async function describeParameter(aws: Ssm, id: string, found: readonly ParameterMetadata[]): Promise<Description> {
  const { shard } = aws;
  const [parameter, another] = found;
  if (parameter === undefined) return { kind: 'gone', id };
  if (another !== undefined) throw new Error(`${id} and /${id} share one ARN, so nobody can tell which one is meant`);
  const { Name = id, LastModifiedDate, Type = 'unknown', Tier = 'unknown', Version = 0 } = parameter;
  const arn = `arn:${shard.partition}:ssm:${shard.region}:${shard.account}:parameter/${id.replace(/^\//, '')}`;
  return {
    kind: 'present',
    id,
    arn,
    // No creation is shown and the version changes with every update: one made anew looks like the old one.
    identity: arn,
    ...(LastModifiedDate !== undefined && { changedAt: LastModifiedDate.getTime() }),
    tags: aws.factsOnly ? {} : await tagsOf(aws, Name),
    facts: { name: Name, type: Type, tier: Tier, version: Version },
  };
}

async function tagsOf({ client, sdk }: Ssm, name: string): Promise<Target['tags']> {
  const { TagList } = await client.send(
    new sdk.ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: name }),
  );
  return tagMap(TagList);
}

/** One refused parameter fails the whole call, so then each is tried alone. */
async function removeBatch(aws: Ssm, targets: readonly Target[]): Promise<RemovalResult[]> {
  try {
    return await removeNow(aws, targets);
  } catch (error) {
    const [only] = targets;
    if (only !== undefined && targets.length === 1)
      return [removalError(only.id, error, { gone: ['ParameterNotFound'] })];
    return removeEach(targets, { gone: ['ParameterNotFound'] }, async (target) => {
      const [result] = await removeNow(aws, [target]);
      return result ?? {};
    });
  }
}

async function removeNow({ client, sdk }: Ssm, targets: readonly Target[]): Promise<RemovalResult[]> {
  const { DeletedParameters = [], InvalidParameters = [] } = await client.send(
    new sdk.DeleteParametersCommand({ Names: targets.map(nameOf) }),
  );
  return targets.map((target) => {
    const { id } = target;
    if (DeletedParameters.includes(nameOf(target))) return { kind: 'removed', id };
    if (InvalidParameters.includes(nameOf(target))) return { kind: 'gone', id };
    return { kind: 'failed', id, why: 'DeleteParameters gave no answer about it', code: 'NoAnswer' };
  });
}
