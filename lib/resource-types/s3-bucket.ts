import { unknownCost } from '../core/cost.ts';
import type { Aws, Description, RemovalResult, Target } from './define.ts';
import { defineResourceType } from './define.ts';
import { codeOf, describeEach, messageOf, removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

type S3 = Aws<typeof import('./sdk/s3.ts'), import('@aws-sdk/client-s3').S3Client>;

/** DeleteObjects takes 1,000 keys. */
const objectsPerCall = 1000;

/** A bucket. It must be empty to go: versions, delete markers and unfinished uploads go first. */
export const s3Bucket = defineResourceType({
  id: 's3:bucket',
  title: 'S3 bucket',
  idIn: ({ service, resource }) => (service === 's3' && /^[a-z0-9.-]{3,63}$/.test(resource) ? resource : undefined),
  cloudFormation: 'AWS::S3::Bucket',
  sdk: () => import('./sdk/s3.ts'),
  client: (sdk) => sdk.S3Client,
  after: [],
  removal: 'synchronous',
  unguarded: 'S3 compares bucket tags only where attribute-based access control is enabled on the bucket',
  movingIdentity: 'S3 moves the creation date when the policy of a bucket is edited',

  describe: {
    needs: [
      { actions: ['s3:ListAllMyBuckets'], on: '*' },
      { actions: ['s3:GetBucketTagging'], on: 'arn:aws:s3:::*' },
    ],
    async run(aws, ids) {
      const createdAt = await creationDates(aws, new Set(ids));
      return describeEach(ids, ['NoSuchBucket'], (id) => describeBucket(aws, id, createdAt.get(id)));
    },
  },

  remove: {
    needs: [
      { actions: ['s3:DeleteBucket'], on: 'arn:aws:s3:::*' },
      { actions: ['s3:ListBucketVersions', 's3:ListBucketMultipartUploads'], on: 'TARGET' },
      { actions: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload'], on: 'TARGET/*' },
    ],
    run: (aws, targets, { objectsPerPass }) =>
      removeEach(targets, { gone: ['NoSuchBucket'] }, (target) => removeBucket(aws, target, objectsPerPass)),
  },

  tag: {
    needs: [{ actions: ['s3:GetBucketTagging', 's3:PutBucketTagging'], on: 'arn:aws:s3:::*' }],
    async run(aws, { id }, { key, value }) {
      // S3 writes the whole set of tags, so the others are read just before and written back.
      const TagSet = Object.entries({ ...(await tagsOf(aws, id)), [key]: value }).map(([Key, Value]) => ({
        Key,
        Value,
      }));
      await aws.client.send(new aws.sdk.PutBucketTaggingCommand({ Bucket: id, Tagging: { TagSet } }));
    },
  },

  cost: unknownCost('a bucket costs what it stores, and S3 does not show how much that is'),
});

/** HeadBucket does not tell the creation; one listing tells it for all buckets of the account. */
async function creationDates({ client, sdk }: S3, wanted: ReadonlySet<string>): Promise<Map<string, number>> {
  const dates = new Map<string, number>();
  for await (const { Buckets = [] } of sdk.paginateListBuckets({ client }, { MaxBuckets: 1000 })) {
    for (const { Name = '', CreationDate } of Buckets) {
      if (wanted.has(Name) && CreationDate !== undefined) dates.set(Name, CreationDate.getTime());
    }
  }
  return dates;
}

async function describeBucket(aws: S3, id: string, createdAt: number | undefined): Promise<Description> {
  if (createdAt === undefined) return { kind: 'gone', id };
  return {
    kind: 'present',
    id,
    arn: `arn:${aws.shard.partition}:s3:::${id}`,
    identity: `created ${new Date(createdAt).toISOString()}`,
    createdAt,
    tags: await tagsOf(aws, id),
    facts: {},
  };
}

async function tagsOf({ client, sdk }: S3, id: string): Promise<Record<string, string>> {
  try {
    return tagMap((await client.send(new sdk.GetBucketTaggingCommand({ Bucket: id }))).TagSet);
  } catch (error) {
    if (codeOf(error) === 'NoSuchTagSet') return {};
    throw error;
  }
}

async function removeBucket(aws: S3, { id }: Target, objectsPerPass: number): Promise<Partial<RemovalResult>> {
  const { client, sdk } = aws;
  try {
    await client.send(new sdk.DeleteBucketCommand({ Bucket: id }));
    return {};
  } catch (error) {
    if (codeOf(error) !== 'BucketNotEmpty') throw error;
  }
  const emptied = await emptyBucket(aws, id, objectsPerPass);
  if (emptied.kind === 'empty') await client.send(new sdk.DeleteBucketCommand({ Bucket: id }));
  if (emptied.kind === 'partly')
    return { kind: 'unfinished', detail: `${emptied.deleted} objects deleted, more are left` };
  if (emptied.kind === 'refused') return { kind: 'blocked', why: `it is not empty: ${emptied.why}` };
  return {};
}

type Emptied = { kind: 'empty' } | { kind: 'partly'; deleted: number } | { kind: 'refused'; why: string };

/**
 * Deletes versions and delete markers up to the bound, then aborts unfinished uploads. It asks for the first page again
 * each time, because a list that shrinks while it is paged can skip entries.
 */
async function emptyBucket(aws: S3, Bucket: string, objectsPerPass: number): Promise<Emptied> {
  const { client, sdk } = aws;
  try {
    for (let deleted = 0; ; ) {
      const page = await client.send(new sdk.ListObjectVersionsCommand({ Bucket, MaxKeys: objectsPerCall }));
      const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
        Key,
        VersionId,
      }));
      if (Objects.length === 0) return await abortUploads(aws, Bucket);
      if (deleted + Objects.length > objectsPerPass) return { kind: 'partly', deleted };
      const { Errors: [refused] = [] } = await client.send(
        new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
      );
      if (refused !== undefined) return { kind: 'refused', why: `${refused.Key}: ${refused.Code} ${refused.Message}` };
      deleted += Objects.length;
    }
  } catch (error) {
    if (codeOf(error) !== 'AccessDenied') throw error;
    return { kind: 'refused', why: `the role may not empty it (${messageOf(error)})` };
  }
}

async function abortUploads({ client, sdk }: S3, Bucket: string): Promise<Emptied> {
  const { Uploads = [], IsTruncated } = await client.send(new sdk.ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads) {
    await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }
  return IsTruncated ? { kind: 'partly', deleted: Uploads.length } : { kind: 'empty' };
}
