import {
  Aws,
  BootstraplessSynthesizer,
  CfnCondition,
  CfnParameter,
  Fn,
  type IStackSynthesizer,
  Stack,
  type StackProps,
  Tags,
  Validations,
} from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnParameter as SsmParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { hubMarkName } from '../core/hub-mark.ts';
import type { Policy } from '../core/policy.ts';
import { costTypes } from '../resource-types/cost-types.ts';
import type { ResourceType } from '../resource-types/define.ts';
import { resourceTypes } from '../resource-types/index.ts';
import { acknowledge } from './acknowledge.ts';
import { actGrants, type OptIn, optInGrants, optIns, roleOf } from './member-act.ts';
import { cloudFormationGrants } from './member-cloudformation.ts';
import { guardGrants, guardReadGrants } from './member-guard.ts';
import { idleGrants, idleReadGrants } from './member-idle.ts';
import { filledWith, intoPolicies, policyDocument } from './member-policies.ts';
import { cloudFormationTrust, hubTrust } from './member-trust.ts';
import { type Grant, readGrants, tagGrants } from './permissions.ts';

export interface MemberStackProps extends StackProps {
  policy: Policy;
  /** Another registry than ours, in tests. */
  types?: readonly ResourceType[];
}

type Purpose = keyof Policy['roles'];

const descriptions: Readonly<Record<Purpose, string>> = {
  read: 'Mayfly reads what carries an expiry tag',
  act: 'Mayfly removes what carries an expiry tag and no protection',
  tag: 'Mayfly reads, and writes expiry tags where there is one already',
  idle: 'Mayfly copies, stops and restores idle servers',
  guard: 'Mayfly stops what makes a runaway bill, and starts it again',
  stack: 'CloudFormation deletes the members of a stack with it when Mayfly deletes the stack',
};

/** Role chaining ends a session after an hour in any case. */
const sessionSeconds = 3600;

/**
 * The roles of one member account, by the names in the policy's `roles`; one that the policy does not name is not made.
 * Nothing in it names a resource of the hub, so it can be there before the hub and outlive it. It has no assets and
 * needs no bootstrap where a stack set rolls it out; by itself it may be larger than what goes as text.
 */
export class MemberStack extends Stack {
  private readonly names: Policy['roles'];
  private readonly roles: Partial<Record<Purpose, CfnRole>> = {};

  constructor(scope: Construct, id: string, { policy, types = resourceTypes, ...props }: MemberStackProps) {
    super(scope, id, {
      description: 'Mayfly: the roles with which the hub reads this account and removes what has expired in it',
      // The library's own types disagree under exactOptionalPropertyTypes.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
      tags: { [policy.protect.tag]: 'true' },
      ...props,
    });
    if (!namesMemberRoles(policy)) {
      throw new Error(
        'the policy names no roles for members: add roles: { read: mayfly-read, act: mayfly-act, tag: mayfly-tag, ' +
          'stack: mayfly-stack }, a different name for each',
      );
    }
    this.names = policy.roles;
    Tags.of(this).add(policy.protect.tag, 'true');
    for (const purpose of ['read', 'act', 'tag'] as const) this.role(purpose, hubTrust(purpose, policy));
    this.role('stack', cloudFormationTrust);
    const idle = idleGrants(types, policy);
    const guard = guardGrants(types, policy);
    if (idle.length > 0) this.role('idle', hubTrust('idle', policy));
    if (guard.length > 0) this.role('guard', hubTrust('guard', policy));
    this.attach('Read', readGrants([...types, ...costTypes]), ['read', 'tag', 'stack', 'idle']);
    // People ask the worker why, and it reads with the role that tags.
    this.attach('IdleRead', idleReadGrants(types, policy), ['read', 'tag', 'idle']);
    this.attach('GuardRead', guardReadGrants(types, policy), ['read']);
    this.attach('Act', actGrants(types, policy), ['act']);
    this.attach('Tag', tagGrants(types, policy), ['tag']);
    this.attach('Stack', cloudFormationGrants(types, policy), ['stack']);
    this.attach('Idle', idle, ['idle']);
    this.attach('Guard', guard, ['guard']);
    for (const name of Object.keys(optIns) as OptIn[]) this.optIn(name, optInGrants(name, types, policy));
    this.stackPolicy();
    this.nameHub(policy);
  }

