import { runSimulation } from '@cloud-copilot/iam-simulate';
import { Validations } from 'aws-cdk-lib';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { recipeKey } from '../../lib/adapters/run-documents.ts';
import { hubRoles } from '../../lib/infra/role-names.ts';
import {
  deployed,
  type HubRole,
  hubAppWith,
  hubIam,
  hubPolicies,
  hubTemplateWith,
  idleRule,
  recipesKeyPolicy,
} from './hub-simulation.ts';
import { hubAccount, memberAccount, region } from './member-simulation.ts';

const template = hubTemplateWith(idleRule);
const withoutSlack = hubTemplateWith({ ...idleRule, slack: undefined, expiry: { requireWarning: false } });
const withoutRule = hubTemplateWith({ idle: undefined });
const roles = Object.keys(hubRoles) as HubRole[];

const recipe = `${deployed.bucket}/${recipeKey('mayfly-copy-1a2b3c')}`;
const secret = `${deployed.bucket}/${recipeKey('mayfly-copy-1a2b3c', 'secret')}`;

/** The roles that may do something. */
async function rolesThatMay(some: Template, action: string, arn: string): Promise<HubRole[]> {
  const ask = hubIam(some);
  const answers = await Promise.all(roles.map((role) => ask(role, { action, arn })));
  return roles.filter((_, index) => answers[index]);
}

function functionsIn(some: Template): Record<string, { Timeout: number; Environment: { Variables: object } }> {
  const functions = Object.values(some.findResources('AWS::Lambda::Function'));
  return Object.fromEntries(functions.map(({ Properties }) => [Properties.FunctionName, Properties]));
}

function lifecycleOf(some: Template): { Id: string; Prefix?: string; ExpirationInDays?: number }[] {
  const [bucket] = Object.values(some.findResources('AWS::S3::Bucket'));
  return bucket?.['Properties'].LifecycleConfiguration.Rules;
}

describe('recipes', () => {
  test('are written by the role that copies and read by the one that restores, and by nobody else', async () => {
    for (const arn of [recipe, secret]) {
      expect(await rolesThatMay(template, 's3:PutObject', arn)).toEqual(['reap']);
      expect(await rolesThatMay(template, 's3:GetObject', arn)).toEqual(['restore']);
      expect(await rolesThatMay(template, 's3:DeleteObject', arn)).toEqual([]);
    }
  });

  test.each([
    [{}, 90 + 365],
    [{ keepCopies: '7d' }, 30 + 365],
    [{ keepCopies: '800d' }, 800 + 365],
    [{ keepCopies: '36d12h' }, 37 + 365],
  ])('with %o they stay for %i days, a year longer than any copy', (idle, days) => {
    const rules = lifecycleOf(hubTemplateWith({ ...idleRule, idle }));
    const reaching = rules.filter(({ Prefix, ExpirationInDays }) => {
      return ExpirationInDays !== undefined && 'recipes/x.json'.startsWith(Prefix ?? '');
    });
    expect(reaching).toEqual([expect.objectContaining({ Id: 'recipes', ExpirationInDays: days })]);
  });

  test('no rule touches them where the policy has no idle block any more', () => {
    expect(lifecycleOf(withoutRule).map(({ Prefix }) => Prefix)).toEqual([
      'runs/run-',
      'plans/',
      undefined,
      'reports/',
    ]);
  });
});

