import { join } from 'node:path';
import { type Stack, Validations } from 'aws-cdk-lib';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test } from 'vitest';
import { concludeEvent } from '../../lambdas/conclude.contract.ts';
import { lostSteps } from '../../lambdas/conclude.ts';
import { hubRoles } from '../../lib/infra/role-names.ts';
import { hubApp, hubTemplateWith, idleRule } from './hub-simulation.ts';

const root = join(import.meta.dirname, '..', '..');

let template: Template;

beforeAll(() => {
  template = hubTemplateWith(idleRule);
});

test('cdk-nag has nothing to say that is not answered with a reason', () => {
  const app = hubApp();
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

interface State {
  Type: string;
  End?: boolean;
  OutputPath?: string | null;
  Retry?: unknown[];
  Catch?: { ErrorEquals: string[]; Next: string; ResultPath?: string }[];
  ToleratedFailurePercentage?: number;
  MaxConcurrency?: number;
  Next?: string;
  ItemProcessor?: { ProcessorConfig: { ExecutionType: string }; States: Record<string, State> };
}

/** The definition as Step Functions reads it; what only a deployment knows is left as a word. */
function definition(): { StartAt: string; TimeoutSeconds: number; States: Record<string, State> } {
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const parts = machine?.['Properties'].DefinitionString['Fn::Join'][1] as unknown[];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'token')).join(''));
}

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

describe('the state machine', () => {
  test('no step that fails goes unheard, and the run ends before the next hour', () => {
    const { States, TimeoutSeconds } = definition();
    const caught = Object.entries(States).map(([name, { Catch }]) => [name, Catch?.[0]?.Next] as const);
    expect(Object.fromEntries(caught.filter(([, next]) => next !== undefined))).toEqual({
      ScanShards: 'TellFailure',
      SettleOpen: 'MakePlan',
      MakePlan: 'TellFailure',
      Warn: 'AnythingToRemove',
      ReapShards: 'TellFailure',
      Conclude: 'TellFailure',
    });
    expect(TimeoutSeconds).toBe(55 * 60);
  });

  test('what stops nothing is handed to the last step, each failure by itself', () => {
    const kept = ['SettleOpen', 'Warn'].map((name) => definition().States[name]?.Catch?.[0]?.ResultPath ?? '');
    const failure = { Error: 'Error', Cause: 'throttled' };
    const state = Object.fromEntries(kept.map((path) => [path.replace('$.', ''), failure]));
    const message = { run: 'run-1', fence: 1, startedAt: 1, paused: false, ahead: 0 };
    const heard = lostSteps(concludeEvent.parse({ message, plan: { plan: 'plan-1' }, ...state }));
    expect(heard).toEqual([
      'what became of earlier removals was not looked up (Error: throttled)',
      'not all owners were warned, the next sweep warns them (Error: throttled)',
    ]);
  });

  test('a sweep of which only the telling failed has not failed', () => {
    const { States } = definition();
    expect(States['TellFailure']?.Next).toBe('DidItFail');
    expect(States['DidItFail']).toMatchObject({
      Choices: [{ Variable: '$.failed', IsPresent: true, Next: 'SweepFailed' }],
      Default: 'SweepEnded',
    });
  });

  test.each([
    ['ScanShards', 'EXPRESS', 'ScanShard', 'ScanLost'],
    ['ReapShards', 'STANDARD', 'ReapShard', 'ReapLost'],
  ])('%s: %s children, and one that fails never stops the rest', (map, type, child, lost) => {
    const { ItemProcessor, ToleratedFailurePercentage, MaxConcurrency } = definition().States[map] ?? {};
    expect(ItemProcessor?.ProcessorConfig.ExecutionType).toBe(type);
    expect(ToleratedFailurePercentage).toBe(100);
    expect(MaxConcurrency).toBeGreaterThan(1);
    expect(ItemProcessor?.States[child]?.Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: lost }]);
    // AWS gathers the outputs of all children, 256 KiB at most, though they are discarded.
    const ends = Object.values(ItemProcessor?.States ?? {}).filter(({ End, Type }) => End || Type === 'Succeed');
    expect(ends.map(({ OutputPath }) => OutputPath)).toEqual(ends.map(() => null));
  });

  test('every function is asked again where the account is busy', () => {
    const { States } = definition();
    const children = Object.values(States).flatMap(({ ItemProcessor }) => Object.values(ItemProcessor?.States ?? {}));
    const tasks = [...Object.values(States), ...children].filter(({ Type }) => Type === 'Task');
    expect(tasks).toHaveLength(8);
    const busy = expect.objectContaining({ ErrorEquals: ['Lambda.TooManyRequestsException'] });
    for (const { Retry } of tasks) expect(Retry).toContainEqual(busy);
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
    expect(functions).toHaveLength(13);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      expect(Properties.LoggingConfig.LogGroup).toBeDefined();
      expect(Properties.Environment.Variables.ALLOW_TIME_TRAVEL ?? 'false').toBe('false');
    }
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: Match.anyValue() });
  });
});
