import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { hubRoles } from '../../lib/infra/role-names.ts';
import { type HubRole, hubAppWith, hubPolicies, hubTemplate, hubTemplateWith, idleRule } from './hub-simulation.ts';

const nightly = { ...idleRule, prices: { refresh: 'nightly' } };
const template = hubTemplateWith(nightly);

/** All statements of the role with this name. */
function statementsOf(roleName: string) {
  const roles = Object.entries(template.findResources('AWS::IAM::Role', { Properties: { RoleName: roleName } }));
  const [id] = roles[0] ?? [];
  return Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === id))
    .flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[],
    );
}

describe('nightly prices', () => {
  test('cdk-nag has nothing to say that is not answered with a reason', () => {
    const app = hubAppWith({ ...nightly, report: { costExplorer: true } });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });

  test('are asked for at three in the morning, in the zone of the policy', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'mayfly-refresh-prices',
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      Target: Match.objectLike({ RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 7200 } }),
    });
  });

  test('by a role that may ask for prices and write them down, and nothing else', () => {
    const actions = statementsOf('mayfly-hub-prices').flatMap(({ Action }) => Action);
    expect(new Set(actions)).toEqual(
      new Set([
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        's3:GetObject',
        's3:ListBucket',
        's3:PutObject',
        'pricing:GetProducts',
      ]),
    );
    const writes = statementsOf('mayfly-hub-prices').filter(({ Action }) => Action.includes('s3:PutObject'));
    expect(JSON.stringify(writes.map(({ Resource }) => Resource))).toMatch(/^\[[^*]*\/prices\/nightly\.json[^*]*\]$/);
  });

  test('are read by whoever shows what things cost, and written by nobody else', () => {
    const pricesOf = (role: HubRole) =>
      hubPolicies(template, role)
        .flatMap(({ Statement }) => Statement)
        .filter(({ Resource }) => JSON.stringify(Resource).includes('/prices/'))
        .flatMap(({ Action }) => Action);
    const readers = (Object.keys(hubRoles) as HubRole[]).filter((role) => pricesOf(role).length > 0);
    expect(readers).toEqual(expect.arrayContaining(['scan', 'plan', 'worker', 'restore', 'report']));
    expect(readers).not.toContain('slack');
    expect(new Set(readers.flatMap(pricesOf))).toEqual(new Set(['s3:GetObject']));
  });

  test.each([
    ['mayfly-PriceRefreshFailed', { Namespace: 'AWS/Lambda', MetricName: 'Errors' }],
    ['mayfly-PricesOld', { Namespace: 'Mayfly', MetricName: 'PriceRegionsBehind' }],
  ])('that fail ring: %s, with its part of the runbook', (AlarmName, metric) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName,
      ...metric,
      Threshold: 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }],
    });
    const runbook = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
    expect(runbook).toContain(`\n## ${AlarmName.replace('mayfly-', '')}\n`);
    expect(JSON.stringify(hubTemplate().toJSON())).not.toContain(AlarmName);
  });

  test('are not asked for unless the policy says so: no function, no schedule, no permission', () => {
    const text = JSON.stringify(hubTemplate().toJSON());
    expect(text).not.toContain('refresh-prices');
    expect(text).not.toContain('pricing:');
    expect(text).not.toContain('prices/nightly');
  });
});

test('Cost Explorer is asked by the weekly report alone, and only where the policy says so', () => {
  const asking = (blocks: Readonly<Record<string, unknown>>) => {
    const app = Template.fromStack(hubAppWith(blocks).node.findChild('Mayfly') as never);
    return Object.values(app.findResources('AWS::IAM::Policy')).filter((one) => JSON.stringify(one).includes('"ce:'));
  };
  expect(asking({ report: { costExplorer: false } })).toEqual([]);
  expect(asking({ report: { costExplorer: true } })).toHaveLength(1);
});
