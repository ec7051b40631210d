import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { GuardAlarm } from './guard-alarm.ts';
import type { GuardFunctions } from './guard-functions.ts';
import type { SlackWorker } from './slack-worker.ts';
import type { SweepFunctions } from './sweep-functions.ts';
import { pricesBehindMetric, sweepMetric } from './sweep-metrics.ts';
import type { WeeklyReport } from './weekly-report.ts';

export interface HubAlarmsProps {
  machine: StateMachine;
  deadLetters: Queue;
  functions: SweepFunctions;
  ledger: TableV2;
}

export interface SlackAlarmsProps {
  worker: SlackWorker;
  restore: IFunction | undefined;
  api: HttpApi | undefined;
}

export interface ReportAlarmsProps {
  weekly: WeeklyReport;
  link: IFunction | undefined;
  prices: IFunction | undefined;
}

const period = Duration.hours(1);

/** A throttled call or two an hour is AWS's daily life; this many slow a sweep down. */
const throttlesAnHour = 10;

/**
 * What a person has to look at, each with its page in docs/runbook.md; all go to one topic. Plain metrics only, an
 * alarm for each: CloudFormation's metric math is not understood by every local AWS.
 */
export class HubAlarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { machine, deadLetters, functions, ledger }: HubAlarmsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { topicName: 'mayfly-alarms', enforceSSL: true });
    this.letAlarmsPublish();
    this.above('SweepFailed', 'A sweep failed', machine.metricFailed({ period }));
    this.above('SweepTimedOut', 'A sweep took longer than 55 minutes', machine.metricTimedOut({ period }));
    this.above('SweepAborted', 'A sweep was stopped by hand', machine.metricAborted({ period }));
    this.above(
      'SweepNotStarted',
      'A sweep could not be started',
      deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
    );
    this.noSweep();
    const scans = functions.scan.metricThrottles({ period });
    this.above('ScanThrottled', 'Scans wait for free Lambda concurrency', scans, throttlesAnHour);
    const reaps = functions.reap.metricThrottles({ period });
    this.above('ReapThrottled', 'Removals wait for free Lambda concurrency', reaps, throttlesAnHour);
    for (const side of ['Read', 'Write'] as const) {
      const metric = ledgerThrottles(ledger, side);
      this.above(`Ledger${side}Throttled`, `The ledger refuses to ${side.toLowerCase()}`, metric, throttlesAnHour);
    }
  }

  /** Without a slack block nobody but strangers posts to the endpoint, and it refuses them all. */
  addSlack({ worker, restore, api }: SlackAlarmsProps): void {
    const errors = worker.function.metricErrors({ period });
    this.above('SlackWorkerFailed', 'A request in Slack broke its worker', errors);
    const lost = worker.lost.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' });
    this.above('SlackRequestLost', 'A request in Slack was not answered', lost);
    if (restore !== undefined) {
      this.above('RestoreFailed', 'A restore of a server broke off', restore.metricErrors({ period }));
    }
    if (api === undefined) return;
    const refused = api.metricServerError({ period, statistic: 'Sum' });
    this.above('SlackNotAnswered', 'The address for Slack can not answer', refused);
  }

  addGuard({ step, order }: GuardFunctions, { function: hearing, lost }: GuardAlarm): void {
    this.above('GuardFailed', 'The cost guard did not look after the accounts', step.metricErrors({ period }));
    this.above('GuardOrderFailed', 'A freeze, stop or release broke off', order.metricErrors({ period }));
    this.above('GuardAlarmFailed', 'An alarm of AWS about cost was not told', hearing.metricErrors({ period }));
    const untold = lost.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' });
    this.above('GuardAlarmLost', 'An alarm of AWS about cost was told to nobody', untold);
  }

  addReports({ weekly, link, prices }: ReportAlarmsProps): void {
    this.above('WeeklyReportFailed', 'A try at the weekly report broke off', weekly.function.metricErrors({ period }));
    const lost = weekly.lost.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' });
    this.above('WeeklyReportLost', 'A weekly report was not made, or not told everywhere', lost);
    if (link !== undefined) this.above('ReportLinkFailed', 'Links to reports break', link.metricErrors({ period }));
    if (prices === undefined) return;
    this.above('PriceRefreshFailed', "A night's list prices could not be read", prices.metricErrors({ period }));
    this.above('PricesOld', 'List prices of a region are older than three days', pricesBehindMetric());
  }

  /** Demanding TLS gives the topic a policy of its own, which replaces the one that lets its account publish. */
  private letAlarmsPublish(): void {
    const stack = Stack.of(this);
    const alarms = stack.formatArn({ service: 'cloudwatch', resource: 'alarm:mayfly-*' });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account }, ArnLike: { 'aws:SourceArn': alarms } },
      }),
    );
  }

  private above(id: string, what: string, metric: Metric, threshold = 1): void {
    new Alarm(this, id, {
      alarmName: `mayfly-${id}`,
      alarmDescription: `${what}: see docs/runbook.md`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this.topic));
  }

  /** The dead man's switch: whatever keeps sweeps from ending, the missing metric rings. */
  private noSweep(): void {
    new Alarm(this, 'NoSweep', {
      alarmName: 'mayfly-NoSweep',
      alarmDescription: 'No sweep ended for two hours: see docs/runbook.md',
      metric: sweepMetric('SweepsEnded'),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.BREACHING,
    }).addAlarmAction(new SnsAction(this.topic));
  }
}

/** The table's own metric of single refused requests, over all operations. */
function ledgerThrottles({ tableName }: TableV2, side: 'Read' | 'Write'): Metric {
  return new Metric({
    namespace: 'AWS/DynamoDB',
    metricName: `${side}ThrottleEvents`,
    dimensionsMap: { TableName: tableName },
    statistic: 'Sum',
    period,
  });
}
