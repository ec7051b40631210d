import { awsError, type Sample } from './sample.ts';

const arn = 'arn:aws:secretsmanager:eu-west-1:222222222222:secret:pr-123/db-password-AbC1d2';

const secretAlive = {
  ARN: arn,
  Name: 'pr-123/db-password',
  CreatedDate: new Date('2026-11-18T09:00:00Z'),
  LastChangedDate: new Date('2026-11-18T09:00:00Z'),
  Tags: [
    { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
    { Key: 'owner', Value: 'ana' },
  ],
  VersionIdsToStages: { '7b1f0a4e-2a57-4b0a-9f0e-0d4c1c6a3b11': ['AWSCURRENT'] },
};

export const secret: Sample = {
  type: 'secretsmanager:secret',
  arn,
  id: 'pr-123/db-password-AbC1d2',
  identity: arn,
  tags: { 'expires-at': '2026-11-20T00:00:00Z', owner: 'ana' },
  answers: {
    DescribeSecret: secretAlive,
    DeleteSecret: { ARN: arn, Name: 'pr-123/db-password', DeletionDate: new Date('2026-12-23T17:00:00Z') },
    TagResource: {},
  },
  gone: { DescribeSecret: awsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.") },
  scenarios: [
    {
      name: 'is recoverable for a while',
      answers: () => ({}),
      removed: { kind: 'removed', detail: 'recoverable until 2026-12-23T17:00:00.000Z' },
    },
    {
      name: 'has left once it is scheduled for deletion',
      answers: () => ({ DescribeSecret: { ...secretAlive, DeletedDate: new Date('2026-11-23T17:00:00Z') } }),
      described: { kind: 'gone' },
    },
    {
      name: 'belongs to the service that manages it',
      answers: () => ({ DescribeSecret: { ...secretAlive, OwningService: 'rds' } }),
      described: { kind: 'present', owner: { kind: 'controller', name: 'rds' } },
    },
    {
      name: 'is used by its replicas',
      answers: () => ({
        DescribeSecret: { ...secretAlive, PrimaryRegion: 'eu-west-1', ReplicationStatus: [{ Region: 'eu-north-1' }] },
        DeleteSecret: awsError('InvalidParameterException', "You can't delete a secret that still has replica regions"),
      }),
      described: { kind: 'present', usedBy: [{ words: 'its replica in eu-north-1' }] },
      removed: { kind: 'blocked' },
    },
    {
      name: 'goes with its primary where it is a replica',
      answers: () => ({ DescribeSecret: { ...secretAlive, PrimaryRegion: 'eu-north-1' } }),
      described: { kind: 'present', owner: { kind: 'controller', name: "the secret's primary in eu-north-1" } },
    },
    {
      name: 'was scheduled by somebody else meanwhile',
      answers: () => ({
        DeleteSecret: awsError(
          'InvalidRequestException',
          "You tried to perform the operation on a secret that's currently marked deleted.",
        ),
      }),
      removed: { kind: 'gone' },
    },
  ],
};
