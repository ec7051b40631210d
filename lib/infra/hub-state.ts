import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ledgerPartitions, ledgerTable } from '../adapters/ledger-table.ts';
import { reportsPrefix } from '../adapters/run-documents.ts';
import type { Policy } from '../core/policy.ts';
import { day } from '../core/time.ts';
import { acknowledge, logicalIdOf } from './acknowledge.ts';
import { RecipeKeeping, recipeLifecycle } from './recipe-keeping.ts';

/** Patterns of the ledger's partitions: those of resources are ARNs. */
const partitions = { resources: 'arn:*', ...ledgerPartitions } as const;

export type Partition = keyof typeof partitions;

/** What the hub remembers: the ledger, and what the steps of a run hand on. Both outlive the stack. */
export class HubState extends Construct {
  readonly ledger: TableV2;
  readonly runs: IBucket;
  /** Only where servers that idle are copied. */
  readonly recipes: RecipeKeeping | undefined;

  constructor(scope: Construct, id: string, policy: Policy) {
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
        // Of runs alone: what weekly reports build on is not a run's.
        { id: 'runs', prefix: 'runs/run-', expiration: Duration.days(30) },
        { id: 'plans', prefix: 'plans/', expiration: Duration.days(90) },
        { id: 'uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { id: 'reports', prefix: reportsPrefix, expiration: Duration.days(Math.ceil(policy.report.keep / day)) },
        ...recipeLifecycle(policy),
      ],
    });
    acknowledge(runs, {
      S1: 'Only the hub reads and writes it; CloudTrail can record that where a log of accesses is wanted',
    });
    // The library's own types disagree under exactOptionalPropertyTypes.
    this.runs = runs as IBucket;
    this.recipes = policy.idle && new RecipeKeeping(this, 'Recipes', this.runs);
  }

  /** Steps read the whole ledger and write only to partitions of their own. */
  grantLedger(role: Role, writes: readonly Partition[]): void {
    const { tableArn } = this.ledger;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'],
        resources: [tableArn, `${tableArn}/index/${ledgerTable.byShard.name}`],
      }),
    );
    for (const statement of writing(tableArn, writes)) role.addToPolicy(statement);
  }

  /** The files of weekly reports. */
  grantReports(role: Role, action: 's3:GetObject' | 's3:PutObject'): void {
    const key = `${reportsPrefix}*`;
    role.addToPolicy(new PolicyStatement({ actions: [action], resources: [this.runs.arnForObjects(key)] }));
    acknowledge(role, {
      [`IAM5[Resource::<${logicalIdOf(this.runs)}.Arn>/${key}]`]:
        'Reports carry the day that they are of in their names',
    });
  }

  /** `saves` are patterns of keys. Listing makes a missing object "not there" instead of "access denied". */
  grantRuns(role: Role, saves: readonly string[]): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [this.runs.arnForObjects('runs/*'), this.runs.arnForObjects('plans/*')],
      }),
    );
    if (saves.length > 0) {
      const resources = saves.map((key) => this.runs.arnForObjects(key));
      role.addToPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources }));
    }
    role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.runs.bucketArn] }));
    const bucket = logicalIdOf(this.runs);
    acknowledge(role, {
      [`IAM5[Resource::<${bucket}.Arn>/runs/*]`]: 'The documents of a run carry its id in their names',
      [`IAM5[Resource::<${bucket}.Arn>/plans/*]`]: 'Plans carry their ids in their names',
      ...Object.fromEntries(
        saves.map((key) => [
          `IAM5[Resource::<${bucket}.Arn>/${key}]`,
          'What this step saves carries the id of the run, the plan or the shard in its name',
        ]),
      ),
    });
  }
}

/**
 * AWS does not say whether it judges the keys of a transaction item by item or all together. So that a removal's record
 * is never refused, who deletes open removals may do so beside the partitions that it writes in the same transaction.
 */
function writing(tableArn: string, writes: readonly Partition[]): PolicyStatement[] {
  if (writes.length === 0) return [];
  const own = [...writes, ...besides(writes)].map((name) => partitions[name]);
  const others = Object.values(partitions).filter((pattern) => !own.includes(pattern));
  const put = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];
  const remove = ['dynamodb:DeleteItem'];
  const resources = [tableArn];
  const statements = [
    new PolicyStatement({ actions: put, resources, conditions: { 'ForAllValues:StringLike': { [leadingKeys]: own } } }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions: [...put, ...remove],
      resources,
      conditions: { 'ForAnyValue:StringLike': { [leadingKeys]: others } },
    }),
  ];
  if (!writes.includes('openRemovals')) return statements;
  const removing = [partitions.resources, partitions.turns, partitions.openRemovals];
  const beside = { 'ForAllValues:StringLike': { [leadingKeys]: removing } };
  return [...statements, new PolicyStatement({ actions: remove, resources, conditions: beside })];
}

/** What others write in their transactions: turns with a resource's events, the guard's events with its memory. */
function besides(writes: readonly Partition[]): Partition[] {
  const found: Partition[] = [];
  if (writes.includes('resources')) found.push('turns');
  if (writes.includes('guard')) found.push('guardEvents');
  return found;
}

const leadingKeys = 'dynamodb:LeadingKeys';
