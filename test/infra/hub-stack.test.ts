import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Stack, Validations } from 'aws-cdk-lib';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test } from 'vitest';
import { hubRoles } from '../../lib/infra/role-names.ts';
import { guardRule, hubApp, hubAppWith, hubTemplateWith } from './hub-simulation.ts';

const root = join(import.meta.dirname, '..', '..');

let template: Template;

beforeAll(() => {
  template = hubTemplateWith(guardRule);
});

test.each([
  ['the example', () => hubApp()],
  ['servers that idle and a cost guard', () => hubAppWith(guardRule)],
])('cdk-nag has nothing to say that is not answered with a reason: %s', (_, made) => {
  const app = made();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});

test.each([
  ['one-account.yaml', ['roles.read and roles.act']],
  ['mayfly.yaml', []],
])('a policy without roles deploys with a warning, %s', (file, expected) => {
  const app = hubApp({ policy: join(root, 'examples', file) });
  const warnings = Annotations.fromStack(app.node.findChild('Mayfly') as never).findWarning('*', Match.anyValue());
  const texts = warnings.map(({ entry }) => JSON.stringify(entry.data)).filter((text) => text.includes('roles'));
  expect(texts).toEqual(expected.map((text) => expect.stringContaining(text)));
});

test('all four outputs are there, with the names of the contract', () => {
  expect(Object.keys(template.findOutputs('*')).toSorted()).toEqual([
    'LedgerTable',
    'RunBucket',
    'SlackUrl',
    'SweepArn',
  ]);
});

describe('what must not get lost', () => {
  test('the ledger: kept, protected, recoverable, and events end by themselves', () => {
    template.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        Replicas: [
          Match.objectLike({
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        ],
      },
    });
  });

  test('the bucket: kept, encrypted, private, TLS only', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: { ServerSideEncryptionConfiguration: Match.anyValue() },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  test.each(['Mayfly', 'MayflyMember', 'MayflyMembers'])(
    'the stack %s carries the protect tag of the policy',
    (name) => {
      const stack = hubApp().node.findChild(name) as Stack;
      expect(stack.tags.tagValues()).toEqual({ 'mayfly:protect': 'true' });
    },
  );

  test('so does what the hub is made of, so that no sweep removes it', () => {
    const tagged = template.findResources('AWS::S3::Bucket', {
      Properties: { Tags: Match.arrayWith([{ Key: 'mayfly:protect', Value: 'true' }]) },
    });
    expect(Object.keys(tagged)).toHaveLength(1);
  });
});

describe('the schedule', () => {
  test('every hour in the zone of the policy; a start that comes too late is dropped and told', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0 * * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 },
      Target: {
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 900 },
        DeadLetterConfig: { Arn: Match.anyValue() },
      },
    });
  });
});

test('alarms may publish to their topic, though it has a policy of its own', () => {
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Condition: Match.objectLike({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
        }),
      ]),
    },
  });
});

test('an execution without a last step is ended by a function of its own', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [Match.anyValue()], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
    },
    Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
  });
});

describe('the functions', () => {
  test('each has a role of its own with a fixed name, which members trust', () => {
    const roles = Object.values(template.findResources('AWS::IAM::Role'));
    const names = roles.flatMap(({ Properties }) => (Properties.RoleName === undefined ? [] : [Properties.RoleName]));
    expect(new Set(names)).toEqual(new Set(Object.values(hubRoles)));
  });

  test('Node 24 on arm64, logs that end, and no time travel unless asked for', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(functions).toHaveLength(16);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      expect(Properties.LoggingConfig.LogGroup).toBeDefined();
      expect(Properties.Environment.Variables.ALLOW_TIME_TRAVEL ?? 'false').toBe('false');
    }
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: Match.anyValue() });
  });
});

describe('the guard', () => {
  const named = (some: Template) => [
    ...Object.values(some.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties.FunctionName),
    ...Object.values(some.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties.AlarmName),
  ];
  const guarding = [
    ...['mayfly-guard', 'mayfly-guard-order', 'mayfly-guard-alarm'],
    ...['mayfly-GuardFailed', 'mayfly-GuardOrderFailed', 'mayfly-GuardAlarmFailed', 'mayfly-GuardAlarmLost'],
  ];

  test('is there where the policy has one, with alarms for what breaks, each with a part of the runbook', () => {
    const runbook = readFileSync(join(root, 'docs', 'runbook.md'), 'utf8');
    const isOfGuard = (name: string) => /^mayfly-guard/i.test(name);
    expect(new Set(named(template).filter(isOfGuard))).toEqual(new Set(guarding));
    for (const name of guarding.filter((one) => one.startsWith('mayfly-G'))) {
      expect(runbook).toContain(`\n## ${name.replace('mayfly-', '')}\n`);
    }
    expect(named(hubTemplateWith({})).filter(isOfGuard)).toEqual([]);
  });

  test.each([
    ['mayfly-GuardFailed', 'Errors', '^GuardStepFunction'],
    ['mayfly-GuardOrderFailed', 'Errors', '^GuardOrderFunction'],
    ['mayfly-GuardAlarmFailed', 'Errors', '^GuardAlarmHearFunction'],
    ['mayfly-GuardAlarmLost', 'ApproximateNumberOfMessagesVisible', '^GuardAlarmLost'],
  ])('%s rings at the first of its %s', (AlarmName, MetricName, of) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName,
      MetricName,
      Dimensions: [Match.objectLike({ Value: refersTo(of, MetricName) })],
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }],
    });
  });

  /** Functions are known by their reference, queues by the name in an attribute. */
  function refersTo(pattern: string, metric: string): object {
    const id = Match.stringLikeRegexp(pattern);
    return metric === 'Errors' ? { Ref: id } : { 'Fn::GetAtt': [id, 'QueueName'] };
  }

  test('each of its functions has its code in the bundle', () => {
    const app = hubAppWith(guardRule, { 'aws:cdk:bundling-stacks': ['Mayfly'] });
    const { directory } = app.synth();
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((file) => basename(file));
    rmSync(directory, { recursive: true, force: true });
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    const handlers = functions.map(({ Properties }) => String(Properties.Handler).replace(/\.handler$/, '.mjs'));
    expect(handlers).toEqual(expect.arrayContaining(['guard.mjs', 'guard-order.mjs', 'guard-alarm.mjs']));
    expect(files).toEqual(expect.arrayContaining(handlers));
  });
});