  /** For a command line with a ledger of its own. Without an organization the hub is the account itself. */
  private nameHub({ organization }: Policy): void {
    const hub = organization?.hub ?? Aws.ACCOUNT_ID;
    new SsmParameter(this, 'Hub', {
      name: hubMarkName(hub),
      type: 'String',
      value: `Mayfly in account ${hub} sweeps this account`,
      description: 'Tells a command line with a ledger of its own that a hub sweeps this account',
    });
  }

  private role(purpose: Purpose, assumeRolePolicyDocument: object): void {
    const roleName = this.names[purpose];
    if (roleName === undefined) return;
    this.roles[purpose] = new CfnRole(this, `${capitalized(purpose)}Role`, {
      roleName,
      description: descriptions[purpose],
      assumeRolePolicyDocument,
      maxSessionDuration: sessionSeconds,
    });
  }

  /** Gives roles what they may do, in as many policies as it takes. */
  private attach(name: string, grants: readonly Grant[], purposes: readonly Purpose[], condition?: CfnCondition): void {
    const roles = purposes.flatMap((purpose) => this.roles[purpose]?.ref ?? []);
    if (roles.length === 0 || grants.length === 0) return;
    intoPolicies(name, grants).forEach((some, index) => {
      const made = new CfnManagedPolicy(this, `${name}${index + 1}`, { policyDocument: policyDocument(some), roles });
      if (condition !== undefined) made.cfnOptions.condition = condition;
      acknowledge(made, wildcardsOf(some));
    });
  }

  /** A parameter is only there if it would grant something. */
  private optIn(name: OptIn, grants: readonly Grant[]): void {
    const role = roleOf(name);
    if (grants.length === 0 || this.roles[role] === undefined) return;
    const parameter = new CfnParameter(this, name, {
      default: 'false',
      allowedValues: ['true', 'false'],
      description: optIns[name],
    });
    const expression = Fn.conditionEquals(parameter.valueAsString, 'true');
    const condition = new CfnCondition(this, `${name}IsTrue`, { expression });
    this.attach(`${name}${capitalized(role)}`, grants, [role], condition);
  }

  /** For members of stacks of types that Mayfly does not know, a person names a policy of their own. */
  private stackPolicy(): void {
    const role = this.roles.stack;
    if (role === undefined) return;
    const parameter = new CfnParameter(this, 'StackPolicyArn', {
      default: '',
      description: `The ARN of one more policy for ${role.roleName}, for members of stacks that are of other types`,
    });
    const expression = Fn.conditionNot(Fn.conditionEquals(parameter.valueAsString, ''));
    const isGiven = new CfnCondition(this, 'StackPolicyIsGiven', { expression });
    const arn = Fn.conditionIf(isGiven.logicalId, parameter.valueAsString, Aws.NO_VALUE);
    role.managedPolicyArns = [arn.toString()];
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::W1030',
      reason: 'The default is no ARN, and then there is no policy: the condition looks at that',
    });
  }
}

/** Whether the policy names roles for members to have, a different one for each purpose. */
export function namesMemberRoles({ roles }: Policy): boolean {
  const names = Object.values(roles);
  return roles.read !== undefined && new Set(names).size === names.length;
}

/** The findings of cdk-nag about wildcards, each with the reason of its statement. */
function wildcardsOf(grants: readonly Grant[]): Record<string, string> {
  const allowed = grants.filter(({ effect }) => effect === 'Allow');
  const of = (kind: 'Action' | 'Resource', grant: Grant) =>
    (kind === 'Action' ? grant.actions : grant.on)
      .filter((text) => text.includes('*'))
      .map(
        (text) =>
          [`IAM5[${kind}::${filledWith(text, '<AWS::Partition>', '<AWS::AccountId>')}]`, grant.because] as const,
      );
  return Object.fromEntries(allowed.flatMap((grant) => [...of('Action', grant), ...of('Resource', grant)]));
}

function capitalized(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}
