import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { IBucket, LifecycleRule } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { recipesPrefix, secretSuffix } from '../adapters/run-documents.ts';
import type { Policy } from '../core/policy.ts';
import { day } from '../core/time.ts';
import { acknowledge, logicalIdOf } from './acknowledge.ts';
import { hubRoles } from './role-names.ts';

/** A copy may stay longer than it says: while Mayfly is paused, or under a policy that kept copies longer once. */
const marginDays = 365;

/** A copy without its recipe is half a server, so a recipe goes long after every copy that it could belong to. */
export function recipeLifecycle({ idle, removal }: Policy): LifecycleRule[] {
  if (idle === undefined) return [];
  const kept = Math.ceil(Math.max(idle.keepCopies, removal.keepFinalSnapshots) / day);
  return [{ id: 'recipes', prefix: recipesPrefix, expiration: Duration.days(kept + marginDays) }];
}

/** All that is done with a key but using it. Grants are left out: with one an administrator could read by himself. */
const administration = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];

/**
 * What a restore needs besides a copy, in the bucket of the hub. User data is in it, which is full of passwords: that
 * part has a key of its own, under which one function writes and another one reads.
 */
export class RecipeKeeping extends Construct {
  readonly key: Key;
  private readonly bucket: IBucket;

  constructor(scope: Construct, id: string, bucket: IBucket) {
    super(scope, id);
    this.bucket = bucket;
    this.key = new Key(this, 'Key', {
      description: 'Mayfly: the secret part of what servers are restored by',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      policy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'Administration',
            principals: [new AccountRootPrincipal()],
            actions: administration,
            resources: ['*'],
          }),
          this.letUse('Save', hubRoles.reap, 'kms:GenerateDataKey'),
          this.letUse('Restore', hubRoles.restore, 'kms:Decrypt'),
        ],
      }),
    });
  }

  /** For a role that copies. It can't read what it has saved. */
  grantSave(role: Role): void {
    role.addToPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: [this.objects()] }));
    role.addToPolicy(
      new PolicyStatement({
        actions: ['kms:GenerateDataKey'],
        resources: [this.key.keyArn],
        conditions: this.onlySecrets(),
      }),
    );
    this.explain(role);
  }

  /** For the role that restores. Any key that lets it in, because that of an earlier deployment may have been kept. */
  grantLoad(role: Role): void {
    role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.objects()] }));
    const { partition, region, account } = Stack.of(this);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [`arn:${partition}:kms:${region}:${account}:key/*`],
        conditions: this.onlySecrets(),
      }),
    );
    this.explain(role);
    acknowledge(role, {
      'IAM5[Resource::arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key/*]':
        'Recipes outlive a stack, and so does their key; the conditions leave the secret parts of recipes',
    });
  }

  /** By the name of the role, as members do it: it may be made again. Without this no policy of any role counts. */
  private letUse(sid: string, roleName: string, action: string): PolicyStatement {
    const { partition, account } = Stack.of(this);
    return new PolicyStatement({
      sid,
      principals: [new AccountRootPrincipal()],
      actions: [action],
      resources: ['*'],
      conditions: { ArnEquals: { 'aws:PrincipalArn': `arn:${partition}:iam::${account}:role/${roleName}` } },
    });
  }

  /** S3 names the object to the key. */
  private onlySecrets(): Record<string, Record<string, string>> {
    return {
      StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` },
      StringLike: {
        'kms:EncryptionContext:aws:s3:arn': this.bucket.arnForObjects(`${recipesPrefix}*${secretSuffix}`),
      },
    };
  }

  private objects(): string {
    return this.bucket.arnForObjects(`${recipesPrefix}*`);
  }

  private explain(role: Role): void {
    acknowledge(role, {
      [`IAM5[Resource::<${logicalIdOf(this.bucket)}.Arn>/${recipesPrefix}*]`]: 'Recipes carry the names of copies',
    });
  }
}
