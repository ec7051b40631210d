import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test } from 'vitest';
import { optInGrants } from '../../lib/infra/member-act.ts';
import { policiesPerRole, policyDocument } from '../../lib/infra/member-policies.ts';
import { MemberStack, namesMemberRoles } from '../../lib/infra/member-stack.ts';
import { hubTrust } from '../../lib/infra/member-trust.ts';
import { resourceTypes } from '../../lib/resource-types/index.ts';
import { grantsOf, memberPolicy, type Role } from './member-simulation.ts';
import { type Resource, resourcesIn, stacksFor, uncheckedStacksFor } from './member-templates.ts';

const policy = memberPolicy({ exclude: ['444444444444'] });
let member: Template;

beforeAll(() => {
  member = Template.fromStack(uncheckedStacksFor(policy).member);
}, 60_000);

test('cdk-nag and the schemas of CloudFormation say nothing that is not answered with a reason', () => {
  const { app } = stacksFor(policy);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
}, 60_000);

/** The statements of all policies that are attached to a role, without their names. */
function statementsOf(role: string, condition?: string): unknown[] {
  return resourcesIn(member, 'AWS::IAM::ManagedPolicy')
    .filter(([, { Properties, Condition }]) => isAttached(Properties, role) && Condition === condition)
    .flatMap(([, { Properties }]) => unnamed(Properties.PolicyDocument));
}

function isAttached({ Roles }: { Roles: { Ref: string }[] }, role: string): boolean {
  return Roles.some(({ Ref }) => Ref === role);
}

function unnamed(document: object): unknown[] {
  return (document as { Statement: object[] }).Statement.map((statement) => ({ ...statement, Sid: undefined }));
}

describe('the member stack', () => {
  const logicalIds: Record<Exclude<Role, 'idle' | 'guard'>, string> = {
    read: 'ReadRole',
    act: 'ActRole',
    tag: 'TagRole',
    stack: 'StackRole',
  };

  test('makes the roles that the policy names and that have something to do, for an hour at most', () => {
    const roles = resourcesIn(member, 'AWS::IAM::Role').map(([id, { Properties }]) => [
      id,
      Properties.RoleName,
      Properties.MaxSessionDuration,
    ]);
    expect(roles).toEqual([
      ['ReadRole', 'mayfly-read', 3600],
      ['ActRole', 'mayfly-act', 3600],
      ['TagRole', 'mayfly-tag', 3600],
      ['StackRole', 'mayfly-stack', 3600],
    ]);
  });

  test.each(Object.entries(logicalIds))('attaches what was judged for mayfly-%s', (role, logicalId) => {
    expect(statementsOf(logicalId)).toEqual(unnamed(policyDocument(grantsOf(role as Role, policy))));
    const attached = resourcesIn(member, 'AWS::IAM::ManagedPolicy').filter(([, { Properties }]) =>
      isAttached(Properties, logicalId),
    );
    expect(attached.length).toBeLessThanOrEqual(policiesPerRole);
  });

  test('trusts the hub, and CloudFormation for stacks', () => {
    const trusts = Object.fromEntries(
      resourcesIn(member, 'AWS::IAM::Role').map(([id, { Properties }]) => [id, Properties.AssumeRolePolicyDocument]),
    );
    expect(trusts).toEqual({
      ReadRole: hubTrust('read', policy),
      ActRole: hubTrust('act', policy),
      TagRole: hubTrust('tag', policy),
      StackRole: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
    });
  });

  test.each(['EmptyBuckets', 'RemoveCarried'] as const)('%s is false unless somebody says true', (name) => {
    expect(member.findParameters(name)).toMatchObject({
      [name]: { Type: 'String', Default: 'false', AllowedValues: ['true', 'false'] },
    });
    expect(member.findConditions(`${name}IsTrue`)).toEqual({
      [`${name}IsTrue`]: { 'Fn::Equals': [{ Ref: name }, 'true'] },
    });
    const granted = policyDocument(optInGrants(name, resourceTypes, policy));
    expect(statementsOf('ActRole', `${name}IsTrue`)).toEqual(unnamed(granted));
  });

  test('the stack role has no other policy unless somebody names one', () => {
    expect(member.findParameters('StackPolicyArn')).toMatchObject({ StackPolicyArn: { Default: '' } });
    member.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'mayfly-stack',
      ManagedPolicyArns: [{ 'Fn::If': ['StackPolicyIsGiven', { Ref: 'StackPolicyArn' }, { Ref: 'AWS::NoValue' }] }],
    });
    const others = resourcesIn(member, 'AWS::IAM::Role').filter(([id]) => id !== 'StackRole');
    expect(others.filter(([, { Properties }]) => 'ManagedPolicyArns' in Properties)).toEqual([]);
  });

  test('can be deployed anywhere, before and without the hub: no assets, no bootstrap, nothing imported', () => {
    const text = JSON.stringify(member.toJSON());
    expect(Object.keys(member.findParameters('*')).toSorted()).toEqual([
      'EmptyBuckets',
      'RemoveCarried',
      'StackPolicyArn',
    ]);
    expect(text).not.toMatch(/ImportValue|BootstrapVersion|cdk-hnb659fds|AWS::Region|arn:aws:/);
    const kinds = new Set(Object.values(member.toJSON()['Resources'] as Record<string, Resource>).map((r) => r.Type));
    expect([...kinds].toSorted()).toEqual(['AWS::IAM::ManagedPolicy', 'AWS::IAM::Role', 'AWS::SSM::Parameter']);
  });

  test('carries the protect tag, so that no sweep takes it for something to remove', () => {
    for (const [, { Properties }] of resourcesIn(member, 'AWS::IAM::Role')) {
      expect(Properties.Tags).toEqual([{ Key: 'mayfly:protect', Value: 'true' }]);
    }
  });

  test.each([
    ['the hub of the organization', policy, `/mayfly/hub/${policy.organization?.hub}`],
    [
      'itself where there is no organization',
      memberPolicy({ organization: undefined }),
      { 'Fn::Join': ['', ['/mayfly/hub/', { Ref: 'AWS::AccountId' }]] },
    ],
  ])('names %s, for command lines with a ledger of their own', (_, under, Name) => {
    const { member: made } = uncheckedStacksFor(under);
    Template.fromStack(made).hasResourceProperties('AWS::SSM::Parameter', {
      Name,
      Type: 'String',
      Tags: { 'mayfly:protect': 'true' },
    });
  });

  test('without a stack role nobody hands one over', () => {
    const { stack: _, ...roles } = policy.roles;
    const without = Template.fromStack(uncheckedStacksFor({ ...policy, roles }).member);
    expect(JSON.stringify(without.toJSON())).not.toMatch(/PassRole|StackPolicyArn|cloudformation.amazonaws.com/);
    expect(resourcesIn(without, 'AWS::IAM::Role')).toHaveLength(3);
  });

  test.each([
    ['names none', {}],
    ['names no role to read with', { act: 'a', tag: 't' }],
    ['uses one for two purposes', { read: 'mayfly', act: 'mayfly' }],
  ])('a policy that %s is refused, with what to write', (_, roles) => {
    const other = memberPolicy({ roles });
    expect(namesMemberRoles(other)).toBe(false);
    expect(() => new MemberStack(new App(), 'MayflyMember', { policy: other })).toThrow('add roles: { read: ');
  });
});

