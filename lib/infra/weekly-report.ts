import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { secretNames } from '../../lambdas/slack-command.contract.ts';
import {
  chartFiles,
  linkKeyName,
  packagedChartFile,
  type WeeklyReportEnv,
  type WeeklyReportInput,
} from '../../lambdas/weekly-report.contract.ts';
import { runKeyPattern } from '../adapters/run-documents.ts';
import type { Policy } from '../core/policy.ts';
import { acknowledge, logicalIdOf } from './acknowledge.ts';
import { HubFunction } from './hub-function.ts';
import { letAskOrganizations, letAssume, letReadBill, letReadSecret } from './hub-grants.ts';
import type { HubState } from './hub-state.ts';
import { lambdaCode } from './lambda-code.ts';
import { hubRoles } from './role-names.ts';
import { hubEnvironment } from './sweep-functions.ts';

/** The name of its handler's file, for the bundle. */
const weeklyReportFile = 'weekly-report';

export interface WeeklyReportProps {
  policy: Policy;
  /** As it was written: it lies beside the code. */
  policyDocument: unknown;
  state: HubState;
  allowTimeTravel: boolean;
  slackApiUrl?: string | undefined;
  /** Where links to reports begin, if anybody is sent them. */
  linksUrl: string | undefined;
}

/** What finance reads every week: made once a week, kept in the bucket, and told in Slack and to a topic. */
export class WeeklyReport extends Construct {
  readonly function: IFunction;
  /** Weeks whose report could not be made, or not be told everywhere. */
  readonly lost: Queue;

  constructor(scope: Construct, id: string, props: WeeklyReportProps) {
    super(scope, id);
    const { policy, policyDocument, linksUrl } = props;
    const made = new HubFunction(this, 'Make', {
      name: weeklyReportFile,
      // Code of its own: what draws the chart is larger than all functions together.
      code: lambdaCode([weeklyReportFile], policyDocument, chartFilePaths()),
      roleName: hubRoles.report,
      timeout: Duration.minutes(15),
      memoryMb: 2048,
      environment: {
        ...hubEnvironment(props, policy.slack !== undefined),
        ...(linksUrl !== undefined && ({ REPORT_URL: linksUrl } satisfies Partial<WeeklyReportEnv>)),
      },
    });
    this.grant(made.role, props);
    this.lost = new Queue(this, 'Lost', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.lost, { SQS3: 'It is the dead-letter queue of the weekly report' });
    made.function.configureAsyncInvoke({
      onFailure: new SqsDestination(this.lost),
      // It is told once however often it is tried.
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
    });
    this.function = made.function;
    this.schedule(made.function, policy);
    if (policy.slack !== undefined || policy.report.topic !== undefined) this.scheduleWaiting(made.function);
  }

  private grant(role: Role, { policy, state, linksUrl }: WeeklyReportProps): void {
    const { slack, report, roles } = policy;
    state.grantLedger(role, ['told', 'tasks']);
    state.grantRuns(role, [runKeyPattern('finance', 'weeks'), runKeyPattern('finance', 'waiting')]);
    state.grantReports(role, 's3:PutObject');
    letAssume(role, roles.read ?? policy.role);
    letAskOrganizations(role);
    if (report.costExplorer) letReadBill(role);
    if (slack !== undefined) letReadSecret(role, secretNames.botToken);
    if (report.topic !== undefined) {
      role.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [report.topic] }));
    }
    if (linksUrl === undefined) return;
    letReadSecret(role, linkKeyName);
    const { partition, region, account } = Stack.of(this);
    const parameter = `arn:${partition}:ssm:${region}:${account}:parameter${linkKeyName}`;
    role.addToPolicy(new PolicyStatement({ actions: ['ssm:PutParameter'], resources: [parameter] }));
  }

  private schedule(target: IFunction, { report: { weekday, at }, expiry: { timeZone } }: Policy): void {
    const [hour = '', minute = ''] = at.split(':');
    const weekly = new Schedule(this, 'Weekly', {
      scheduleName: 'mayfly-weekly-report',
      description: 'Starts the weekly report about what idles and what it costs',
      schedule: ScheduleExpression.cron({
        minute: String(Number(minute)),
        hour: String(Number(hour)),
        weekDay: weekday.toUpperCase(),
        timeZone: TimeZone.of(timeZone),
      }),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(target, {
        input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
        deadLetterQueue: this.lost,
        retryAttempts: 5,
        maxEventAge: Duration.hours(6),
      }),
    });
    const id = `IAM5[Resource::<${logicalIdOf(target)}.Arn>:*]`;
    // The library keeps one role for all schedules of a function, beside them in the stack.
    acknowledge(Stack.of(weekly), { [id]: 'The schedule starts this one function, whatever its version' });
  }

  /** What Slack did not take in three tries it takes later. A call that finds nothing waiting ends in a moment. */
  private scheduleWaiting(target: IFunction): void {
    new Schedule(this, 'Waiting', {
      scheduleName: 'mayfly-waiting-report',
      description: 'Tells the weekly report that was not told everywhere, if there is one',
      schedule: ScheduleExpression.rate(Duration.hours(1)),
      timeWindow: TimeWindow.flexible(Duration.minutes(30)),
      target: new LambdaInvoke(target, {
        input: ScheduleTargetInput.fromObject({ waiting: true } satisfies WeeklyReportInput),
        // The next hour is another try.
        retryAttempts: 0,
        maxEventAge: Duration.minutes(30),
      }),
    });
  }
}

function chartFilePaths(): Record<string, string> {
  const names = Object.keys(chartFiles) as (keyof typeof chartFiles)[];
  return Object.fromEntries(names.map((name) => [name, packagedChartFile(name)]));
}
