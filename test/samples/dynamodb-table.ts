import { awsError, type Sample } from './sample.ts';

const arn = 'arn:aws:dynamodb:eu-west-1:222222222222:table/sessions';
const notFound = awsError('ResourceNotFoundException', 'Requested resource not found: Table: sessions not found');

export const dynamodbTable: Sample = {
  type: 'dynamodb:table',
  arn,
  id: 'sessions',
  answers: {
    DescribeTable: {
      Table: {
        TableName: 'sessions',
        TableArn: arn,
        TableId: '8f0a5a3e-2d4c-4b1c-9a57-0c6c3f2f7e11',
        TableStatus: 'ACTIVE',
        CreationDateTime: new Date('2026-11-18T09:00:00Z'),
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        TableSizeBytes: 4096,
        ItemCount: 12,
        DeletionProtectionEnabled: false,
      },
    },
    ListTagsOfResource: {
      Tags: [
        { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
        { Key: 'owner', Value: 'ana' },
      ],
    },
    DeleteTable: { TableDescription: { TableName: 'sessions', TableStatus: 'DELETING' } },
    TagResource: {},
  },
  gone: { DescribeTable: notFound, ListTagsOfResource: notFound, DeleteTable: notFound },
  paged: [{ command: 'ListTagsOfResource', items: 'Tags', token: 'NextToken', inputToken: 'NextToken' }],
};
