import { noCost } from '../core/cost.ts';
import type { Aws } from './define.ts';
import { defineResourceType } from './define.ts';
import { describeEach, removeEach } from './removal-errors.ts';

type Sqs = Aws<typeof import('./sdk/sqs.ts'), import('@aws-sdk/client-sqs').SQSClient>;

const goneNames = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];

/** A queue. Its messages go with it; the same name can't be used again for 60 seconds. */
export const sqsQueue = defineResourceType({
  id: 'sqs:queue',
  title: 'SQS queue',
  idIn: ({ service, resource }) => (service === 'sqs' && /^[\w-]+(\.fifo)?$/.test(resource) ? resource : undefined),
  cloudFormation: 'AWS::SQS::Queue',
  sdk: () => import('./sdk/sqs.ts'),
  client: (sdk) => sdk.SQSClient,
  after: [],
  removal: 'synchronous',

  describe: {
    needs: [{ actions: ['sqs:GetQueueAttributes', 'sqs:ListQueueTags'], on: 'arn:aws:sqs:REGION:ACCOUNT:*' }],
    run: (aws, ids) =>
      describeEach(ids, goneNames, async (id) => {
        const QueueUrl = urlOf(aws, id);
        const [{ Attributes = {} }, { Tags = {} }] = await Promise.all([
          aws.client.send(
            new aws.sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn', 'CreatedTimestamp'] }),
          ),
          aws.client.send(new aws.sdk.ListQueueTagsCommand({ QueueUrl })),
        ]);
        const createdAt = Number(Attributes['CreatedTimestamp']) * 1000;
        return {
          kind: 'present',
          id,
          arn: Attributes['QueueArn'] ?? '',
          identity: `created ${Attributes['CreatedTimestamp']}`,
          createdAt,
          tags: Tags,
          facts: {},
        };
      }),
  },

  remove: {
    needs: [{ actions: ['sqs:DeleteQueue'], on: 'arn:aws:sqs:REGION:ACCOUNT:*', guard: 'tags' }],
    run: (aws, targets) =>
      removeEach(targets, { gone: goneNames }, async ({ id }) => {
        await aws.client.send(new aws.sdk.DeleteQueueCommand({ QueueUrl: urlOf(aws, id) }));
        return {};
      }),
  },

  tag: {
    needs: [{ actions: ['sqs:TagQueue'], on: 'arn:aws:sqs:REGION:ACCOUNT:*' }],
    async run(aws, { id }, { key, value }) {
      await aws.client.send(new aws.sdk.TagQueueCommand({ QueueUrl: urlOf(aws, id), Tags: { [key]: value } }));
    },
  },

  cost: noCost('a queue is billed by use, and one that nobody uses is not billed'),
});

/** SQS names queues by URL, and the URL follows from region, account and name: asking for it would cost a call each. */
function urlOf({ shard: { region, account, partition } }: Sqs, name: string): string {
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://sqs.${region}.${domain}/${account}/${name}`;
}
