import { Duration, TimeZone } from 'aws-cdk-lib';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export interface SweepScheduleProps {
  machine: StateMachine;
  timeZone: string;
}

/** Starts a sweep every hour. A start that came too late is dropped: the next hour sees the same world. */
export class SweepSchedule extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { machine, timeZone }: SweepScheduleProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.deadLetters, { SQS3: 'It is the dead-letter queue of the schedule' });
    new Schedule(this, 'Hourly', {
      scheduleName: 'mayfly-sweep',
      description: 'Starts a sweep of all accounts and regions',
      schedule: ScheduleExpression.cron({ minute: '0', timeZone: TimeZone.of(timeZone) }),
      timeWindow: TimeWindow.flexible(Duration.minutes(5)),
      target: new StepFunctionsStartExecution(machine, {
        input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
        deadLetterQueue: this.deadLetters,
        // The defaults, 185 tries within a day, would start yesterday's sweeps today.
        retryAttempts: 3,
        maxEventAge: Duration.minutes(15),
      }),
    });
  }
}
