import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Aws, CfnOutput, CfnParameter, CfnStackSet, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Policy } from '../core/policy.ts';
import { MemberStack } from './member-stack.ts';

export interface MembersStackProps extends StackProps {
  policy: Policy;
}

/**
 * The member stack for every account of the policy's units, now and later. AWS never deploys a service-managed stack
 * set to the management account, and knows accounts only by their units; what it can't reach stands in an output.
 */
export class MembersStack extends Stack {
  constructor(scope: Construct, id: string, { policy, ...props }: MembersStackProps) {
    const tags = { [policy.protect.tag]: 'true' };
    super(scope, id, { description: 'Mayfly: member roles for the accounts of the organization', tags, ...props });
    const { parameters, template } = memberTemplate(policy);
    const callAs = new CfnParameter(this, 'CallAs', {
      default: 'SELF',
      allowedValues: ['SELF', 'DELEGATED_ADMIN'],
      description: 'DELEGATED_ADMIN where this account administers stack sets for the management account',
    });
    new CfnStackSet(this, 'Members', {
      stackSetName: 'mayfly-members',
      description: 'The roles with which Mayfly reads member accounts and removes what has expired in them',
      permissionModel: 'SERVICE_MANAGED',
      callAs: callAs.valueAsString,
      capabilities: ['CAPABILITY_NAMED_IAM'],
      templateBody: template,
      parameters: Object.entries(parameters).map(([parameterKey, { Default: value, ...described }]) => ({
        parameterKey,
        parameterValue: this.passedOn(parameterKey, value, described),
      })),
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      managedExecution: { Active: true },
      // One account that refuses, for a policy of its own, never keeps the others from their roles.
      operationPreferences: { failureTolerancePercentage: 50, maxConcurrentPercentage: 50 },
      // IAM is global: one region holds the stack.
      stackInstancesGroup: [{ regions: [this.region], deploymentTargets: targetsOf(policy) }],
      tags: [{ key: policy.protect.tag, value: 'true' }],
    });
    new CfnOutput(this, 'NotReached', {
      value: ['the management account', ...accountsById(policy)].join(', '),
      description: 'Unless a unit of the policy holds them: run npx cdk deploy MayflyMember with their credentials',
    });
  }

  private passedOn(name: string, value: string, { Description = '', AllowedValues }: ParameterTexts): string {
    const parameter = new CfnParameter(this, name, {
      default: value,
      description: Description,
      ...(AllowedValues && { allowedValues: AllowedValues }),
    });
    return parameter.valueAsString;
  }
}

/** The units of the policy, without the accounts that it never touches. */
function targetsOf({ accounts, exclude }: Policy): CfnStackSet.DeploymentTargetsProperty {
  return {
    organizationalUnitIds: unitsOf(accounts),
    ...(exclude.length > 0 && { accountFilterType: 'DIFFERENCE', accounts: exclude }),
  };
}

/** Whether there is anything for a stack set to aim at. */
export function namesUnits({ accounts, organization }: Policy): boolean {
  return organization !== undefined && unitsOf(accounts).length > 0;
}

function unitsOf(accounts: Policy['accounts']): string[] {
  return accounts.flatMap((one) => ('ou' in one ? [one.ou] : []));
}

function accountsById({ accounts, exclude }: Policy): string[] {
  return accounts.flatMap((one) => ('id' in one && !exclude.includes(one.id) ? [one.id] : []));
}

interface ParameterTexts {
  Description?: string;
  AllowedValues?: string[];
}

interface MemberTemplate {
  parameters: Record<string, ParameterTexts & { Default: string }>;
  template: string;
}

/**
 * The member stack as one string: a stack set takes a template and no stack of this app. As text it may have 51,200
 * bytes, so the partition stands in it as it is: that of the hub, because no organization reaches into another one.
 */
function memberTemplate(policy: Policy): MemberTemplate {
  const outdir = mkdtempSync(join(tmpdir(), 'mayfly-member-'));
  try {
    // The same stack is checked where it stands in the app itself.
    const quiet = { analyticsReporting: false, builtinCloudFormationValidation: false, treeMetadata: false };
    const app = new App({ outdir, autoSynth: false, ...quiet });
    new MemberStack(app, 'MayflyMember', { policy });
    const { template } = app.synth().getStackByName('MayflyMember');
    const text = JSON.stringify(template).replaceAll(/\$\{AWS::Partition\}/g, Aws.PARTITION);
    return { parameters: template.Parameters ?? {}, template: text };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
