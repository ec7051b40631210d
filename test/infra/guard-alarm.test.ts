import { App, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { GuardAlarm } from '../../lib/infra/guard-alarm.ts';
import { HubState } from '../../lib/infra/hub-state.ts';
import { aPolicy } from '../fakes/builders.ts';
import { resourcesIn } from './member-templates.ts';

const slack = { team: 'T0TEAM0001', channel: '#costs' };

function aHub(blocks: Readonly<Record<string, unknown>> = { slack }): Stack {
  const policy = aPolicy({ guard: {}, roles: { read: 'mayfly-read', guard: 'mayfly-guard' }, ...blocks });
  const stack = new Stack(new App({ analyticsReporting: false }), 'Mayfly');
  const state = new HubState(stack, 'State', policy);
  new GuardAlarm(stack, 'GuardAlarm', { policy, code: Code.fromInline('-'), state, allowTimeTravel: false });
  return stack;
}

const template = Template.fromStack(aHub());

/** What its role may do, each action with the resources and the condition. */
function statements(some: Template) {
  const own = resourcesIn(some, 'AWS::IAM::Policy').filter(([id]) => id.startsWith('GuardAlarm'));
  return own.flatMap(
    ([, { Properties }]) =>
      Properties.PolicyDocument.Statement as { Effect: string; Action: string | string[]; Condition?: object }[],
  );
}

test('cdk-nag has nothing to say that is not answered with a reason', () => {
  const stack = aHub();
  const app = stack.node.root as App;
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});

test('the topic of the own account may call it, and nobody else', () => {
  const permissions = resourcesIn(template, 'AWS::Lambda::Permission').map(([, { Properties }]) => Properties);
  expect(permissions).toMatchObject([
    {
      Action: 'lambda:InvokeFunction',
      Principal: 'sns.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: {
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':sns:',
            { Ref: 'AWS::Region' },
            ':',
            { Ref: 'AWS::AccountId' },
            ':mayfly-cost-alarms',
          ],
        ],
      },
    },
  ]);
});

test('what could not be told is tried again, and then kept for people to see', () => {
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    FunctionName: { Ref: Match.stringLikeRegexp('^GuardAlarmHear') },
    MaximumRetryAttempts: 2,
    MaximumEventAgeInSeconds: 6 * 3600,
    DestinationConfig: {
      OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^GuardAlarmLost'), 'Arn'] } },
    },
  });
});

describe('its role', () => {
  test('enters no member, and asks for no more than the bot token', () => {
    template.hasResourceProperties('AWS::IAM::Role', { RoleName: 'mayfly-hub-guard-alarm' });
    const allowed = statements(template).filter(({ Effect }) => Effect === 'Allow');
    expect(new Set(allowed.flatMap(({ Action }) => Action))).toEqual(
      new Set([
        ...[
          'logs:CreateLogStream',
          'logs:PutLogEvents',
          'sqs:GetQueueAttributes',
          'sqs:GetQueueUrl',
          'sqs:SendMessage',
        ],
        ...['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'],
        ...['dynamodb:PutItem', 'dynamodb:UpdateItem', 'ssm:GetParameter', 'kms:Decrypt'],
      ]),
    );
    expect(JSON.stringify(statements(template))).not.toContain('mayfly-read');
  });

  test('writes what the guard remembers, and that it has told', () => {
    const [put] = statements(template).filter(
      ({ Effect, Action }) => Effect === 'Allow' && Action.includes('dynamodb:PutItem'),
    );
    expect(put?.Condition).toEqual({
      'ForAllValues:StringLike': {
        'dynamodb:LeadingKeys': expect.arrayContaining(['guard', 'told', 'tasks']),
      },
    });
    expect(JSON.stringify(put?.Condition)).not.toMatch(/arn:|switches|approvals|orders|lease/);
  });

  test('reads no secret where there is no Slack', () => {
    const quiet = statements(Template.fromStack(aHub({})));
    expect(JSON.stringify(quiet)).not.toMatch(/ssm:|kms:/);
  });
});
