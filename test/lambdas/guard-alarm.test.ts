import { describe, expect, test, vi } from 'vitest';
import { guardAlarmEvent } from '../../lambdas/guard-alarm.contract.ts';
import { hearAll } from '../../lambdas/guard-alarm.ts';
import type { CostMessage } from '../../lib/core/cost-alarm.ts';
import { anAlarmHub } from '../fakes/alarm-hub.ts';
import { aPolicy } from '../fakes/builders.ts';
import { anomalyMessage, budgetMessage, rootCause } from '../samples/cost-alarms.ts';

// A logger reads its level when it is made.
vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
});

/** As Lambda hands over what SNS delivers, with what nobody here asks for. */
function delivered({ id, subject = null as never, text }: CostMessage) {
  return {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: 'arn:aws:sns:eu-west-1:111111111111:mayfly-cost-alarms:1',
    Sns: {
      Type: 'Notification',
      MessageId: id,
      TopicArn: 'arn:aws:sns:eu-west-1:111111111111:mayfly-cost-alarms',
      Subject: subject,
      Message: text,
      Timestamp: '2026-11-23T12:00:00.000Z',
      SignatureVersion: '1',
      MessageAttributes: {},
    },
  };
}

describe('the contract with SNS', () => {
  test.each([
    ['budgets, with a subject', budgetMessage()],
    ['anomalies, without one', anomalyMessage()],
    ['an empty message', { id: '1', text: '' }],
  ])('%s: arrives as it was published', (_, message) => {
    const [record] = guardAlarmEvent.parse({ Records: [delivered(message)] }).Records;
    expect(record?.Sns).toMatchObject({ MessageId: message.id, Message: message.text });
  });

  const whole = delivered(budgetMessage());
  test.each([
    ['nothing', {}],
    ['no record', { Records: [] }],
    ['a message without an id', { Records: [{ ...whole, Sns: { ...whole.Sns, MessageId: undefined } }] }],
    ['what is not from SNS', { Records: [{ ...whole, EventSource: 'aws:sqs' }] }],
  ])('%s is not accepted', (_, event) => {
    expect(guardAlarmEvent.safeParse(event).success).toBe(false);
  });
});

test('one that can not be told keeps no other from being told, and Lambda is to try again', async () => {
  const { ports, told } = anAlarmHub({ answers: [{ kind: 'failed', why: 'Slack answers 503' }] });
  const accounts = ['222222222222', '333333333333'];
  const event = guardAlarmEvent.parse({
    Records: [delivered(anomalyMessage({ rootCauses: accounts.map((one) => rootCause(one)) }))],
  });
  await expect(hearAll(event, ports, aPolicy())).rejects.toThrow(/about 222222222222 was not told: Slack answers 503/);
  expect(told.map(({ account }) => account)).toEqual(['333333333333']);
  expect(await hearAll(event, ports, aPolicy())).toMatchObject([
    { told: true },
    { told: false, reason: 'alarm-known' },
  ]);
  expect(told.map(({ account }) => account)).toEqual(['333333333333', '222222222222']);
});
