import { runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, test } from 'vitest';
import { sourceIdentity } from '../../lib/adapters/aws-cloud.ts';
import type { Policy } from '../../lib/core/policy.ts';
import { hubTrust } from '../../lib/infra/member-trust.ts';
import { hubRoles, trustedHubRoles } from '../../lib/infra/role-names.ts';
import { hubAccount, inAccount, memberAccount, memberPolicy } from './member-simulation.ts';

const policy = memberPolicy();

/** A trust policy as IAM sees it in the member account. */
function filledTrust(purpose: keyof typeof trustedHubRoles, some: Policy): object {
  const text = JSON.stringify(hubTrust(purpose, some)).replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1');
  return JSON.parse(text.replaceAll(/\$\{AWS::Partition\}/g, 'aws').replaceAll(/\$\{AWS::AccountId\}/g, memberAccount));
}

interface Caller {
  role?: string;
  account?: string;
  organization?: string;
  externalId?: string;
  identity?: string;
}

const hub: Caller = {
  account: hubAccount,
  organization: 'o-abc123de45',
  externalId: 'mayfly',
  identity: sourceIdentity('run-20261125T100000-1a2b3c'),
};

/** Whether STS would let the caller in: each of its actions must be allowed by both sides. */
async function isLetIn(purpose: keyof typeof trustedHubRoles, caller: Caller, some = policy): Promise<boolean> {
  const { role = '', account = '', organization, externalId, identity } = caller;
  const principal = `arn:aws:iam::${account}:role/${role}`;
  const actions = ['sts:AssumeRole', ...(identity === undefined ? [] : ['sts:SetSourceIdentity'])];
  const contextVariables = {
    'aws:PrincipalArn': principal,
    ...(organization !== undefined && { 'aws:PrincipalOrgID': organization }),
    ...(externalId !== undefined && { 'sts:ExternalId': externalId }),
    ...(identity !== undefined && { 'sts:SourceIdentity': identity }),
  };
  const anyRole = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
  const results = await Promise.all(
    actions.map((action) =>
      runSimulation(
        {
          request: {
            principal,
            action,
            resource: { resource: inAccount('arn:PARTITION:iam::ACCOUNT:role/x'), accountId: memberAccount },
            contextVariables,
          },
          identityPolicies: [{ name: 'caller', policy: anyRole }],
          serviceControlPolicies: [],
          resourceControlPolicies: [],
          resourcePolicy: filledTrust(purpose, some),
        },
        {},
      ),
    ),
  );
  return results.every((result) => {
    if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
    return result.overallResult === 'Allowed';
  });
}

describe('who may assume the roles of a member', () => {
  const purposes = Object.keys(trustedHubRoles) as (keyof typeof trustedHubRoles)[];

  test('for each role the roles of the hub that work with it, and no other one', async () => {
    const letIn = await Promise.all(
      purposes.map(async (purpose) => {
        const roles = Object.values(hubRoles);
        const answers = await Promise.all(roles.map((role) => isLetIn(purpose, { ...hub, role })));
        return [purpose, roles.filter((_, index) => answers[index])] as const;
      }),
    );
    expect(Object.fromEntries(letIn)).toEqual({
      read: ['list', 'scan', 'settle', 'warn', 'reap', 'restore', 'report', 'guard', 'guard-order'].map(
        (step) => `mayfly-hub-${step}`,
      ),
      act: ['mayfly-hub-settle', 'mayfly-hub-reap'],
      tag: ['mayfly-hub-worker'],
      idle: ['mayfly-hub-reap', 'mayfly-hub-restore'],
      guard: ['mayfly-hub-guard', 'mayfly-hub-guard-order'],
    });
  });

  const strangers: [string, Caller][] = [
    ['without the external id', omit('externalId')],
    ['with another external id', { externalId: 'Mayfly' }],
    ['from outside of any organization', omit('organization')],
    ['from another organization', { organization: 'o-zzz999zzz9' }],
    ['that does not say what it works for', omit('identity')],
    ['that says it works for somebody else', { identity: 'ana' }],
    ['of another account with a role of the same name', { account: '999999999999' }],
    ['of the member itself with a role of the same name', { account: memberAccount }],
    ['with another role of the hub', { role: 'admin' }],
    ['with a role whose name only begins the same', { role: 'mayfly-hub-reap-2' }],
  ];

  test.each(strangers)('not a caller %s', async (_, other) => {
    const caller = { ...hub, role: hubRoles.reap };
    expect(await isLetIn('act', caller)).toBe(true);
    expect(await isLetIn('act', { ...caller, ...other })).toBe(false);
  });

  test('without an organization the account is its own hub', async () => {
    const { organization, ...alone } = memberPolicy();
    expect(organization).toBeDefined();
    expect(await isLetIn('act', { account: memberAccount, role: hubRoles.reap }, alone)).toBe(true);
    expect(await isLetIn('act', { account: memberAccount, role: 'admin' }, alone)).toBe(false);
    expect(await isLetIn('act', { account: hubAccount, role: hubRoles.reap }, alone)).toBe(false);
  });

  const sso = 'aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Platform_*';
  const person = 'aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Platform_0123456789abcdef';

  test.each([
    ['mayfly-operator', 'mayfly-operator', 'mayfly-operator-2'],
    ['teams/ACCOUNT-admins', 'teams/ACCOUNT-admins', 'ACCOUNT-admins'],
    [sso, person, person.replace('Platform', 'Developers')],
    [sso, person, 'AWSReservedSSO_Platform_0123456789abcdef'],
  ])(
    'people in the role %s read, tag and release what the guard did, and remove nothing',
    async (operator, role, other) => {
      const open = memberPolicy({
        organization: { id: 'o-abc123de45', hub: hubAccount, externalId: 'mayfly', operator },
      });
      const caller = { ...hub, role, identity: sourceIdentity('mayfly-20261125T100000') };
      const letIn = async (some: Caller, by: Policy) => {
        const answers = await Promise.all(purposes.map((purpose) => isLetIn(purpose, some, by)));
        return purposes.filter((_, index) => answers[index]);
      };
      expect(await letIn(caller, open)).toEqual(['read', 'tag', 'guard']);
      expect(await letIn({ ...caller, role: other }, open)).toEqual([]);
      expect(await letIn({ ...caller, account: memberAccount }, open)).toEqual([]);
      expect(await letIn({ ...caller, ...omit('externalId') }, open)).toEqual([]);
      expect(await letIn({ ...caller, identity: 'ana' }, open)).toEqual([]);
      expect(await letIn(caller, policy)).toEqual([]);
      expect(await letIn({ ...hub, role: hubRoles.reap }, open)).toEqual(['read', 'act', 'idle']);
      for (const role of [hubRoles.guard, hubRoles.guardOrder]) {
        expect(await letIn({ ...hub, role }, open)).toEqual(['read', 'guard']);
      }
    },
  );

  test('an organization without an external id asks for none', async () => {
    const open = memberPolicy({ organization: { id: 'o-abc123de45', hub: hubAccount } });
    expect(await isLetIn('act', { ...hub, ...omit('externalId'), role: hubRoles.reap }, open)).toBe(true);
  });
});

test('what a run says it works for is as STS takes it, whatever the run is called', () => {
  for (const run of ['run-20261125T100000-1a2b3c', 'Ölçüm für Ana / 1', 'x'.repeat(200), '']) {
    expect(sourceIdentity(run)).toMatch(/^mayfly-[\w+=,.@-]{0,57}$/);
  }
});

function omit(key: keyof Caller): Caller {
  return { [key]: undefined } as Caller;
}
