import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { sweepMetric } from './sweep-metrics.ts';

export interface HubAlarmsProps {
  machine: StateMachine;
  deadLetters: Queue;
  functions: readonly IFunction[];
  ledger: TableV2;
}

const hour = Duration.hours(1);

/** What a person has to look at, each with its page in docs/runbook.md. All go to one topic. */
export class HubAlarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { machine, deadLetters, functions, ledger }: HubAlarmsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { topicName: 'mayfly-alarms', enforceSSL: true });
    this.above('SweepFailed', 'A sweep failed, or ran out of time', this.failures(machine));
    this.above('SweepNotStarted', 'A sweep could not be started', visible(deadLetters));
    this.above('Throttled', 'Functions or the ledger are throttled', this.throttles(functions, ledger), 3);
    this.noSweep();
  }

  private failures(machine: StateMachine): IMetric {
    const period = hour;
    return new MathExpression({
      expression: 'failed + timedOut + aborted',
      usingMetrics: {
        failed: machine.metricFailed({ period }),
        timedOut: machine.metricTimedOut({ period }),
        aborted: machine.metricAborted({ period }),
      },
      period,
    });
  }

  private throttles(functions: readonly IFunction[], ledger: TableV2): IMetric {
    const names = functions.map((_, index) => `f${index}`);
    const byFunction = functions.map((one, index) => [`f${index}`, one.metricThrottles({ period: hour })] as const);
    const table = new Metric({
      namespace: 'AWS/DynamoDB',
      metricName: 'ThrottledRequests',
      dimensionsMap: { TableName: ledger.tableName },
      statistic: 'Sum',
      period: hour,
    });
    return new MathExpression({
      expression: [...names, 'table'].map((name) => `FILL(${name}, 0)`).join(' + '),
      usingMetrics: { ...Object.fromEntries(byFunction), table },
      period: hour,
    });
  }

  private above(id: string, alarmDescription: string, metric: IMetric, threshold = 1): void {
    new Alarm(this, id, {
      alarmName: `mayfly-${id}`,
      alarmDescription: `${alarmDescription}: see docs/runbook.md`,
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

function visible(queue: Queue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ period: hour, statistic: 'Maximum' });
}
