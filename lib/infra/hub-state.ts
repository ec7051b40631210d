import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ledgerTable } from '../adapters/ledger-table.ts';
import { acknowledge, logicalIdOf } from './acknowledge.ts';

/** What the hub remembers: the ledger, and what the steps of a run hand on. Both outlive the stack. */
export class HubState extends Construct {
  readonly ledger: TableV2;
  readonly runs: IBucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.ledger = new TableV2(this, 'Ledger', {
      partitionKey: { name: ledgerTable.partitionKey, type: AttributeType.STRING },
      sortKey: { name: ledgerTable.sortKey, type: AttributeType.STRING },
      globalSecondaryIndexes: [
        {
          indexName: ledgerTable.byShard.name,
          partitionKey: { name: ledgerTable.byShard.partitionKey, type: AttributeType.STRING },
          sortKey: { name: ledgerTable.byShard.sortKey, type: AttributeType.STRING },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
      timeToLiveAttribute: ledgerTable.expires,
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const runs = new Bucket(this, 'Runs', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { id: 'runs', prefix: 'runs/', expiration: Duration.days(30) },
        { id: 'plans', prefix: 'plans/', expiration: Duration.days(90) },
        { id: 'uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    acknowledge(runs, {
      S1: 'Only the hub reads and writes it; CloudTrail can record that where a log of accesses is wanted',
    });
    // The library's own types disagree under exactOptionalPropertyTypes.
    this.runs = runs as IBucket;
  }

  /** Steps read the whole ledger; only some write to it. Nothing may delete an event. */
  grantLedger(role: Role, access: 'read' | 'write'): void {
    const { tableArn } = this.ledger;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'],
        resources: [tableArn, `${tableArn}/index/${ledgerTable.byShard.name}`],
      }),
    );
    if (access === 'read') return;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
        resources: [tableArn],
      }),
    );
  }

  /** Listing makes a missing object "not there" instead of "access denied". */
  grantRuns(role: Role): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [this.runs.arnForObjects('runs/*'), this.runs.arnForObjects('plans/*')],
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.runs.bucketArn] }));
    const bucket = logicalIdOf(this.runs);
    acknowledge(role, {
      [`IAM5[Resource::<${bucket}.Arn>/runs/*]`]: 'The documents of a run carry its id in their names',
      [`IAM5[Resource::<${bucket}.Arn>/plans/*]`]: 'Plans carry their ids in their names',
    });
  }
}
