import { awsError, type Sample } from './sample.ts';

export const sqsQueue: Sample = {
  type: 'sqs:queue',
  arn: 'arn:aws:sqs:eu-west-1:222222222222:orders',
  id: 'orders',
  answers: {
    GetQueueAttributes: {
      Attributes: { QueueArn: 'arn:aws:sqs:eu-west-1:222222222222:orders', CreatedTimestamp: '1795000000' },
    },
    ListQueueTags: { Tags: { 'expires-at': '2026-11-20T00:00:00Z', owner: 'ana' } },
    DeleteQueue: {},
    TagQueue: {},
  },
  gone: { GetQueueAttributes: awsError('QueueDoesNotExist'), ListQueueTags: awsError('QueueDoesNotExist') },
};
