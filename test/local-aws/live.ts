import { ListQueuesCommand, ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs';
import { queue } from '../../scripts/local-aws/makers/services.ts';
import type { Site } from '../../scripts/local-aws/site.ts';

/** A queue of the local AWS, by name and tags. */
export async function aQueue(site: Site, name: string, tags: Record<string, string>): Promise<string> {
  return (await queue(site, { kind: 'queue', name, tags, parts: [], fate: 'kept' })).arn;
}

/** The names of the queues that are there. */
export async function queueNames(site: Site): Promise<string[]> {
  const { QueueUrls = [] } = await site.client(SQSClient).send(new ListQueuesCommand({}));
  return QueueUrls.map((url) => url.slice(url.lastIndexOf('/') + 1)).toSorted();
}

export async function queueTags(site: Site, name: string): Promise<Record<string, string>> {
  const QueueUrl = `http://localhost/${site.account}/${name}`;
  const { Tags = {} } = await site.client(SQSClient).send(new ListQueueTagsCommand({ QueueUrl }));
  return Tags;
}
