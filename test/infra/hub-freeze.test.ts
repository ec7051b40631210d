import { App, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import type { Policy } from '../../lib/core/policy.ts';
import { letAskOrganizations, letFreeze } from '../../lib/infra/hub-grants.ts';
import { hubRoles } from '../../lib/infra/role-names.ts';
import { hubIam } from './hub-simulation.ts';
import { hubAccount, memberAccount, memberPolicy } from './member-simulation.ts';

function appWith(accounts: Record<string, object>, policy: Policy = memberPolicy({ guard: { accounts } })): App {
  const app = new App();
  const role = new Role(new Stack(app, 'Hub'), 'Role', {
    roleName: hubRoles.guard,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  letAskOrganizations(role);
  letFreeze(role, policy);
  return app;
}

const templateOf = (app: App) => Template.fromStack(app.node.findChild('Hub') as Stack);

const ask = hubIam(templateOf(appWith({ [memberAccount]: {} })));
const organization = `arn:aws:organizations::${hubAccount}`;
const freeze = `${organization}:policy/o-abc123de45/service_control_policy/p-0a1b2c3d`;
const accountOf = (id: string) => `${organization}:account/o-abc123de45/${id}`;

const controlPolicy = { 'organizations:PolicyType': 'SERVICE_CONTROL_POLICY' };
const own = { ...controlPolicy, 'aws:ResourceTag/mayfly:policy': 'freeze' };
const made = { ...controlPolicy, 'aws:RequestTag/mayfly:policy': 'freeze' };

const may = (action: string, arn: string, context: Record<string, string> = {}) =>
  ask('guard', { action: `organizations:${action}`, arn, context });

describe('what a function that freezes may do in the organization', () => {
  test.each(['DescribeOrganization', 'ListRoots', 'ListPolicies'])('%s', async (action) => {
    expect(await may(action, '*')).toBe(true);
  });

  test.each(['DescribePolicy', 'ListTagsForResource'])('%s: service control policies alone', async (action) => {
    expect(await may(action, freeze, controlPolicy)).toBe(true);
    const tags = freeze.replace('service_control_policy', 'tag_policy');
    expect(await may(action, tags, { 'organizations:PolicyType': 'TAG_POLICY' })).toBe(false);
  });

  test.each(['CreatePolicy', 'TagResource'])("%s: with Mayfly's tag", async (action) => {
    expect(await may(action, freeze, made)).toBe(true);
    expect(await may(action, freeze, controlPolicy)).toBe(false);
    expect(await may(action, freeze, { ...made, 'aws:RequestTag/mayfly:policy': 'other' })).toBe(false);
    expect(await may(action, freeze, { ...made, 'organizations:PolicyType': 'TAG_POLICY' })).toBe(false);
  });

  test.each(['UpdatePolicy', 'AttachPolicy', 'DetachPolicy'])("%s: of Mayfly's own policy alone", async (action) => {
    expect(await may(action, freeze, own)).toBe(true);
    expect(await may(action, freeze, controlPolicy)).toBe(false);
    expect(await may(action, freeze.replace('o-abc123de45', 'o-other'), own)).toBe(false);
  });

  test('attaches to the accounts that the guard may freeze, and detaches from all', async () => {
    expect(await may('AttachPolicy', accountOf(memberAccount), controlPolicy)).toBe(true);
    expect(await may('AttachPolicy', accountOf('333333333333'), controlPolicy)).toBe(false);
    expect(await may('DetachPolicy', accountOf('333333333333'), controlPolicy)).toBe(true);
    expect(await may('ListPoliciesForTarget', accountOf('333333333333'), controlPolicy)).toBe(true);
  });

  test.each(['AttachPolicy', 'DetachPolicy', 'ListPoliciesForTarget'])('%s: never roots or units', async (action) => {
    for (const place of ['root/o-abc123de45/r-ab12', 'ou/o-abc123de45/ou-ab12-34567890']) {
      expect(await may(action, `${organization}:${place}`, own), place).toBe(false);
    }
  });

  test.each(['DeletePolicy', 'UntagResource', 'DisablePolicyType', 'EnablePolicyType', 'MoveAccount'])(
    '%s: nothing at all',
    async (action) => {
      const all = [freeze, accountOf(memberAccount), `${organization}:root/o-abc123de45/r-ab12`];
      const answers = await Promise.all(all.map((arn) => may(action, arn, { ...own, ...made }).catch(() => false)));
      expect(answers).toEqual([false, false, false]);
    },
  );
});

test('without accounts to freeze it attaches nothing; with very many, the policies still fit into a role', async () => {
  const none = hubIam(templateOf(appWith({})));
  const attach = { action: 'organizations:AttachPolicy', arn: accountOf(memberAccount), context: controlPolicy };
  expect(await none('guard', attach)).toBe(false);
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [String(100000000000 + index), {}]));
  const template = templateOf(appWith(many));
  expect(await hubIam(template)('guard', attach)).toBe(true);
  // IAM counts 10,240 characters over all inline policies of a role.
  expect(JSON.stringify(template.findResources('AWS::IAM::Policy')).length).toBeLessThan(8_000);
});

test.each([1, 40, 41])('cdk-nag has nothing to say about %i accounts that is not answered with a reason', (count) => {
  const accounts = Object.fromEntries(Array.from({ length: count }, (_, index) => [String(100000000000 + index), {}]));
  const app = appWith(accounts);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});
