import { runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, test } from 'vitest';
import { denials } from '../../lib/core/guard-denials.ts';
import { freezeDocument, notDenied } from '../../lib/core/guard-freeze.ts';

const account = '222222222222';
const roles = {
  read: 'mayfly-read',
  act: 'mayfly-act',
  tag: 'mayfly-tag',
  idle: 'mayfly-idle',
  guard: 'mayfly-guard',
  stack: 'mayfly-stack',
};
const document = freezeDocument({ role: 'none', roles });
const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** What AWS answers an administrator of a frozen account; an action that its reference does not know is an error. */
async function answer(action: string, role: string, context: Record<string, string> = {}, frozen = document) {
  const principal = `arn:aws:iam::${account}:role/${role}`;
  const policies = [
    { name: 'FullAWSAccess', policy: everything },
    { name: 'mayfly-freeze', policy: JSON.parse(frozen) },
  ];
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource: '*', accountId: account },
        contextVariables: { 'aws:PrincipalArn': principal, ...context },
      },
      identityPolicies: [{ name: 'administrator', policy: everything }],
      serviceControlPolicies: [{ orgIdentifier: account, policies }],
      resourceControlPolicies: [],
      resourcePolicy: undefined,
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(`${action}: ${JSON.stringify(result.errors)}`);
  return result.overallResult;
}

/** What a request must say so that its action is denied, by action. */
const saying: Readonly<Record<string, Record<string, string>>> = {
  'autoscaling:UpdateAutoScalingGroup': { 'autoscaling:MaxSize': '41' },
};
const actions = denials.flatMap((denial) => denial.actions);

describe('in a frozen account', () => {
  test.each(actions)('%s is denied to an administrator, and to nobody of Mayfly', async (action) => {
    expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/);
    expect(await answer(action, 'admin', saying[action])).toBe('ExplicitlyDenied');
    for (const own of Object.values(roles)) expect(await answer(action, own, saying[action]), own).toBe('Allowed');
  });

  test.each(['admin/mayfly-guard-2', 'mayfly-guards', 'other/mayfly-guard'])(
    '%s is no role of Mayfly',
    async (role) => {
      expect(await answer('ec2:RunInstances', role)).toBe('ExplicitlyDenied');
    },
  );

  test('a group may be made smaller', async () => {
    const update = 'autoscaling:UpdateAutoScalingGroup';
    expect(await answer(update, 'admin', { 'autoscaling:MaxSize': '0' })).toBe('Allowed');
    expect(await answer(update, 'admin')).toBe('Allowed');
    expect(await answer('autoscaling:SetDesiredCapacity', 'admin')).toBe('Allowed');
  });

  test.each([
    'ec2:TerminateInstances',
    'ec2:StopInstances',
    'ec2:DeleteVolume',
    'ec2:CreateSnapshot',
    'rds:DeleteDBInstance',
    'rds:ModifyDBInstance',
    'rds:StopDBCluster',
    'ecs:DeleteService',
    'eks:DeleteNodegroup',
    'autoscaling:TerminateInstanceInAutoScalingGroup',
    'lambda:InvokeFunction',
    's3:PutObject',
  ])('%s is allowed: what removes, saves or serves goes on', async (action) => {
    expect(await answer(action, 'admin')).toBe('Allowed');
  });
});

describe('the document', () => {
  const sizeOf = (name: (role: string) => string) => {
    const named = Object.fromEntries(Object.entries(roles).map(([purpose, role]) => [purpose, name(role)]));
    return freezeDocument({ role: 'none', roles: named }).length;
  };

  test('fits into 5,120 characters with names of the usual length, and into 10,240 with the longest', () => {
    expect(sizeOf((role) => role)).toBeLessThanOrEqual(5120);
    expect(sizeOf((role) => role.padEnd(64, 'x'))).toBeLessThanOrEqual(10_240);
  });

  test('names no action twice, and is the same each time', () => {
    expect(new Set(actions).size).toBe(actions.length);
    const reversed = Object.fromEntries(Object.entries(roles).toReversed());
    expect(freezeDocument({ role: 'none', roles: reversed })).toBe(document);
    expect(document).not.toMatch(/\s/);
  });

  test('exempts one role that serves for everything, and nobody where the policy names none', async () => {
    const one = freezeDocument({ role: 'mayfly', roles: {} });
    expect(await answer('ec2:RunInstances', 'mayfly', {}, one)).toBe('Allowed');
    expect(await answer('ec2:RunInstances', 'admin', {}, one)).toBe('ExplicitlyDenied');
    const none = freezeDocument({ role: 'none', roles: {} });
    expect(none).not.toContain('ArnNotLike');
    expect(await answer('ec2:RunInstances', 'mayfly-guard', {}, none)).toBe('ExplicitlyDenied');
  });
});

test('what people read are sentences', () => {
  for (const sentence of notDenied) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
