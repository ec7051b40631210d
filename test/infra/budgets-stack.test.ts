import { App, type Stack, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { readCostAlarms } from '../../lib/core/cost-alarm.ts';
import { BudgetsStack } from '../../lib/infra/budgets-stack.ts';
import { aPolicy } from '../fakes/builders.ts';
import { budgetMessage } from '../samples/cost-alarms.ts';
import { hubAppWith } from './hub-simulation.ts';
import { resourcesIn } from './member-templates.ts';

const guard = {
  accounts: {
    '222222222222': { budget: 500, burnPerHour: 2 },
    '333333333333': { budget: 0 },
    '444444444444': { burnPerHour: 1 },
    '555555555555': { budget: 12.5 },
  },
  environments: { 'pr-102': { budget: 20 } },
};

function budgetsStack(): BudgetsStack {
  const policy = aPolicy({ guard });
  if (policy.guard === undefined) throw new Error('no guard');
  return new BudgetsStack(new App({ analyticsReporting: false }), 'MayflyBudgets', {
    guard: policy.guard,
    protect: policy.protect,
  });
}

let stack: BudgetsStack;
let template: Template;

beforeAll(() => {
  stack = budgetsStack();
  template = Template.fromStack(stack);
}, 60_000);

const topic = { Ref: Match.stringLikeRegexp('^Topic') };

test('cdk-nag has nothing to say', () => {
  const { node } = budgetsStack();
  const app = node.root as App;
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});

describe('budgets', () => {
  const budgets = () => resourcesIn(template, 'AWS::Budgets::Budget').map(([, { Properties }]) => Properties);

  test('one for each account of the policy that has one above zero, of what it alone spends in a month', () => {
    expect(budgets().map(({ Budget }) => Budget)).toEqual(
      (
        [
          ['222222222222', 500],
          ['555555555555', 12.5],
        ] as const
      ).map(([account, Amount]) => ({
        BudgetName: `mayfly-${account}`,
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount, Unit: 'USD' },
        CostFilters: { LinkedAccount: [account] },
      })),
    );
  });

  test('tell the topic of all of it, and of a forecast', () => {
    for (const { NotificationsWithSubscribers: all } of budgets()) {
      const said = (all as { Notification: Record<string, unknown> }[]).map(({ Notification }) => Notification);
      expect(said.map(({ NotificationType, Threshold }) => [NotificationType, Threshold])).toEqual([
        ['ACTUAL', 100],
        ['FORECASTED', 100],
      ]);
      for (const { Subscribers } of all) {
        expect(Subscribers).toEqual([{ SubscriptionType: 'SNS', Address: { Ref: expect.stringMatching(/^Topic/) } }]);
      }
    }
  });

  test('wait for the policy of the topic: AWS tries whether it may publish', () => {
    const [policyId = ''] = Object.keys(template.findResources('AWS::SNS::TopicPolicy'));
    for (const type of ['AWS::Budgets::Budget', 'AWS::CE::AnomalySubscription']) {
      const waiting = template.findResources(type, { DependsOn: Match.arrayWith([policyId]) });
      expect(Object.keys(waiting)).toEqual(Object.keys(template.findResources(type)));
    }
  });

  test('name the account in what AWS writes of them', () => {
    for (const { Budget } of budgets()) {
      const [alarm] = readCostAlarms(budgetMessage({ name: Budget.BudgetName }));
      expect(alarm.account).toBe(Budget.CostFilters.LinkedAccount[0]);
    }
  });

  test('of nothing are said in words', () => {
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('budget'));
    expect(warnings.map(({ entry }) => JSON.stringify(entry.data))).toEqual([
      expect.stringMatching(/AWS Budgets takes no budget of \$0, so 333333333333 has none there/),
    ]);
  });
});

