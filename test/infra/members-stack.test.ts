import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { buildApp } from '../../lib/infra/app.ts';
import { namesUnits } from '../../lib/infra/members-stack.ts';
import { trustedHubRoles } from '../../lib/infra/role-names.ts';
import { guardRule, hubTemplateWith } from './hub-simulation.ts';
import { memberPolicy } from './member-simulation.ts';
import { resourcesIn, uncheckedStacksFor } from './member-templates.ts';

/** A stack set takes a template of this many bytes as text. */
const inlineMax = 51_200;

const fiveKeys = ['expires-at', 'ttl', 'delete-after', 'auto-delete', 'expiry'];
const policy = memberPolicy({ exclude: ['444444444444'] });
let member: Template;
let members: Template;

beforeAll(() => {
  const stacks = uncheckedStacksFor(policy);
  member = Template.fromStack(stacks.member);
  members = Template.fromStack(stacks.members);
}, 60_000);

describe('the stack set', () => {
  const setIn = (template: Template) => resourcesIn(template, 'AWS::CloudFormation::StackSet')[0]?.[1].Properties;
  const set = () => setIn(members);

  /** The template as AWS gets it in a partition. */
  function bodyIn(partition: string, template: Template): string {
    const { TemplateBody } = setIn(template);
    const parts = TemplateBody['Fn::Join'][1] as (string | { Ref: string })[];
    expect(new Set(parts.map((part) => (typeof part === 'string' ? 'text' : part.Ref)))).toEqual(
      new Set(['text', 'AWS::Partition']),
    );
    return parts.map((part) => (typeof part === 'string' ? part : partition)).join('');
  }

  test('rolls out exactly the member stack, with the partition filled in', () => {
    const filledIn = JSON.stringify(member.toJSON()).replaceAll(/\$\{AWS::Partition\}/g, 'aws-cn');
    expect(JSON.parse(bodyIn('aws-cn', members))).toEqual(JSON.parse(filledIn));
  });

  test.each([
    ['two expiry keys', policy],
    ['five', memberPolicy({ expiry: { tags: fiveKeys } })],
    [
      'five, an idle rule and a guard',
      memberPolicy({ expiry: { tags: fiveKeys }, idle: {}, guard: { allow: 'stop', copy: true } }),
    ],
  ])('as text, with %s, also in the partition with the longest name', (_, some) => {
    const text = bodyIn('aws-us-gov', Template.fromStack(uncheckedStacksFor(some).members));
    expect(Buffer.byteLength(text)).toBeLessThan(inlineMax);
  });

  test('reaches the accounts of the units, now and later, but none that the policy excludes', () => {
    expect(set()).toMatchObject({
      PermissionModel: 'SERVICE_MANAGED',
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      CallAs: { Ref: 'CallAs' },
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      ManagedExecution: { Active: true },
      OperationPreferences: { FailureTolerancePercentage: 50, MaxConcurrentPercentage: 50 },
      StackInstancesGroup: [
        {
          Regions: [{ Ref: 'AWS::Region' }],
          DeploymentTargets: {
            OrganizationalUnitIds: ['ou-ab12-34567890'],
            AccountFilterType: 'DIFFERENCE',
            Accounts: ['444444444444'],
          },
        },
      ],
      Tags: [{ Key: 'mayfly:protect', Value: 'true' }],
    });
  });

  test('excludes nobody where the policy excludes nobody', () => {
    const { StackInstancesGroup } = setIn(Template.fromStack(uncheckedStacksFor(memberPolicy()).members));
    expect(StackInstancesGroup[0].DeploymentTargets).toEqual({
      OrganizationalUnitIds: ['ou-ab12-34567890'],
    });
  });

  test('hands on the parameters of the member stack, with the same defaults', () => {
    const own = member.findParameters('*');
    const passed = members.findParameters('*');
    for (const [name, { Default, Description }] of Object.entries(own)) {
      expect(passed[name]).toMatchObject({ Default, Description });
      expect(set().Parameters).toContainEqual({ ParameterKey: name, ParameterValue: { Ref: name } });
    }
    expect(set().Parameters).toHaveLength(Object.keys(own).length);
  });

  test('says which accounts it may not reach', () => {
    expect(members.findOutputs('NotReached')).toEqual({
      NotReached: {
        Value: 'the management account, 222222222222',
        Description: expect.stringContaining('npx cdk deploy MayflyMember'),
      },
    });
  });

  test('has nothing to aim at without units or an organization', () => {
    expect(namesUnits(policy)).toBe(true);
    expect(namesUnits(memberPolicy({ accounts: [{ id: '222222222222' }] }))).toBe(false);
    const { organization: _, ...alone } = policy;
    expect(namesUnits(alone)).toBe(false);
  });
});

describe('in the app', () => {
  const root = join(import.meta.dirname, '..', '..');
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };
  const example = join(root, 'examples', 'mayfly.yaml');
  const app = () => buildApp({ ...context, policy: example, 'aws:cdk:bundling-stacks': [] });

  test('the hub asks for the roles that trust it, and each that trusts a role of the hub is asked by it', () => {
    const hub = hubTemplateWith(guardRule);
    const names = new Map(resourcesIn(hub, 'AWS::IAM::Role').map(([id, { Properties }]) => [id, Properties.RoleName]));
    const asked = resourcesIn(hub, 'AWS::IAM::Policy').flatMap(([, { Properties }]) => {
      const text = JSON.stringify(Properties.PolicyDocument);
      const purposes = [...text.matchAll(/:role\/mayfly-(read|act|tag|idle|guard)"/g)].map(([, purpose]) => purpose);
      return purposes.flatMap((purpose) =>
        (Properties.Roles as { Ref: string }[]).map(({ Ref }) => `${names.get(Ref)} ${purpose}`),
      );
    });
    const trusted = Object.entries(trustedHubRoles).flatMap(([purpose, roles]) =>
      roles.map((role) => `${role} ${purpose}`),
    );
    expect(asked.toSorted(byText)).toEqual(trusted.toSorted(byText));
  });

  test.each([
    ['eu-west-1', 0],
    ['eu-central-1', 2],
  ])('members in %s make %d warnings about a mark that nobody sees', (region, count) => {
    vi.stubEnv('CDK_VALIDATION', 'false');
    vi.stubEnv('CDK_DEFAULT_REGION', region);
    const made = app();
    const warnings = ['MayflyMember', 'MayflyMembers'].flatMap((id) =>
      Annotations.fromStack(made.node.findChild(id) as never).findWarning('*', Match.stringLikeRegexp(region)),
    );
    expect(warnings).toHaveLength(count);
  });

  const byText = (a: string, b: string) => (a < b ? -1 : 1);
});
