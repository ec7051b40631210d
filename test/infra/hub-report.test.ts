import { Validations } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { planKey, reportKey, runKey } from '../../lib/adapters/run-documents.ts';
import { hubRoles } from '../../lib/infra/role-names.ts';
import { deployed, type HubRole, hubAppWith, hubIam, hubTemplate, hubTemplateWith } from './hub-simulation.ts';
import { hubAccount, region } from './member-simulation.ts';

const topic = 'arn:aws:sns:us-east-1:111111111111:finance';
const noWarning = { slack: undefined, expiry: { requireWarning: false } };
const template = hubTemplateWith({ report: { topic, keep: '100d12h', weekday: 'thu', at: '17:05' } });
const byDefault = hubTemplate();
const quiet = hubTemplateWith(noWarning);
const mailOnly = hubTemplateWith({ ...noWarning, report: { topic } });
const roles = Object.keys(hubRoles) as HubRole[];

async function rolesThatMay(some: Template, action: string, arn: string): Promise<HubRole[]> {
  const ask = hubIam(some);
  const answers = await Promise.all(roles.map((role) => ask(role, { action, arn })));
  return roles.filter((_, index) => answers[index]);
}

function functionsIn(some: Template): Record<string, { Environment: { Variables: Record<string, unknown> } }> {
  const functions = Object.values(some.findResources('AWS::Lambda::Function'));
  return Object.fromEntries(functions.map(({ Properties }) => [Properties.FunctionName, Properties]));
}

const routesOf = (some: Template) =>
  Object.values(some.findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => Properties.RouteKey);

describe('the schedule', () => {
  test.each([
    ['by default Monday at eight', byDefault, 'cron(0 8 ? * MON *)'],
    ['when the policy says', template, 'cron(5 17 ? * THU *)'],
  ])('%s, in the zone of the policy, and it says of which day', (_, some, ScheduleExpression) => {
    some.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'mayfly-weekly-report',
      ScheduleExpression,
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WeeklyReportMake'), 'Arn'] },
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WeeklyReportLost'), 'Arn'] } },
        RetryPolicy: { MaximumEventAgeInSeconds: 6 * 3600, MaximumRetryAttempts: 5 },
      },
    });
  });

  test('what breaks is tried again, and kept for people to see', () => {
    byDefault.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^WeeklyReportMake') },
      MaximumRetryAttempts: 2,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WeeklyReportLost'), 'Arn'] } },
      },
    });
    for (const AlarmName of ['mayfly-WeeklyReportFailed', 'mayfly-WeeklyReportLost', 'mayfly-ReportLinkFailed']) {
      byDefault.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName });
    }
  });

  test('what waits is told by a later hour, where there is anybody to tell', () => {
    const waiting = { Name: 'mayfly-waiting-report' };
    for (const some of [byDefault, mailOnly]) {
      some.hasResourceProperties('AWS::Scheduler::Schedule', {
        ...waiting,
        ScheduleExpression: 'rate(1 hour)',
        Target: {
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WeeklyReportMake'), 'Arn'] },
          Input: '{"waiting":true}',
          RetryPolicy: { MaximumRetryAttempts: 0 },
        },
      });
    }
    quiet.resourcePropertiesCountIs('AWS::Scheduler::Schedule', waiting, 0);
  });

  test('the function has time and memory for 100,000 rows', () => {
    expect(functionsIn(byDefault)['mayfly-weekly-report']).toMatchObject({ Timeout: 900, MemorySize: 2048 });
  });
});

