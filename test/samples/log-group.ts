import { awsError, type Sample } from './sample.ts';

const arn = 'arn:aws:logs:eu-west-1:222222222222:log-group:/aws/lambda/resize';

export const logGroup: Sample = {
  type: 'logs:log-group',
  arn,
  id: '/aws/lambda/resize',
  answers: {
    DescribeLogGroups: {
      logGroups: [
        {
          logGroupName: '/aws/lambda/resize',
          arn: `${arn}:*`,
          logGroupArn: arn,
          creationTime: Date.parse('2026-11-18T09:00:00Z'),
          logGroupClass: 'STANDARD',
          metricFilterCount: 0,
          retentionInDays: 14,
          storedBytes: 2048,
          deletionProtectionEnabled: false,
        },
      ],
    },
    ListTagsForResource: { tags: { 'expires-at': '2026-11-20T00:00:00Z', owner: 'ana' } },
    DeleteLogGroup: {},
    TagResource: {},
  },
  gone: {
    DescribeLogGroups: { logGroups: [] },
    DeleteLogGroup: awsError('ResourceNotFoundException', 'The specified log group does not exist.'),
  },
  paged: [{ command: 'DescribeLogGroups', items: 'logGroups', token: 'nextToken', inputToken: 'nextToken' }],
};
