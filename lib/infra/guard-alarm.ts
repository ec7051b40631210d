import { Duration, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Code, IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { secretNames } from '../../lambdas/slack-command.contract.ts';
import type { Policy } from '../core/policy.ts';
import { acknowledge } from './acknowledge.ts';
import { HubFunction } from './hub-function.ts';
import { letReadSecret } from './hub-grants.ts';
import type { HubState } from './hub-state.ts';
import { hubRoles } from './role-names.ts';
import { hubEnvironment } from './sweep-functions.ts';

/** The name of its handler's file, for the bundle. */
export const guardAlarmFile = 'guard-alarm';

/** The topic and the function find each other by name: they are deployed in two stacks, and one is not always there. */
export const costAlarmTopic = 'mayfly-cost-alarms';
export const guardAlarmFunction = `mayfly-${guardAlarmFile}`;

export interface GuardAlarmProps {
  policy: Policy;
  code: Code;
  state: HubState;
  allowTimeTravel: boolean;
  slackApiUrl?: string | undefined;
}

/**
 * Hears what AWS itself says about cost: it remembers and tells, and may enter no member. A function of its own,
 * because what it reads was written by others.
 */
export class GuardAlarm extends Construct {
  readonly function: IFunction;
  /** Alarms of AWS that nobody was told. */
  readonly lost: Queue;

  constructor(scope: Construct, id: string, props: GuardAlarmProps) {
    super(scope, id);
    const { policy, code, state } = props;
    const hearing = new HubFunction(this, 'Hear', {
      name: guardAlarmFile,
      code,
      roleName: hubRoles.guardAlarm,
      timeout: Duration.minutes(2),
      memoryMb: 512,
      environment: hubEnvironment(props, policy.slack !== undefined),
    });
    state.grantLedger(hearing.role, ['guard', 'told', 'tasks']);
    if (policy.slack !== undefined) letReadSecret(hearing.role, secretNames.botToken);
    this.lost = new Queue(this, 'Lost', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.lost, { SQS3: 'It is the dead-letter queue of the function that hears alarms' });
    hearing.function.configureAsyncInvoke({
      onFailure: new SqsDestination(this.lost),
      // It is told once however often it is tried.
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
    });
    const stack = Stack.of(this);
    hearing.function.addPermission('CostAlarms', {
      principal: new ServicePrincipal('sns.amazonaws.com'),
      sourceArn: stack.formatArn({ service: 'sns', resource: costAlarmTopic }),
      sourceAccount: stack.account,
    });
    this.function = hearing.function;
  }
}