describe('the member stack of a policy with an idle rule', () => {
  const idlePolicy = memberPolicy({ idle: {} });
  let withIdle: Template;

  beforeAll(() => {
    withIdle = Template.fromStack(uncheckedStacksFor(idlePolicy).member);
  });

  test('has a role for it, with what was judged and no more', () => {
    const attached = resourcesIn(withIdle, 'AWS::IAM::ManagedPolicy').filter(
      ([, { Properties, Condition }]) => isAttached(Properties, 'IdleRole') && Condition === undefined,
    );
    const statements = attached.flatMap(([, { Properties }]) => unnamed(Properties.PolicyDocument));
    expect(statements).toEqual(unnamed(policyDocument(grantsOf('idle', idlePolicy))));
    expect(attached.length).toBeLessThan(policiesPerRole);
    withIdle.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'mayfly-idle',
      AssumeRolePolicyDocument: hubTrust('idle', idlePolicy),
    });
  });

  test('hands over roles only where a person says so', () => {
    expect(withIdle.findParameters('PassServerRoles')).toMatchObject({ PassServerRoles: { Default: 'false' } });
    const passing = resourcesIn(withIdle, 'AWS::IAM::ManagedPolicy').filter(([, { Properties }]) =>
      JSON.stringify(Properties.PolicyDocument).includes('ec2.amazonaws.com'),
    );
    expect(passing.map(([, { Condition }]) => Condition)).toEqual(['PassServerRolesIsTrue']);
    expect(passing.every(([, { Properties }]) => isAttached(Properties, 'IdleRole'))).toBe(true);
  });

  test('every wildcard has its reason', () => {
    const { app } = uncheckedStacksFor(idlePolicy);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  }, 60_000);
});

describe('the member stack of a policy with a guard that may only tell', () => {
  const guardPolicy = memberPolicy({ guard: {}, types: [] });

  test('has a role for what an admin may order, and lets who reads see what may be stopped', () => {
    const stack = Template.fromStack(uncheckedStacksFor(guardPolicy).member);
    for (const [role, logicalId] of [
      ['guard', 'GuardRole'],
      ['read', 'ReadRole'],
    ] as const) {
      const attached = resourcesIn(stack, 'AWS::IAM::ManagedPolicy').filter(([, { Properties }]) =>
        isAttached(Properties, logicalId),
      );
      const statements = attached.flatMap(([, { Properties }]) => unnamed(Properties.PolicyDocument));
      expect(statements).toEqual(unnamed(policyDocument(grantsOf(role, guardPolicy))));
      expect(attached.length).toBeLessThan(policiesPerRole);
    }
    stack.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'mayfly-guard',
      AssumeRolePolicyDocument: hubTrust('guard', guardPolicy),
    });
  });

  test('every wildcard has its reason', () => {
    const { app } = uncheckedStacksFor(guardPolicy);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  }, 60_000);
});
