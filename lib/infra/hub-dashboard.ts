import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, PeriodOverride } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type SweepCount, sweepMetric } from './sweep-metrics.ts';

export interface HubDashboardProps {
  machine: StateMachine;
  functions: readonly IFunction[];
}

const hour = Duration.hours(1);

/** One page for the platform engineer: what sweeps do, whether they end, and what slows them down. */
export class HubDashboard extends Construct {
  constructor(scope: Construct, id: string, { machine, functions }: HubDashboardProps) {
    super(scope, id);
    const counts = (...names: SweepCount[]) => names.map((name) => sweepMetric(name));
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: 'mayfly',
      periodOverride: PeriodOverride.INHERIT,
      defaultInterval: Duration.days(7),
    });
    dashboard.addWidgets(
      graph('Resources with an expiry tag', counts('Scanned')),
      graph('Removals', counts('Due', 'Removed', 'Blocked', 'Failed')),
      graph('What a sweep could not do', counts('ShardsNotRead', 'LimitsPassed')),
    );
    dashboard.addWidgets(graph('USD a month that sweeps have saved', counts('MonthlyUsdSaved')));
    dashboard.addWidgets(
      graph('Sweeps', [...counts('SweepsEnded', 'SweepsFailed'), machine.metricFailed({ period: hour })]),
      graph('How long a sweep takes', [machine.metricTime({ period: hour, statistic: 'Maximum' })]),
      graph(
        'Errors of functions',
        functions.map((one) => one.metricErrors({ period: hour })),
      ),
    );
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}