describe('the key of their secret parts', () => {
  const anything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] };

  /** Whether the policy of the key would let a role use it that its own policies allow everything. */
  async function keyLetsIn(roleName: string, action: string): Promise<boolean> {
    const principal = `arn:aws:iam::${hubAccount}:role/${roleName}`;
    const result = await runSimulation(
      {
        request: {
          principal,
          action,
          resource: { resource: deployed.recipesKey, accountId: hubAccount },
          contextVariables: { 'aws:PrincipalArn': principal },
        },
        identityPolicies: [{ name: 'anything', policy: anything }],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: recipesKeyPolicy(template),
      },
      {},
    );
    if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
    return result.overallResult === 'Allowed';
  }

  const names = [...Object.values(hubRoles), 'Administrator', 'cdk-hnb659fds-cfn-exec-role-111111111111-us-east-1'];
  const letIn = async (action: string) => {
    const answers = await Promise.all(names.map((name) => keyLetsIn(name, action)));
    return names.filter((_, index) => answers[index]);
  };

  test('one role decrypts, another one encrypts, and no administrator does either', async () => {
    expect(await letIn('kms:Decrypt')).toEqual([hubRoles.restore]);
    expect(await letIn('kms:GenerateDataKey')).toEqual([hubRoles.reap]);
  });

  test.each(['kms:CreateGrant', 'kms:ReEncryptFrom', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:Encrypt'])(
    'nobody may %s',
    async (action) => {
      expect(await letIn(action)).toEqual([]);
    },
  );

  test.each(['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'])(
    'it can be managed by %s: nothing is locked out',
    async (action) => {
      expect(await letIn(action)).toContain('Administrator');
    },
  );

  // The simulation knows no condition keys that have a part of their own.
  test('it is used only through S3, and only for the secret parts', () => {
    const conditions = {
      StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
      StringLike: { 'kms:EncryptionContext:aws:s3:arn': `${deployed.bucket}/recipes/*.secret.json` },
    };
    const using = (role: HubRole) =>
      hubPolicies(template, role)
        .flatMap(({ Statement }) => Statement)
        .filter(({ Action, Condition }) => {
          return String(Action).startsWith('kms:') && !JSON.stringify(Condition).includes('ssm.');
        });
    expect(using('reap')).toMatchObject([{ Action: 'kms:GenerateDataKey', Condition: conditions }]);
    expect(using('restore')).toMatchObject([{ Action: 'kms:Decrypt', Condition: conditions }]);
    expect(roles.filter((role) => using(role).length > 0)).toEqual(['reap', 'restore']);
    expect(secret).toMatch(/\/recipes\/[^/]+\.secret\.json$/);
    expect(recipe).not.toMatch(/\.secret\.json$/);
  });

  test('it is rotated, and stays with what it has encrypted', () => {
    template.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
  });

  test('only the function that writes them is told of it', () => {
    const told = Object.entries(functionsIn(template)).filter(([, { Environment }]) => {
      return 'RECIPES_KEY' in Environment.Variables;
    });
    expect(told.map(([name]) => name)).toEqual(['mayfly-reap-shard']);
  });
});

describe('the function that restores', () => {
  test('has a quarter of an hour, tells people, and is known to the worker alone', () => {
    const functions = functionsIn(template);
    expect(functions['mayfly-server-restore']).toMatchObject({ Timeout: 900 });
    const knowing = Object.entries(functions).filter(([, { Environment }]) => {
      return 'RESTORE_FUNCTION' in Environment.Variables;
    });
    expect(knowing.map(([name]) => name)).toEqual(['mayfly-slack-worker']);
  });

  test('goes on after it broke off, and what it could not do is kept for people to see', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^ServerRestore') },
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^SlackWorkerLost'), 'Arn'] } },
      },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'mayfly-RestoreFailed' });
  });

  test.each([
    ['slack', withoutSlack],
    ['idle', withoutRule],
  ])('is not there without %s in the policy, and nobody speaks of it', (_, some) => {
    expect(functionsIn(some)).not.toHaveProperty('mayfly-server-restore');
    expect(JSON.stringify(some.toJSON())).not.toContain('RESTORE_FUNCTION');
    expect(Object.keys(some.findResources('AWS::CloudWatch::Alarm')).join()).not.toContain('Restore');
  });
});

test('without an idle rule there is no key, and nobody may assume the role for servers or write a recipe', async () => {
  withoutRule.resourceCountIs('AWS::KMS::Key', 0);
  const role = `arn:aws:iam::${memberAccount}:role/mayfly-idle`;
  expect(await rolesThatMay(withoutRule, 'sts:AssumeRole', role)).toEqual([]);
  expect(await rolesThatMay(withoutRule, 's3:PutObject', recipe)).toEqual([]);
});

test('without Slack servers are copied all the same', async () => {
  withoutSlack.resourceCountIs('AWS::KMS::Key', 1);
  expect(await rolesThatMay(withoutSlack, 's3:PutObject', secret)).toEqual(['reap']);
});

test('a rule without a role that acts on servers deploys with a warning', () => {
  const app = hubAppWith({ ...idleRule, role: 'none', roles: { ...idleRule.roles, idle: undefined } });
  const warnings = Annotations.fromStack(app.node.findChild('Mayfly') as never).findWarning('*', Match.anyValue());
  const said = warnings.map(({ entry }) => JSON.stringify(entry.data)).filter((text) => text.includes('roles.'));
  expect(said).toEqual([expect.stringContaining('names no roles.idle,')]);
});

test('cdk-nag has nothing to say that is not answered with a reason', () => {
  const app = hubAppWith(idleRule);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});
