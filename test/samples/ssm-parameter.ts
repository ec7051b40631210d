import { awsError, type Sample } from './sample.ts';

const parameterAlive = {
  Name: '/pr-123/feature-flags',
  Type: 'String',
  LastModifiedDate: new Date('2026-11-18T09:00:00Z'),
  Version: 3,
  Tier: 'Standard',
};

export const ssmParameter: Sample = {
  type: 'ssm:parameter',
  arn: 'arn:aws:ssm:eu-west-1:222222222222:parameter/pr-123/feature-flags',
  id: '/pr-123/feature-flags',
  identity: 'arn:aws:ssm:eu-west-1:222222222222:parameter/pr-123/feature-flags',
  tags: { 'expires-at': '2026-11-20T00:00:00Z', owner: 'ana' },
  answers: {
    DescribeParameters: { Parameters: [parameterAlive] },
    ListTagsForResource: {
      TagList: [
        { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
        { Key: 'owner', Value: 'ana' },
      ],
    },
    DeleteParameters: { DeletedParameters: ['/pr-123/feature-flags'], InvalidParameters: [] },
    AddTagsToResource: {},
  },
  gone: { DescribeParameters: { Parameters: [] }, ListTagsForResource: awsError('InvalidResourceId') },
  paged: [{ command: 'DescribeParameters', items: 'Parameters', token: 'NextToken', inputToken: 'NextToken' }],
  scenarios: [
    {
      name: 'was deleted by somebody else meanwhile',
      answers: () => ({ DeleteParameters: { DeletedParameters: [], InvalidParameters: ['/pr-123/feature-flags'] } }),
      removed: { kind: 'gone' },
    },
    {
      name: 'left between the two reads',
      answers: () => ({ ListTagsForResource: awsError('InvalidResourceId') }),
      described: { kind: 'gone' },
    },
    {
      name: 'is kept where the deletion says nothing about it',
      answers: () => ({ DeleteParameters: {} }),
      removed: { kind: 'failed' },
    },
  ],
};
