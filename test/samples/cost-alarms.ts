import type { CostMessage } from '../../lib/core/cost-alarm.ts';

/** The account that pays, which has budgets and monitor. */
export const payer = '111111111111';

interface Told {
  name?: string;
  type?: 'ACTUAL' | 'FORECASTED';
  threshold?: string;
  amount?: string;
}

/** A message as AWS Budgets writes it. */
export function budgetMessage({
  name = 'mayfly-222222222222',
  type = 'ACTUAL',
  threshold = '$80.00',
  amount = '$85.50',
}: Told = {}): CostMessage {
  return {
    id: '0afa48ef-0000-4b07-9359-149237adeae5',
    subject: `AWS Budgets: ${name} has exceeded your alert threshold`,
    text: [
      'AWS Budget Notification November 23, 2026',
      `AWS Account ${payer}`,
      '',
      'Dear AWS Customer,',
      '',
      `You requested that we alert you when the ${type} Cost associated with your ${name} budget is greater than ` +
        `${threshold} for the current month. The ${type} Cost associated with this budget is ${amount}. You can find ` +
        'additional details below and by accessing the AWS Budgets dashboard [1].',
      '',
      `Budget Name: ${name}`,
      'Budget Type: Cost',
      'Budgeted Amount: $100.00',
      `Alert Type: ${type}`,
      `Alert Threshold: > ${threshold}`,
      `${type} Amount: ${amount}`,
      '',
      '[1] https://console.aws.amazon.com/billing/home#/budgets',
      '',
    ].join('\n'),
  };
}

const monitor = 'abcdef12-1234-4ea0-84cc-918a97d736ef';
export const anomalyId = '12345678-abcd-ef12-3456-987654321a12';
const detailsLink =
  'https://console.aws.amazon.com/cost-management/home#/anomaly-detection/' +
  `monitors/${monitor}/anomalies/${anomalyId}`;

/** A root cause as Cost Anomaly Detection names it. */
export function rootCause(linkedAccount: unknown, contribution: unknown = 601): object {
  return {
    linkedAccount,
    linkedAccountName: 'dev',
    region: 'eu-west-1',
    service: 'Amazon Elastic Compute Cloud - Compute',
    usageType: 'EU-BoxUsage:m6i.4xlarge',
    impact: { contribution },
  };
}

/** A message as Cost Anomaly Detection writes it. */
export function anomalyMessage(others: Readonly<Record<string, unknown>> = {}): CostMessage {
  return {
    id: '5f1d4a52-0000-5214-96e1-635d27a9b79b',
    text: JSON.stringify({
      accountId: payer,
      anomalyDetailsLink: detailsLink,
      anomalyEndDate: '2026-11-23T00:00:00Z',
      anomalyId,
      anomalyScore: { currentScore: 0.47, maxScore: 0.47 },
      anomalyStartDate: '2026-11-22T00:00:00Z',
      dimensionalValue: 'Amazon Elastic Compute Cloud - Compute',
      impact: {
        maxImpact: 151,
        totalActualSpend: 1301,
        totalExpectedSpend: 300,
        totalImpact: 1001,
        totalImpactPercentage: 333.67,
      },
      monitorArn: `arn:aws:ce::${payer}:anomalymonitor/${monitor}`,
      rootCauses: [rootCause('222222222222')],
      subscriptionId: '874c100c-59a6-4abb-a10a-4682cc3f2d69',
      subscriptionName: 'mayfly',
      ...others,
    }),
  };
}
