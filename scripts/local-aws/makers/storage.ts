import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { given, type Made, type Seed, type Site, tagList } from '../site.ts';
import { inOrder } from './ec2.ts';

/** Uploading takes a call for each object, so a large bucket is mostly delete markers, a thousand of them a call. */
const uploadsMost = 60;
const markersPerCall = 1000;

/** A bucket with `entries` versions and delete markers, all of which must go before it can. */
export async function bucket(site: Site, { name, tags, entries = 0 }: Seed): Promise<Made> {
  const client = site.client(S3Client);
  // S3 refuses the name of its first region as a location.
  const elsewhere = site.region === 'us-east-1' ? {} : { LocationConstraint: site.region };
  const CreateBucketConfiguration = Object.keys(elsewhere).length > 0 ? elsewhere : undefined;
  await client.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration }));
  await client.send(new PutBucketTaggingCommand({ Bucket: name, Tagging: { TagSet: tagList(tags) } }));
  if (entries > 0) await fill(client, name, entries);
  return { id: name, arn: `arn:aws:s3:::${name}` };
}

async function fill(client: S3Client, Bucket: string, entries: number): Promise<void> {
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const uploads = Math.min(entries, uploadsMost);
  // Every third upload is a second version of the one before.
  const keys = Array.from({ length: uploads }, (_, index) => `objects/${index - (index % 3 === 2 ? 1 : 0)}.txt`);
  await inOrder(keys, (Key) => client.send(new PutObjectCommand({ Bucket, Key, Body: `contents of ${Key}` })));
  for (let left = entries - uploads; left > 0; left -= markersPerCall) {
    const Objects = Array.from({ length: Math.min(left, markersPerCall) }, (_, index) => ({
      Key: given(keys[index % keys.length], 'a key'),
    }));
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  }
}

export async function table(site: Site, { name, tags }: Seed): Promise<Made> {
  const { TableDescription } = await site.client(DynamoDBClient).send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      Tags: tagList(tags),
    }),
  );
  return { id: name, arn: given(TableDescription?.TableArn, 'the ARN of the table') };
}

export async function database(site: Site, { name, tags, guarded = false }: Seed): Promise<Made> {
  const { DBInstance } = await site.client(RDSClient).send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: name,
      DBInstanceClass: 'db.t4g.micro',
      Engine: 'postgres',
      AllocatedStorage: 20,
      MasterUsername: 'demo',
      MasterUserPassword: 'not-a-secret',
      DeletionProtection: guarded,
      Tags: tagList(tags),
    }),
  );
  return { id: name, arn: given(DBInstance?.DBInstanceArn, 'the ARN of the database') };
}