describe('the topic', () => {
  test('takes messages of the two services for this account alone, and by TLS alone', () => {
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    const statements: Record<string, unknown>[] = policy?.['Properties'].PolicyDocument.Statement;
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toEqual(
      ['budgets', 'costalerts'].map((service) =>
        expect.objectContaining({
          Principal: { Service: `${service}.amazonaws.com` },
          Action: 'sns:Publish',
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ),
    );
    expect(statements.filter(({ Effect }) => Effect === 'Deny')).toMatchObject([
      { Principal: '*', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });

  test('hands on to the function of the hub, by its name', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'mayfly-cost-alarms' });
    const hub = resourcesIn(template, 'AWS::SNS::Subscription')[0]?.[1].Properties;
    expect(hub).toMatchObject({ Protocol: 'lambda' });
    expect(JSON.stringify(hub)).toMatch(/:lambda:.*:function:mayfly-guard-alarm"/);
  });
});

describe('Cost Anomaly Detection', () => {
  test('watches all services, unless a monitor is named that is there already', () => {
    template.hasParameter('AnomalyMonitor', { Default: '' });
    template.hasResource('AWS::CE::AnomalyMonitor', {
      Condition: 'MakesMonitor',
      Properties: { MonitorType: 'DIMENSIONAL', MonitorDimension: 'SERVICE' },
    });
    template.hasCondition('MakesMonitor', { 'Fn::Equals': [{ Ref: 'AnomalyMonitor' }, ''] });
    template.hasResourceProperties('AWS::CE::AnomalySubscription', {
      Frequency: 'IMMEDIATE',
      MonitorArnList: [
        { 'Fn::If': ['MakesMonitor', { 'Fn::GetAtt': ['Monitor', 'MonitorArn'] }, { Ref: 'AnomalyMonitor' }] },
      ],
      Subscribers: [{ Type: 'SNS', Address: topic }],
    });
  });

  test.each([
    ['', true],
    ['arn:aws:ce::111111111111:anomalymonitor/abcdef12-1234-4ea0-84cc-918a97d736ef', true],
    ['abcdef12-1234-4ea0-84cc-918a97d736ef', false],
    ['arn:aws:ce::111111111111:anomalysubscription/abcdef12', false],
  ])('the monitor %o: accepted is %o', (value, accepted) => {
    const { AllowedPattern } = template.findParameters('AnomalyMonitor')['AnomalyMonitor'] as {
      AllowedPattern: string;
    };
    expect(new RegExp(AllowedPattern).test(value)).toBe(accepted);
  });

  test('tells from a hundred dollars above what was expected, or from what the deployment says', () => {
    template.hasParameter('AnomalyUsd', { Type: 'Number', Default: 100, MinValue: 0 });
    const subscription = resourcesIn(template, 'AWS::CE::AnomalySubscription')[0]?.[1].Properties;
    const [glue, parts]: [string, unknown[]] = subscription.ThresholdExpression['Fn::Join'];
    const text = parts.map((part) => (typeof part === 'string' ? part : '100')).join(glue);
    expect(parts).toContainEqual({ Ref: 'AnomalyUsd' });
    expect(JSON.parse(text)).toEqual({
      Dimensions: {
        Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
        MatchOptions: ['GREATER_THAN_OR_EQUAL'],
        Values: ['100'],
      },
    });
  });
});

describe('in the app', () => {
  test('there only with a guard; deployed after the hub, and no member knows of it', () => {
    vi.stubEnv('CDK_VALIDATION', 'false');
    const app = hubAppWith({ guard });
    const budgets = app.node.findChild('MayflyBudgets') as Stack;
    expect(budgets.dependencies.map(({ node }) => node.id)).toEqual(['Mayfly']);
    expect(budgets.tags.tagValues()).toEqual({ 'mayfly:protect': 'true' });
    const members = app.node.children.filter(({ node }) => node.id.startsWith('MayflyMember')) as Stack[];
    expect(members.length).toBeGreaterThan(0);
    for (const member of members) {
      expect(member.dependencies).toEqual([]);
      expect(JSON.stringify(Template.fromStack(member).toJSON())).not.toContain('mayfly-cost-alarms');
    }
    expect(hubAppWith({}).node.tryFindChild('MayflyBudgets')).toBeUndefined();
  });
});
