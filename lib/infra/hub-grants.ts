import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { acknowledge } from './acknowledge.ts';

/** A member role, in whatever account: its own trust and the organization decide which accounts have it. */
export function letAssume(role: Role, memberRole: string): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      resources: [`arn:${Aws.PARTITION}:iam::*:role/${memberRole}`],
    }),
  );
  acknowledge(role, {
    [`IAM5[Resource::arn:<AWS::Partition>:iam::*:role/${memberRole}]`]:
      'The role of this name in every member: accounts come and go without a deploy, and each role has its own trust',
  });
}

/** To find the accounts of an organizational unit. */
export function letAskOrganizations(role: Role): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['organizations:ListAccountsForParent', 'organizations:ListOrganizationalUnitsForParent'],
      resources: ['*'],
    }),
  );
  acknowledge(role, {
    'IAM5[Resource::*]': wholeResource,
  });
}

/** To learn what AWS billed. Each question costs a cent, so only who makes the weekly report may ask. */
export function letReadBill(role: Role): void {
  role.addToPolicy(
    new PolicyStatement({ actions: ['ce:GetCostAndUsage', 'ce:GetCostAndUsageWithResources'], resources: ['*'] }),
  );
  acknowledge(role, { 'IAM5[Resource::*]': wholeResource });
}

/** One finding of a role has one answer, whichever of these it needs. */
const wholeResource = 'Organizations lists accounts, and Cost Explorer a whole bill, under no narrower resource';

/**
 * One SecureString. Parameter Store decrypts it in the name of whoever reads, and names the parameter to the key: so
 * only this one is decrypted, with whatever key a person chose for it.
 */
export function letReadSecret(role: Role, name: string): void {
  const { partition, region, account } = Stack.of(role);
  const parameter = `arn:${partition}:ssm:${region}:${account}:parameter${name}`;
  const keys = `arn:${partition}:kms:${region}:${account}:key/*`;
  role.addToPolicy(new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [parameter] }));
  role.addToPolicy(
    new PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [keys],
      conditions: {
        StringEquals: {
          'kms:ViaService': `ssm.${region}.amazonaws.com`,
          'kms:EncryptionContext:PARAMETER_ARN': parameter,
        },
      },
    }),
  );
  acknowledge(role, {
    'IAM5[Resource::arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key/*]':
      'The key of a parameter is a choice of whoever puts it there; the conditions leave that one parameter',
  });
}
