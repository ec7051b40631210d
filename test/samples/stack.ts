import { awsError, type Sample } from './sample.ts';

const arn = 'arn:aws:cloudformation:eu-west-1:222222222222:stack/pr-123/6a1b2c30-c8d1-11f1-9a3e-0a1b2c3d4e5f';
const nestedArn =
  'arn:aws:cloudformation:eu-west-1:222222222222:stack/pr-123-Queues-1K2L/7b2c3d40-c8d1-11f1-8f4e-0a1b2c3d4e5f';

const stackAlive = {
  StackId: arn,
  StackName: 'pr-123',
  CreationTime: new Date('2026-11-18T09:00:00Z'),
  StackStatus: 'CREATE_COMPLETE',
  EnableTerminationProtection: false,
  Outputs: [{ OutputKey: 'Queue', OutputValue: 'orders', ExportName: 'pr-123-queue' }],
  Tags: [
    { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
    { Key: 'owner', Value: 'ana' },
  ],
};

const notImported = awsError('ValidationError', "Export 'pr-123-queue' is not imported by any stack.");

const member = (ResourceType: string, PhysicalResourceId?: string, ResourceStatus = 'CREATE_COMPLETE') => ({
  LogicalResourceId: 'Member',
  LastUpdatedTimestamp: new Date('2026-11-18T09:01:00Z'),
  ResourceType,
  PhysicalResourceId,
  ResourceStatus,
});

const withStack = (change: object) => () => ({ DescribeStacks: { Stacks: [{ ...stackAlive, ...change }] } });

export const stack: Sample = {
  type: 'cloudformation:stack',
  arn,
  id: arn,
  identity: arn,
  tags: { 'expires-at': '2026-11-20T00:00:00Z', owner: 'ana' },
  answers: {
    DescribeStacks: { Stacks: [stackAlive] },
    ListImports: notImported,
    ListStackResources: { StackResourceSummaries: [member('AWS::EC2::Instance', 'i-0a1b2c3d4e5f60718')] },
    DeleteStack: {},
  },
  gone: { DescribeStacks: { Stacks: [{ ...stackAlive, StackStatus: 'DELETE_COMPLETE' }] } },
  paged: [
    {
      command: 'ListStackResources',
      items: 'StackResourceSummaries',
      token: 'NextToken',
      inputToken: 'NextToken',
    },
  ],
  scenarios: [
    {
      name: 'is gone where AWS has forgotten it',
      answers: () => ({ DescribeStacks: awsError('ValidationError', `Stack with id ${arn} does not exist`) }),
      described: { kind: 'gone' },
    },
    {
      name: 'is unreadable for any other refusal of the same name',
      answers: () => ({ DescribeStacks: awsError('ValidationError', 'Stack name is not valid') }),
      described: { kind: 'unreadable' },
    },
    {
      name: 'is leaving',
      answers: withStack({ StackStatus: 'DELETE_IN_PROGRESS' }),
      described: { kind: 'leaving' },
    },
    {
      name: 'is busy',
      answers: withStack({ StackStatus: 'UPDATE_IN_PROGRESS' }),
      described: { kind: 'present', usedBy: [{ words: 'an operation is in progress (UPDATE_IN_PROGRESS)' }] },
    },
    {
      name: 'is imported from by another stack',
      answers: () => ({ ListImports: { Imports: ['pr-123-web'] } }),
      described: { kind: 'present', usedBy: [{ words: 'stack pr-123-web imports from it' }] },
    },
    {
      name: 'goes with its root where it is nested',
      answers: withStack({ RootId: 'arn:of:the:root', ParentId: 'arn:of:the:parent' }),
      described: { kind: 'present', owner: { kind: 'stack', name: 'arn:of:the:root' } },
    },
    {
      name: 'belongs to its stack set',
      answers: withStack({ StackName: 'StackSet-roles-0f9d6c1e-3b7a-4c55-9a51-1d2e3f405162' }),
      described: {
        kind: 'present',
        owner: { kind: 'controller', name: 'the stack set of StackSet-roles-0f9d6c1e-3b7a-4c55-9a51-1d2e3f405162' },
      },
    },
    {
      name: 'shows its termination protection, which AWS enforces',
      answers: () => ({
        ...withStack({ EnableTerminationProtection: true })(),
        DeleteStack: awsError(
          'ValidationError',
          'Stack [pr-123] cannot be deleted while TerminationProtection is enabled',
        ),
      }),
      described: { kind: 'present', protection: 'termination protection is on' },
      removed: { kind: 'blocked' },
    },
    {
      name: 'is tried again after a failed deletion, under a token of its own',
      answers: () => {
        let tries = 0;
        const DeletionTime = new Date('2026-11-20T10:00:00Z');
        return {
          ...withStack({ StackStatus: 'DELETE_FAILED', StackStatusReason: 'The bucket is not empty', DeletionTime })(),
          DeleteStack: () => (tries++ === 0 ? awsError('TokenAlreadyExistsException') : {}),
        };
      },
      described: {
        kind: 'present',
        removalFailure: { why: 'its deletion failed: The bucket is not empty', at: Date.parse('2026-11-20T10:00:00Z') },
        facts: {
          status: 'DELETE_FAILED',
          statusReason: 'The bucket is not empty',
          lastOperationAt: '2026-11-20T10:00:00.000Z',
        },
      },
      removed: { kind: 'requested', detail: 'tried again after a deletion that failed: The bucket is not empty' },
    },
    {
      name: 'shows a deletion that AWS took and gave up again',
      answers: withStack({
        StackStatusReason: 'Delete canceled. Cannot delete export pr-123-queue as it is in use by pr-123-web.',
        DeletionTime: new Date('2026-11-20T10:00:00Z'),
      }),
      described: {
        kind: 'present',
        removalFailure: {
          why: 'its deletion failed: Delete canceled. Cannot delete export pr-123-queue as it is in use by pr-123-web.',
          at: Date.parse('2026-11-20T10:00:00Z'),
        },
      },
    },
    {
      name: 'carries the members of its nested stacks and not what is gone already',
      answers: () => ({
        ListStackResources: ({ StackName }: { StackName: string }) => ({
          StackResourceSummaries:
            StackName === nestedArn
              ? [member('AWS::SQS::Queue', 'https://sqs.eu-west-1.amazonaws.com/222222222222/orders')]
              : [
                  member('AWS::S3::Bucket', 'pr-123-files', 'DELETE_COMPLETE'),
                  member('AWS::S3::Bucket', undefined, 'CREATE_FAILED'),
                  member('AWS::CloudFormation::Stack', nestedArn),
                ],
        }),
      }),
      described: {
        kind: 'present',
        carries: [
          {
            id: 'https://sqs.eu-west-1.amazonaws.com/222222222222/orders',
            arn: '',
            cloudFormation: 'AWS::SQS::Queue',
          },
          {
            id: nestedArn,
            arn: nestedArn,
            cloudFormation: 'AWS::CloudFormation::Stack',
            tags: { 'expires-at': '2026-11-20T00:00:00Z', owner: 'ana' },
          },
        ],
      },
    },
    {
      name: 'is unreadable where a nested stack is',
      answers: () => ({
        ListStackResources: ({ StackName }: { StackName: string }) =>
          StackName === nestedArn
            ? awsError('ValidationError', `Stack with id ${nestedArn} does not exist`)
            : { StackResourceSummaries: [member('AWS::CloudFormation::Stack', nestedArn)] },
      }),
      described: { kind: 'unreadable' },
    },
  ],
};
