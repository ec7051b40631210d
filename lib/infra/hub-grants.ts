import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { freezeTag } from '../core/guard-freeze.ts';
import type { Policy } from '../core/policy.ts';
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

/** As many accounts as fit into the policies of one role beside the rest; more are the accounts of the organization. */
const namedAccountsMax = 40;

const isControlPolicy = { 'organizations:PolicyType': 'SERVICE_CONTROL_POLICY' };

/**
 * To make the one service control policy of a freeze, attach it to the accounts that the guard may freeze, and detach
 * it from any: an account that the policy no longer names may be frozen still. Roots and units are never its targets,
 * and no policy without Mayfly's tag is touched. Organizations asks about the policy and about its target, each by
 * itself; tagging a policy can't be told from making one with a tag. (Service authorization reference, Organizations.)
 */
export function letFreeze(role: Role, { organization, guard }: Pick<Policy, 'organization' | 'guard'>): void {
  const of = (resource: string) =>
    `arn:${Aws.PARTITION}:organizations::*:${resource.replace('ORGANIZATION', organization?.id ?? 'o-*')}`;
  const policies = of('policy/ORGANIZATION/service_control_policy/*');
  const members = of('account/ORGANIZATION/*');
  const named = Object.keys(guard?.accounts ?? {}).map((account) => of(`account/ORGANIZATION/${account}`));
  const freezable = named.length > namedAccountsMax ? [members] : named;
  const own = { ...isControlPolicy, [`aws:ResourceTag/${freezeTag.key}`]: freezeTag.value };
  const made = { ...isControlPolicy, [`aws:RequestTag/${freezeTag.key}`]: freezeTag.value };
  const allow = (actions: string[], resources: string[], StringEquals?: Record<string, string>) =>
    role.addToPolicy(
      new PolicyStatement({
        actions: actions.map((action) => `organizations:${action}`),
        resources,
        ...(StringEquals !== undefined && { conditions: { StringEquals } }),
      }),
    );
  allow(['DescribeOrganization', 'ListRoots', 'ListPolicies'], ['*']);
  allow(['ListPoliciesForTarget'], [members], isControlPolicy);
  allow(['DescribePolicy', 'ListTagsForResource'], [policies], isControlPolicy);
  allow(['CreatePolicy', 'TagResource'], [policies], made);
  allow(['UpdatePolicy', 'AttachPolicy', 'DetachPolicy'], [policies], own);
  if (freezable.length > 0) allow(['AttachPolicy'], freezable, isControlPolicy);
  allow(['DetachPolicy'], [members], isControlPolicy);
  acknowledge(role, {
    'IAM5[Resource::*]': wholeResource,
    ...Object.fromEntries(
      [...new Set([policies, members, ...freezable])].map((arn) => [`IAM5[Resource::${nagged(arn)}]`, ofOrganization]),
    ),
  });
}

const ofOrganization =
  'The account in such an ARN is the management account, which a delegated hub does not know; the tag leaves one ' +
  'policy, and only accounts are its targets';

/** A resource as cdk-nag writes it in a finding. */
function nagged(arn: string): string {
  return arn.replace(Aws.PARTITION, '<AWS::Partition>');
}

/** To learn what AWS billed. Each question costs a cent, so only who makes the weekly report may ask. */
export function letReadBill(role: Role): void {
  role.addToPolicy(
    new PolicyStatement({ actions: ['ce:GetCostAndUsage', 'ce:GetCostAndUsageWithResources'], resources: ['*'] }),
  );
  acknowledge(role, { 'IAM5[Resource::*]': wholeResource });
}

/** One finding of a role has one answer, whichever of these it needs. */
const wholeResource =
  'Organizations lists accounts, roots and policies, and Cost Explorer a whole bill, under no narrower resource';

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
