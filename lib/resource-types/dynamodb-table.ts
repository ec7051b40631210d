import type { TableDescription } from '@aws-sdk/client-dynamodb';
import type { Aws, Description, UsedBy } from './define.ts';
import { defineResourceType } from './define.ts';
import { billedFacts, dynamodbTableCost } from './dynamodb-table-cost.ts';
import { describeEach, removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

type DynamoDb = Aws<typeof import('./sdk/dynamodb.ts'), import('@aws-sdk/client-dynamodb').DynamoDBClient>;

const goneNames = ['ResourceNotFoundException'];

/** A table. Its indexes and its stream go with it. */
export const dynamodbTable = defineResourceType({
  id: 'dynamodb:table',
  title: 'DynamoDB table',
  idIn: ({ service, resource }) =>
    service === 'dynamodb' ? /^table\/([\w.-]{3,255})$/.exec(resource)?.[1] : undefined,
  cloudFormation: 'AWS::DynamoDB::Table',
  sdk: () => import('./sdk/dynamodb.ts'),
  client: (sdk) => sdk.DynamoDBClient,
  after: [],
  removal: 'asynchronous',

  describe: {
    needs: [
      {
        actions: ['dynamodb:DescribeTable', 'dynamodb:ListTagsOfResource'],
        on: 'arn:aws:dynamodb:REGION:ACCOUNT:table/*',
      },
    ],
    run: (aws, ids) => describeEach(ids, goneNames, (id) => describeTable(aws, id)),
  },

  remove: {
    needs: [{ actions: ['dynamodb:DeleteTable'], on: 'arn:aws:dynamodb:REGION:ACCOUNT:table/*', guard: 'tags' }],
    run: ({ client, sdk }, targets) =>
      removeEach(
        targets,
        // ValidationException is how DynamoDB refuses a protected table.
        { gone: goneNames, blocked: ['ResourceInUseException', 'ValidationException'] },
        async ({ id }) => {
          await client.send(new sdk.DeleteTableCommand({ TableName: id }));
          return {};
        },
        'requested',
      ),
  },

  tag: {
    needs: [{ actions: ['dynamodb:TagResource'], on: 'arn:aws:dynamodb:REGION:ACCOUNT:table/*' }],
    async run({ client, sdk }, { arn }, { key, value }) {
      await client.send(new sdk.TagResourceCommand({ ResourceArn: arn, Tags: [{ Key: key, Value: value }] }));
    },
  },

  cost: dynamodbTableCost,
});

async function describeTable(aws: DynamoDb, id: string): Promise<Description> {
  const { Table = {} } = await aws.client.send(new aws.sdk.DescribeTableCommand({ TableName: id }));
  const { TableArn: arn, TableId, TableStatus: state = 'unknown', CreationDateTime } = Table;
  if (state === 'DELETING') return { kind: 'leaving', id };
  // Emulators show no id.
  const identity = TableId ?? (CreationDateTime && `created ${CreationDateTime.toISOString()}`);
  if (arn === undefined || identity === undefined) {
    return { kind: 'unreadable', id, why: 'DynamoDB shows nothing that would tell it from another of its name' };
  }
  const usedBy = replicasOf(Table, aws.shard.region);
  return {
    kind: 'present',
    id,
    arn,
    identity,
    ...(CreationDateTime !== undefined && { createdAt: CreationDateTime.getTime() }),
    tags: aws.factsOnly ? {} : await tagsOf(aws, arn),
    ...(Table.DeletionProtectionEnabled && { protection: 'deletion protection is on' }),
    ...(usedBy.length > 0 && { usedBy }),
    facts: {
      state,
      billingMode: Table.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
      tableClass: Table.TableClassSummary?.TableClass ?? 'STANDARD',
      ...(Table.TableSizeBytes !== undefined && { sizeBytes: Table.TableSizeBytes }),
      ...(Table.ItemCount !== undefined && { items: Table.ItemCount }),
      ...billedFacts(Table),
    },
  };
}

async function tagsOf({ client, sdk }: DynamoDb, ResourceArn: string): Promise<Record<string, string>> {
  const tags: Record<string, string> = {};
  let NextToken: string | undefined;
  do {
    const page = await client.send(new sdk.ListTagsOfResourceCommand({ ResourceArn, NextToken }));
    Object.assign(tags, tagMap(page.Tags));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return tags;
}

/** A table in other regions too is one global table: what is deleted here would be missing there. */
function replicasOf({ Replicas = [] }: TableDescription, here: string): UsedBy[] {
  return Replicas.flatMap(({ RegionName }) =>
    RegionName === undefined || RegionName === here ? [] : [{ words: `its replica in ${RegionName}` }],
  );
}
