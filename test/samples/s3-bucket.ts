import { awsError, type Sample } from './sample.ts';

const id = 'pr-123-files';

/** A bucket that refuses to go while its list of versions is not empty. */
function filledBucket({ versions, uploads }: { versions: number; uploads: number }) {
  let rest = versions;
  return {
    DeleteBucket: () => (rest > 0 ? awsError('BucketNotEmpty') : {}),
    ListObjectVersions: () => ({
      Versions: Array.from({ length: rest }, (_, at) => ({ Key: `file-${at}`, VersionId: 'null' })),
    }),
    DeleteObjects: () => {
      rest = 0;
      return {};
    },
    ListMultipartUploads: {
      Uploads: Array.from({ length: uploads }, (_, at) => ({ Key: `upload-${at}`, UploadId: `id-${at}` })),
    },
    AbortMultipartUpload: {},
  };
}

export const s3Bucket: Sample = {
  type: 's3:bucket',
  arn: `arn:aws:s3:::${id}`,
  id,
  identity: 'created 2026-11-18T09:00:00.000Z',
  tags: { 'expires-at': '2026-11-20T00:00:00Z', owner: 'ana' },
  answers: {
    ListBuckets: { Buckets: [{ Name: id, CreationDate: new Date('2026-11-18T09:00:00Z') }] },
    GetBucketTagging: {
      TagSet: [
        { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
        { Key: 'owner', Value: 'ana' },
      ],
    },
    DeleteBucket: {},
    PutBucketTagging: {},
  },
  gone: { ListBuckets: { Buckets: [] }, GetBucketTagging: awsError('NoSuchBucket') },
  paged: [{ command: 'ListBuckets', items: 'Buckets', token: 'ContinuationToken', inputToken: 'ContinuationToken' }],
  scenarios: [
    {
      name: 'without tags has none',
      answers: () => ({ GetBucketTagging: awsError('NoSuchTagSet') }),
      described: { kind: 'present', tags: {} },
    },
    {
      name: 'is emptied first',
      answers: () => filledBucket({ versions: 3, uploads: 1 }),
      removed: { kind: 'removed' },
    },
    {
      name: 'wants another pass where it holds too much for one',
      answers: () => filledBucket({ versions: 3, uploads: 0 }),
      settings: { objectsPerPass: 2 },
      removed: { kind: 'unfinished' },
    },
    {
      name: 'is kept where the role may not empty it',
      answers: () => ({
        ...filledBucket({ versions: 3, uploads: 0 }),
        ListObjectVersions: awsError('AccessDenied'),
      }),
      removed: { kind: 'blocked' },
    },
    {
      name: 'is kept by a locked object',
      answers: () => ({
        ...filledBucket({ versions: 3, uploads: 0 }),
        DeleteObjects: { Errors: [{ Key: 'file-0', Code: 'AccessDenied', Message: 'Object Lock' }] },
      }),
      removed: { kind: 'blocked' },
    },
    {
      name: 'went meanwhile',
      answers: () => ({ DeleteBucket: awsError('NoSuchBucket') }),
      removed: { kind: 'gone' },
    },
  ],
};
