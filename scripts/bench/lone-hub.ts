import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { ledgerTable } from '../../lib/adapters/ledger-table.ts';
import { localAwsEnvironment } from '../local-aws/environment.ts';
import type { Bundled, Handler } from './bundled.ts';

const table = 'bench-ledger';
const bucket = 'bench-runs';

/** What a policy names to use them from the command line. */
export const hubState = { table, bucket };

/** What a function finds around it, as it would in Lambda; its policy lies beside its code. */
export function hubEnvironment(endpoint: string, { folder }: Bundled, service: Handler): NodeJS.ProcessEnv {
  return {
    ...localAwsEnvironment(endpoint, {}),
    LAMBDA_TASK_ROOT: folder,
    LEDGER_TABLE: table,
    RUN_BUCKET: bucket,
    ALLOW_TIME_TRAVEL: 'false',
    POWERTOOLS_SERVICE_NAME: service,
    POWERTOOLS_METRICS_NAMESPACE: 'Mayfly',
  };
}

/** The hub's table and bucket, in moto's own account: the functions need no more of a hub. */
export async function makeHub(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const settings = { endpoint, region: 'us-east-1', credentials, forcePathStyle: true };
  const { partitionKey, sortKey, byShard } = ledgerTable;
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await new DynamoDBClient(settings).send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys(partitionKey, sortKey),
      AttributeDefinitions: [...new Set([partitionKey, sortKey, byShard.partitionKey])].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      GlobalSecondaryIndexes: [
        {
          IndexName: byShard.name,
          KeySchema: keys(byShard.partitionKey, byShard.sortKey),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  await new S3Client(settings).send(new CreateBucketCommand({ Bucket: bucket }));
}
