import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Policy } from '../core/policy.ts';
import { GuardAlarm, guardAlarmFile } from './guard-alarm.ts';
import { GuardFunctions, guardFunctionFiles } from './guard-functions.ts';
import { HubAlarms } from './hub-alarms.ts';
import { HubDashboard } from './hub-dashboard.ts';
import { HubState } from './hub-state.ts';
import { lambdaCode } from './lambda-code.ts';
import { LostRuns } from './lost-runs.ts';
import { PriceRefresh, priceRefreshFile, refreshesPrices } from './price-refresh.ts';
import { ReportLinks, reportLinkFile, sendsLinks } from './report-links.ts';
import { restoresServers, ServerRestore, serverRestoreFile } from './server-restore.ts';
import { SlackEndpoint } from './slack-endpoint.ts';
import { SlackWorker } from './slack-worker.ts';
import { SweepFunctionSet, sweepFunctionFiles } from './sweep-functions.ts';
import { SweepMachine } from './sweep-machine.ts';
import { SweepSchedule } from './sweep-schedule.ts';
import { WeeklyReport } from './weekly-report.ts';

export interface HubStackProps extends StackProps {
  policy: Policy;
  /** The policy file as it was written, parsed: it is deployed beside the code. */
  policyDocument: unknown;
  /** Only for a local AWS: sweeps may be tried on another day. */
  allowTimeTravel: boolean;
  /** Another Slack than the real one. */
  slackApiUrl?: string | undefined;
}

/** The stack of the hub account: everything but what members need, which is in stacks of its own. */
export class HubStack extends Stack {
  constructor(scope: Construct, id: string, props: HubStackProps) {
    const { policy, policyDocument, allowTimeTravel, slackApiUrl, ...stackProps } = props;
    const tags = { [policy.protect.tag]: 'true' };
    super(scope, id, { description: 'Mayfly: removes what is past its expiry tag', tags, ...stackProps });
    // A policy that would match the hub itself finds stack and members protected, by the rule that protects everything.
    Tags.of(this).add(policy.protect.tag, 'true');
    const state = new HubState(this, 'State', policy);
    const restores = restoresServers(policy);
    const links = sendsLinks(policy);
    const files = [
      ...[...sweepFunctionFiles, 'slack-command', 'slack-worker'],
      ...(policy.guard ? [...guardFunctionFiles, guardAlarmFile] : []),
      ...(restores ? [serverRestoreFile] : []),
      ...(links ? [reportLinkFile] : []),
      ...(refreshesPrices(policy) ? [priceRefreshFile] : []),
    ];
    const code = lambdaCode(files, policyDocument);
    const common = { policy, code, state, allowTimeTravel, slackApiUrl };
    const { all } = new SweepFunctionSet(this, 'Functions', common);
    const guard = policy.guard && new GuardFunctions(this, 'Guard', common);
    const { machine } = new SweepMachine(this, 'Sweep', { functions: all, guard: guard?.step, runs: state.runs });
    const { deadLetters } = new SweepSchedule(this, 'Schedule', { machine, timeZone: policy.expiry.timeZone });
    new LostRuns(this, 'LostRuns', { machine, end: all.end, deadLetters });
    const functions = [...Object.values(all), ...(guard ? [guard.step] : [])];
    const restore = restores ? new ServerRestore(this, 'ServerRestore', common).function : undefined;
    const worker = new SlackWorker(this, 'SlackWorker', { ...common, restore, guard: guard?.order });
    const slack = new SlackEndpoint(this, 'Slack', { policy, code, worker: worker.function, slackApiUrl });
    const reports = links ? new ReportLinks(this, 'ReportLinks', { code, state, api: slack.api }) : undefined;
    const weekly = new WeeklyReport(this, 'WeeklyReport', { ...common, policyDocument, linksUrl: reports?.url });
    const readers = [...functions, guard?.order, restore, worker.function, weekly.function];
    const prices = refreshesPrices(policy) ? new PriceRefresh(this, 'PriceRefresh', { ...common, readers }) : undefined;
    const alarms = new HubAlarms(this, 'Alarms', { machine, deadLetters, functions: all, ledger: state.ledger });
    alarms.addSlack({ worker, restore, api: policy.slack && slack.api });
    if (guard) alarms.addGuard(guard, new GuardAlarm(this, 'GuardAlarm', common));
    alarms.addReports({ weekly, link: reports?.function, prices: prices?.function });
    new HubDashboard(this, 'Dashboard', { machine, functions });
    this.output('SweepArn', machine.stateMachineArn, 'The state machine of a sweep; started with {} it runs one');
    this.output('SlackUrl', slack.url, 'Where Slack posts commands to');
    this.output('LedgerTable', state.ledger.tableName, 'What Mayfly remembers');
    this.output('RunBucket', state.runs.bucketName, 'Plans, and what the steps of a run hand on');
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description }).overrideLogicalId(id);
  }
}
