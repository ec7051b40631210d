import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export interface LostRunsProps {
  machine: StateMachine;
  end: IFunction;
  deadLetters: Queue;
}

/** Executions that are stopped, take too long or break a limit have no last step: this is it. */
export class LostRuns extends Construct {
  constructor(scope: Construct, id: string, { machine, end, deadLetters }: LostRunsProps) {
    super(scope, id);
    new Rule(this, 'Ended', {
      description: 'Gives the lease of a sweep back whose execution did not end well',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [machine.stateMachineArn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      targets: [
        new LambdaFunction(end, { deadLetterQueue: deadLetters, maxEventAge: Duration.hours(1), retryAttempts: 5 }),
      ],
    });
  }
}
