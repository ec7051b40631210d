import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Code, IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { secretNames } from '../../lambdas/slack-command.contract.ts';
import type { SlackWorkerEnv } from '../../lambdas/slack-worker.contract.ts';
import type { Policy } from '../core/policy.ts';
import { acknowledge } from './acknowledge.ts';
import { HubFunction } from './hub-function.ts';
import { letAskOrganizations, letAssume, letReadSecret } from './hub-grants.ts';
import type { HubState } from './hub-state.ts';
import { hubRoles } from './role-names.ts';
import { hubEnvironment } from './sweep-functions.ts';

export interface SlackWorkerProps {
  policy: Policy;
  code: Code;
  state: HubState;
  allowTimeTravel: boolean;
  slackApiUrl?: string | undefined;
  /** The function that restores servers, where there is one. */
  restore?: IFunction | undefined;
  /** The function that carries out what admins order of the guard, where there is one. */
  guard?: IFunction | undefined;
}

/** Does what people ask for in Slack. Reading, too, is done with the tag role: it may assume no other. */
export class SlackWorker extends Construct {
  readonly function: IFunction;
  /** Requests that nobody answered. */
  readonly lost: Queue;

  constructor(scope: Construct, id: string, props: SlackWorkerProps) {
    super(scope, id);
    const { policy, code, state, restore, guard } = props;
    const worker = new HubFunction(this, 'Work', {
      name: 'slack-worker',
      code,
      roleName: hubRoles.worker,
      timeout: Duration.minutes(2),
      // An extension takes 110 MB; the rest is for the share of a processor that comes with it, because somebody waits.
      memoryMb: 1024,
      environment: {
        ...hubEnvironment(props, true),
        ...(restore && ({ RESTORE_FUNCTION: restore.functionName } satisfies Partial<SlackWorkerEnv>)),
        ...(guard && ({ GUARD_FUNCTION: guard.functionName } satisfies Partial<SlackWorkerEnv>)),
      },
    });
    state.grantLedger(worker.role, ['resources', 'notices', 'tasks', 'switches', 'orders', 'approvals', 'people']);
    state.grantRuns(worker.role, []);
    letAssume(worker.role, policy.roles.tag ?? policy.role);
    letAskOrganizations(worker.role);
    letReadSecret(worker.role, secretNames.botToken);
    for (const { functionArn } of [restore, guard].filter((one) => one !== undefined)) {
      worker.role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
    }
    this.lost = new Queue(this, 'Lost', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.lost, { SQS3: 'It is the dead-letter queue of the worker' });
    worker.function.configureAsyncInvoke({
      onFailure: new SqsDestination(this.lost),
      retryAttempts: 1,
      // Nobody waits longer for an answer, and an order that is carried out an hour later would surprise.
      maxEventAge: Duration.minutes(5),
    });
    // A restore that broke off is asked for again: it goes on where it was, and a server of one copy is made once.
    // So is what an admin ordered of the guard, and what it had changed is in the ledger.
    for (const taken of [restore, guard].filter((one) => one !== undefined)) {
      taken.configureAsyncInvoke({
        onFailure: new SqsDestination(this.lost),
        retryAttempts: 2,
        maxEventAge: Duration.hours(1),
      });
    }
    this.function = worker.function;
  }
}
