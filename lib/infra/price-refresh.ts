import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Code, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { pricesKey } from '../adapters/run-documents.ts';
import type { Policy } from '../core/policy.ts';
import { acknowledge, logicalIdOf } from './acknowledge.ts';
import { HubFunction } from './hub-function.ts';
import type { HubState } from './hub-state.ts';
import { hubEnvironment } from './sweep-functions.ts';

/** The name of its handler's file, for the bundle. */
export const priceRefreshFile = 'refresh-prices';

/** No member trusts it: it asks AWS for what everybody may know. */
const roleName = 'mayfly-hub-prices';

export interface PriceRefreshProps {
  policy: Policy;
  code: Code;
  state: HubState;
  allowTimeTravel: boolean;
  /** Who shows what things cost. */
  readers: readonly (IFunction | undefined)[];
}

/** Whether the policy wants today's prices, and not only those that Mayfly ships with. */
export function refreshesPrices({ prices }: Pick<Policy, 'prices'>): boolean {
  return prices.refresh === 'nightly';
}

/** Asks AWS for its list prices every night, and keeps them in the bucket. */
export class PriceRefresh extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: PriceRefreshProps) {
    super(scope, id);
    const { policy, code, state, readers } = props;
    const { function: refresh, role } = new HubFunction(this, 'Refresh', {
      name: priceRefreshFile,
      code,
      roleName,
      timeout: Duration.minutes(15),
      memoryMb: 512,
      environment: hubEnvironment(props, false),
    });
    state.grantRuns(role, []);
    const key = state.runs.arnForObjects(pricesKey);
    role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [key] }));
    role.addToPolicy(new PolicyStatement({ actions: ['pricing:GetProducts'], resources: ['*'] }));
    acknowledge(role, {
      'IAM5[Resource::*]': 'The price list is the same for everybody, and AWS checks it against no narrower resource',
    });
    for (const reader of readers) {
      reader?.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [key] }));
    }
    refresh.configureAsyncInvoke({ retryAttempts: 1, maxEventAge: Duration.hours(2) });
    this.function = refresh;
    this.schedule(refresh, policy.expiry.timeZone);
  }

  /** At night, so that the report of a morning has the prices of its day. A night that fails is followed by another. */
  private schedule(target: IFunction, timeZone: string): void {
    const nightly = new Schedule(this, 'Nightly', {
      scheduleName: 'mayfly-refresh-prices',
      description: "Asks for today's list prices",
      schedule: ScheduleExpression.cron({ minute: '0', hour: '3', timeZone: TimeZone.of(timeZone) }),
      timeWindow: TimeWindow.flexible(Duration.minutes(30)),
      target: new LambdaInvoke(target, { retryAttempts: 3, maxEventAge: Duration.hours(2) }),
    });
    const id = `IAM5[Resource::<${logicalIdOf(target)}.Arn>:*]`;
    // The library keeps one role for all schedules of a function, beside them in the stack.
    acknowledge(Stack.of(nightly), { [id]: 'The schedule starts this one function, whatever its version' });
  }
}
