import {
  Annotations,
  ArnFormat,
  CfnCondition,
  CfnOutput,
  CfnParameter,
  Fn,
  Stack,
  type StackProps,
  Token,
  Validations,
} from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { CfnAnomalyMonitor, CfnAnomalySubscription } from 'aws-cdk-lib/aws-ce';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { budgetNameOf } from '../core/cost-alarm.ts';
import type { Policy } from '../core/policy.ts';
import { costAlarmTopic, guardAlarmFunction } from './guard-alarm.ts';

export interface BudgetsStackProps extends StackProps {
  guard: NonNullable<Policy['guard']>;
  protect: Policy['protect'];
}

/** Of its amount, in percent. No less: each alarm counts as one of the two looks, and Mayfly forecasts sooner. */
const notifications = [
  ['ACTUAL', 100],
  ['FORECASTED', 100],
] as const;

/**
 * What AWS itself says about cost, as a second trigger: a budget for each account that has one in the policy, and Cost
 * Anomaly Detection. For the account that pays, which alone sees what others spend; the topic must be in the account
 * of its budgets (AWS Cost Management User Guide, "Creating an Amazon SNS topic for budget notifications"). Budgets and
 * Cost Explorer answer in us-east-1 alone; CloudFormation asks them there from other regions, too, and they publish to
 * a topic in any of them: so this stack is deployed where the hub is.
 */
export class BudgetsStack extends Stack {
  constructor(scope: Construct, id: string, { guard, protect, ...props }: BudgetsStackProps) {
    const tags = { [protect.tag]: 'true' };
    super(scope, id, { description: 'Mayfly: alarms of AWS about cost', tags, ...props });
    const topic = this.topic();
    for (const [account, { budget }] of Object.entries(guard.accounts)) {
      if (budget === 0) this.warnOfNothing(account);
      else if (budget !== undefined) this.budget(account, budget, topic);
    }
    this.anomalies(topic);
    new CfnOutput(this, 'CostAlarms', { value: topic.topicArn, description: 'Where AWS tells of cost' });
  }

  /**
   * Not encrypted with a key of its own, like the topic of the hub's alarms: SNS encrypts what it stores on its disks,
   * a key that Budgets and Cost Anomaly Detection may use costs a dollar a month, and Slack's channel is told the same.
   */
  private topic(): Topic {
    const topic = new Topic(this, 'Topic', { topicName: costAlarmTopic, enforceSSL: true });
    for (const service of ['budgets', 'costalerts']) {
      topic.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
          actions: ['sns:Publish'],
          resources: [topic.topicArn],
          conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
        }),
      );
    }
    // By its name, not by an export: the hub's stack may change the function without asking this one.
    new CfnSubscription(this, 'Hub', {
      topicArn: topic.topicArn,
      protocol: 'lambda',
      endpoint: this.formatArn({
        service: 'lambda',
        resource: 'function',
        resourceName: guardAlarmFunction,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    });
    return topic;
  }

  private budget(account: string, usd: number, topic: Topic): void {
    const made = new CfnBudget(this, `Budget${account}`, {
      budget: {
        budgetName: budgetNameOf(account),
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: usd, unit: 'USD' },
        costFilters: { LinkedAccount: [account] },
      },
      notificationsWithSubscribers: notifications.map(([notificationType, threshold]) => ({
        notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
        subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
      })),
    });
    // AWS looks whether it may publish there.
    made.node.addDependency(topic);
  }

  private warnOfNothing(account: string): void {
    const warning =
      `AWS Budgets takes no budget of $0, so ${account} has none there: only the sweeps look at what it costs. ` +
      'Name a small amount, such as 1, to hear of it from AWS, too';
    Annotations.of(this).addWarningV2(`mayfly:budget-${account}`, warning);
  }

  /**
   * An account has one monitor of services ("Getting started with AWS Cost Anomaly Detection"), and a second one fails
   * as `AlreadyExists` (aws-cloudformation/cloudformation-coverage-roadmap issue 2515): hence the parameter.
   */
  private anomalies(topic: Topic): void {
    const existing = new CfnParameter(this, 'AnomalyMonitor', {
      default: '',
      allowedPattern: '^(arn:[^:]+:ce::\\d{12}:anomalymonitor/.+)?$',
      description: 'The ARN of a monitor that is there already; empty: one of all services is made',
    });
    const threshold = new CfnParameter(this, 'AnomalyUsd', {
      type: 'Number',
      default: 100,
      minValue: 0,
      description: 'Anomalies are told from this amount above what was expected, USD',
    });
    const isMissing = new CfnCondition(this, 'MakesMonitor', {
      expression: Fn.conditionEquals(existing.valueAsString, ''),
    });
    const monitor = new CfnAnomalyMonitor(this, 'Monitor', {
      monitorName: 'mayfly',
      monitorType: 'DIMENSIONAL',
      monitorDimension: 'SERVICE',
    });
    monitor.cfnOptions.condition = isMissing;
    const arn = Fn.conditionIf(isMissing.logicalId, monitor.attrMonitorArn, existing.valueAsString);
    const subscription = new CfnAnomalySubscription(this, 'Anomalies', {
      subscriptionName: 'mayfly',
      frequency: 'IMMEDIATE',
      monitorArnList: [Token.asString(arn)],
      subscribers: [{ type: 'SNS', address: topic.topicArn }],
      thresholdExpression: JSON.stringify({
        Dimensions: {
          Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
          MatchOptions: ['GREATER_THAN_OR_EQUAL'],
          Values: [Token.asString(threshold.value)],
        },
      }),
    });
    subscription.node.addDependency(topic);
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::W1030',
      reason: 'Where the parameter is empty, which is no ARN, the condition takes the monitor that is made',
    });
  }
}