describe('the files', () => {
  const file = `${deployed.bucket}/${reportKey('2026-11-23', 'idle-report.html')}`;
  const others = [planKey('plan-1'), runKey('run-1', 'plan'), 'recipes/x.json'].map(
    (key) => `${deployed.bucket}/${key}`,
  );

  test('are written by one role and read by another one, which reads nothing else', async () => {
    expect(await rolesThatMay(template, 's3:PutObject', file)).toEqual(['report']);
    expect(await rolesThatMay(template, 's3:GetObject', file)).toEqual(['link']);
    expect(await rolesThatMay(template, 's3:DeleteObject', file)).toEqual([]);
    for (const other of others) expect(await rolesThatMay(template, 's3:GetObject', other)).not.toContain('link');
    for (const other of others) expect(await rolesThatMay(template, 's3:PutObject', other)).not.toContain('report');
    for (const name of ['weeks', 'waiting']) {
      const kept = `${deployed.bucket}/${runKey('finance', name)}`;
      expect(await rolesThatMay(template, 's3:PutObject', kept)).toEqual(['report']);
    }
  });

  test('who opens links lists nothing', async () => {
    expect(await rolesThatMay(template, 's3:ListBucket', deployed.bucket)).not.toContain('link');
  });

  test.each([
    ['by default for a year', byDefault, 365],
    ['as long as the policy says', template, 101],
    ['without Slack, too', quiet, 365],
  ])('stay %s', (_, some, ExpirationInDays) => {
    const [bucket] = Object.values(some.findResources('AWS::S3::Bucket'));
    const rules: { Id: string }[] = bucket?.['Properties'].LifecycleConfiguration.Rules;
    expect(rules.find(({ Id }) => Id === 'reports')).toMatchObject({ Prefix: 'reports/', ExpirationInDays });
  });

  test('what the trend is made of does not go with the documents of runs', () => {
    const [bucket] = Object.values(byDefault.findResources('AWS::S3::Bucket'));
    const rules: { Prefix?: string; ExpirationInDays?: number }[] = bucket?.['Properties'].LifecycleConfiguration.Rules;
    const reaching = (key: string) =>
      rules.filter((rule) => rule.ExpirationInDays !== undefined && key.startsWith(rule.Prefix ?? ''));
    expect(reaching(runKey('finance', 'weeks'))).toEqual([]);
    expect(reaching(runKey('finance', 'waiting'))).toEqual([]);
    expect(reaching(runKey('run-20261123T080000-1a2b3c', 'plan'))).toMatchObject([{ ExpirationInDays: 30 }]);
  });
});

describe('the topic', () => {
  const elsewhere = 'arn:aws:sns:us-east-1:111111111111:others';

  test('of the policy is the only one, for the one role that reports', async () => {
    expect(await rolesThatMay(template, 'sns:Publish', topic)).toEqual(['report']);
    expect(await rolesThatMay(template, 'sns:Publish', elsewhere)).toEqual([]);
    expect(await rolesThatMay(byDefault, 'sns:Publish', topic)).toEqual([]);
  });
});

describe('links', () => {
  const parameter = `arn:aws:ssm:${region}:${hubAccount}:parameter/mayfly/report/link-key`;

  test.each([
    ['Slack', byDefault],
    ['a topic', mailOnly],
  ])('are there with %s: a route, a function, and a key that the report may make', async (_, some) => {
    expect(routesOf(some)).toContain('GET /reports/{date}/{file}');
    const { 'mayfly-weekly-report': report, 'mayfly-report-link': link } = functionsIn(some);
    expect(report?.Environment.Variables).toHaveProperty('REPORT_URL');
    expect(Object.keys(link?.Environment.Variables ?? {})).not.toContain('LEDGER_TABLE');
    expect(await rolesThatMay(some, 'ssm:PutParameter', parameter)).toEqual(['report']);
    expect(await rolesThatMay(some, 'ssm:GetParameter', parameter)).toEqual(['report', 'link']);
  });

  test('are not there where nobody would be sent one; the files are', async () => {
    expect(routesOf(quiet)).toEqual(['POST /slack', 'GET /slack']);
    expect(functionsIn(quiet)).not.toHaveProperty('mayfly-report-link');
    expect(functionsIn(quiet)['mayfly-weekly-report']?.Environment.Variables).not.toHaveProperty('REPORT_URL');
    expect(await rolesThatMay(quiet, 'ssm:PutParameter', parameter)).toEqual([]);
    const file = `${deployed.bucket}/${reportKey('2026-11-23', 'trend.png')}`;
    expect(await rolesThatMay(quiet, 's3:PutObject', file)).toEqual(['report']);
  });

  test('their tokens stand in no log of the API', () => {
    const [stage] = Object.values(byDefault.findResources('AWS::ApiGatewayV2::Stage'));
    expect(stage?.['Properties'].AccessLogSettings.Format).not.toMatch(/query|path|request\.|uri/i);
  });
});

test('cdk-nag has nothing to say that is not answered with a reason', () => {
  const app = hubAppWith({ ...noWarning, report: { topic } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});
