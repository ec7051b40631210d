import { noCost } from '../core/cost.ts';
import type { Shard } from '../core/resource.ts';
import { defineResourceType } from './define.ts';
import { describeEach, removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

const goneNames = ['NotFoundException', 'ResourceNotFoundException'];

/** A topic. Its subscriptions go with it. */
export const snsTopic = defineResourceType({
  id: 'sns:topic',
  title: 'SNS topic',
  // A longer ARN names a subscription.
  idIn: ({ service, resource }) => (service === 'sns' && /^[\w-]+(\.fifo)?$/.test(resource) ? resource : undefined),
  cloudFormation: 'AWS::SNS::Topic',
  sdk: () => import('./sdk/sns.ts'),
  client: (sdk) => sdk.SNSClient,
  after: [],
  removal: 'synchronous',

  describe: {
    needs: [{ actions: ['sns:ListTagsForResource'], on: 'arn:aws:sns:REGION:ACCOUNT:*' }],
    run: ({ client, sdk, shard }, ids) =>
      describeEach(ids, goneNames, async (id) => {
        const arn = arnOf(id, shard);
        // Its attributes would show neither an id nor a time, so the tags are all there is to read.
        const { Tags } = await client.send(new sdk.ListTagsForResourceCommand({ ResourceArn: arn }));
        return {
          kind: 'present',
          id,
          arn,
          // Nothing tells a topic from a later one of its name but the tags.
          identity: `topic ${arn}`,
          tags: tagMap(Tags),
          facts: {},
        };
      }),
  },

  remove: {
    needs: [{ actions: ['sns:DeleteTopic'], on: 'arn:aws:sns:REGION:ACCOUNT:*', guard: 'tags' }],
    run: ({ client, sdk, shard }, targets) =>
      removeEach(
        targets,
        // InvalidStateException: a message archive must be switched off first.
        { gone: goneNames, blocked: ['InvalidStateException', 'ConcurrentAccessException', 'StaleTagException'] },
        async ({ id }) => {
          await client.send(new sdk.DeleteTopicCommand({ TopicArn: arnOf(id, shard) }));
          return {};
        },
      ),
  },

  tag: {
    needs: [{ actions: ['sns:TagResource'], on: 'arn:aws:sns:REGION:ACCOUNT:*' }],
    async run({ client, sdk }, { arn }, { key, value }) {
      await client.send(new sdk.TagResourceCommand({ ResourceArn: arn, Tags: [{ Key: key, Value: value }] }));
    },
  },

  cost: noCost('a topic is billed by use, and one that nobody uses is not billed'),
});

function arnOf(name: string, { partition, region, account }: Shard & { partition: string }): string {
  return `arn:${partition}:sns:${region}:${account}:${name}`;
}
