import { awsError, type Sample } from './sample.ts';

const arn = 'arn:aws:sns:eu-west-1:222222222222:alerts';

export const snsTopic: Sample = {
  type: 'sns:topic',
  arn,
  id: 'alerts',
  answers: {
    ListTagsForResource: {
      Tags: [
        { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
        { Key: 'owner', Value: 'ana' },
      ],
    },
    DeleteTopic: {},
    TagResource: {},
  },
  gone: {
    ListTagsForResource: awsError('ResourceNotFoundException', 'Resource does not exist'),
  },
};
