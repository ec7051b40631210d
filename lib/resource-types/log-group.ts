import type { LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { type Cost, estimate } from '../core/cost.ts';
import { batchesOf } from './batches.ts';
import type { Aws, Description, Present } from './define.ts';
import { defineResourceType } from './define.ts';
import { gigabytes, numberIn } from './fact.ts';
import { describeEach, removeEach } from './removal-errors.ts';

type Logs = Aws<
  typeof import('./sdk/cloudwatch-logs.ts'),
  import('@aws-sdk/client-cloudwatch-logs').CloudWatchLogsClient
>;

const goneNames = ['ResourceNotFoundException'];

/** DescribeLogGroups takes 50 names, and leaves out those that are not there. */
const namesPerCall = 50;

const logGroupCost: Cost = {
  says: 'at most the storage of what it shows, which AWS compresses first. What is written to it is not in it',
  monthlyUsd({ logClass = 'unknown', ...facts }, prices) {
    if (logClass !== 'STANDARD') return { kind: 'unknown', why: `there are no prices of the class ${logClass}` };
    const quantity = gigabytes(numberIn(facts, 'storedBytes'));
    return estimate(prices, [{ item: 'cloudwatch-logs.archival-storage', unit: 'GB-month', quantity }], {
      atMost: true,
      note: 'AWS compresses what it stores, and bills that',
    });
  },
};

/** A log group with its streams. */
export const logGroup = defineResourceType({
  id: 'logs:log-group',
  title: 'CloudWatch log group',
  // The API's own lists end the ARN with `:*`; the ARN of a stream goes on behind the name.
  idIn: ({ service, resource }) =>
    service === 'logs' ? /^log-group:([\w./#-]{1,512})(?::\*)?$/.exec(resource)?.[1] : undefined,
  cloudFormation: 'AWS::Logs::LogGroup',
  sdk: () => import('./sdk/cloudwatch-logs.ts'),
  client: (sdk) => sdk.CloudWatchLogsClient,
  after: [{ type: 'lambda:function', because: 'a function that still runs writes its log group again' }],
  removal: 'synchronous',

  describe: {
    needs: [
      { actions: ['logs:DescribeLogGroups'], on: '*' },
      { actions: ['logs:ListTagsForResource'], on: 'arn:aws:logs:REGION:ACCOUNT:log-group:*' },
    ],
    async run(aws, ids) {
      const found = new Map<string, LogGroup>();
      for (const logGroupIdentifiers of batchesOf(ids, namesPerCall)) {
        const pages = aws.sdk.paginateDescribeLogGroups({ client: aws.client }, { logGroupIdentifiers });
        for await (const { logGroups = [] } of pages) {
          for (const group of logGroups) found.set(group.logGroupName ?? '', group);
        }
      }
      return describeEach(ids, goneNames, (id) => describeGroup(aws, id, found.get(id)));
    },
  },

  remove: {
    // Of a log group's actions only those on tags take its ARN without `:*`.
    needs: [{ actions: ['logs:DeleteLogGroup'], on: 'TARGET:*', guard: 'tags' }],
    run: ({ client, sdk }, targets) =>
      removeEach(
        targets,
        // ValidationException is how CloudWatch Logs refuses a protected group.
        { gone: goneNames, blocked: ['OperationAbortedException', 'ValidationException'] },
        async ({ id }) => {
          await client.send(new sdk.DeleteLogGroupCommand({ logGroupName: id }));
          return {};
        },
      ),
  },

  tag: {
    needs: [{ actions: ['logs:TagResource'], on: 'arn:aws:logs:REGION:ACCOUNT:log-group:*' }],
    async run({ client, sdk }, { arn }, { key, value }) {
      await client.send(new sdk.TagResourceCommand({ resourceArn: arn, tags: { [key]: value } }));
    },
  },

  cost: logGroupCost,
});

async function describeGroup(aws: Logs, id: string, group: LogGroup | undefined): Promise<Description> {
  if (group === undefined) return { kind: 'gone', id };
  const { creationTime } = group;
  const arn = group.logGroupArn ?? group.arn?.replace(/:\*$/, '');
  if (arn === undefined || creationTime === undefined) {
    return { kind: 'unreadable', id, why: 'CloudWatch Logs shows no creation time' };
  }
  return {
    kind: 'present',
    id,
    arn,
    identity: `created ${creationTime}`,
    createdAt: creationTime,
    tags: aws.factsOnly ? {} : await tagsOf(aws, arn),
    ...(group.deletionProtectionEnabled && { protection: 'deletion protection is on' }),
    facts: {
      logClass: group.logGroupClass ?? 'STANDARD',
      retentionDays: group.retentionInDays ?? 'never expires',
      ...(group.storedBytes !== undefined && { storedBytes: group.storedBytes }),
    },
  };
}

async function tagsOf({ client, sdk }: Logs, arn: string): Promise<Present['tags']> {
  const { tags = {} } = await client.send(new sdk.ListTagsForResourceCommand({ resourceArn: arn }));
  return tags;
}
