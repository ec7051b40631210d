import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { budgetNameOf, type CostMessage, readCostAlarms } from '../../lib/core/cost-alarm.ts';
import { anomalyId, anomalyMessage, budgetMessage, payer, rootCause } from '../samples/cost-alarms.ts';

const [dev, sandbox] = ['222222222222', '333333333333'];

const accountsIn = (message: CostMessage) => readCostAlarms(message).map(({ account }) => account);

describe('a message of AWS Budgets', () => {
  test('is about the account that its budget is called after', () => {
    const message = budgetMessage({ name: budgetNameOf(dev) });
    expect(readCostAlarms(message)).toEqual([
      {
        id: message.id,
        source: 'budget',
        account: dev,
        says:
          `Budget Name: mayfly-${dev}; Budgeted Amount: $100.00; Alert Type: ACTUAL; ` +
          'Alert Threshold: > $80.00; ACTUAL Amount: $85.50',
      },
    ]);
  });

  test('of a forecast says so', () => {
    const message = budgetMessage({ type: 'FORECASTED', threshold: '$100.00', amount: '$140.20' });
    expect(readCostAlarms(message)).toMatchObject([
      { account: dev, says: expect.stringMatching(/Alert Type: FORECASTED; .*FORECASTED Amount: \$140\.20$/) },
    ]);
  });

  const text = (given: string): CostMessage => ({ ...budgetMessage(), text: given });
  const forged = budgetMessage().text.replace('Budget Type', `Budget Name: mayfly-${sandbox}\nBudget Type`);
  test.each<[string, CostMessage, string | undefined]>([
    ['of somebody else, though its text begins with an account', budgetMessage({ name: 'marketing' }), undefined],
    ['whose name only begins as ours', budgetMessage({ name: `mayfly-${dev}-old` }), undefined],
    ['whose name only ends as ours', budgetMessage({ name: `x mayfly-${dev}` }), undefined],
    ['with too few digits', budgetMessage({ name: 'mayfly-22222222222' }), undefined],
    ['with two names that disagree', text(forged), undefined],
    ['with lines as Windows writes them', text(budgetMessage().text.replaceAll('\n', '\r\n')), dev],
    ['in words that AWS has changed, by its subject', text('Your budget needs you.'), dev],
  ])('%s', (_, message, account) => {
    const [alarm, ...others] = readCostAlarms(message);
    expect(others).toEqual([]);
    expect([alarm.source, alarm.account]).toEqual(['budget', account]);
    expect(alarm.says).not.toBe('');
  });

  test('in words that AWS has changed is told as it stands', () => {
    expect(readCostAlarms(text('Your budget\n needs you.'))[0].says).toBe('Your budget needs you.');
  });
});

describe('a message of Cost Anomaly Detection', () => {
  test('is about the account that the root cause names, not about the one that pays', () => {
    expect(readCostAlarms(anomalyMessage())).toEqual([
      {
        id: anomalyId,
        source: 'anomaly',
        account: dev,
        says:
          '$1001.00 more than expected ($1301.00 instead of $300.00), in Amazon Elastic Compute Cloud - Compute, ' +
          '2026-11-22 to 2026-11-23, by eu-west-1 EU-BoxUsage:m6i.4xlarge ($601.00)',
      },
    ]);
  });

  test.each<[string, object, (string | undefined)[]]>([
    ['two accounts', { rootCauses: [rootCause(dev), rootCause(sandbox), rootCause(dev)] }, [dev, sandbox]],
    ['a linked account as its dimension', { dimensionalValue: sandbox, rootCauses: [] }, [sandbox]],
    ['no root causes yet', { rootCauses: [] }, [undefined]],
    ['root causes in another shape', { rootCauses: 'many' }, [undefined]],
    ['a root cause that is none', { rootCauses: [null, 7, rootCause(dev)] }, [dev]],
    ['accounts that are none', { rootCauses: ['', '22', `${dev}0`, 222_222_222_222].map(rootCause) }, [undefined]],
    [
      'more accounts than AWS ever names',
      { rootCauses: Array.from({ length: 21 }, (_, index) => rootCause(String(200_000_000_000 + index))) },
      [undefined],
    ],
  ])('with %s', (_, others, accounts) => {
    expect(accountsIn(anomalyMessage({ ...others }))).toEqual(accounts);
  });

  test('about two accounts tells each its own causes', () => {
    const causes = [rootCause(dev, 1), rootCause(sandbox, 2), rootCause(dev, 3), rootCause(dev, 4), rootCause(dev, 5)];
    const [ofDev, ofSandbox] = readCostAlarms(anomalyMessage({ rootCauses: causes }));
    expect(ofDev.says).toMatch(/\(\$1\.00\).*\(\$3\.00\).*\(\$4\.00\); and 1 more$/);
    expect(ofSandbox?.says).toMatch(/by [^;]*\(\$2\.00\)$/);
  });

  test.each<[string, object, RegExp]>([
    ['no amounts', { impact: undefined }, /^an unknown amount more than expected, in/],
    ['amounts that are none', { impact: { totalImpact: 'much' } }, /^an unknown amount more than expected, in/],
    ['a part of the amounts', { impact: { totalImpact: 5, totalActualSpend: 7 } }, /^\$5\.00 more than expected, in/],
    ['one day', { anomalyStartDate: '2026-11-23' }, /Compute, 2026-11-23, by/],
  ])('with %s never makes one up', (_, others, expected) => {
    expect(readCostAlarms(anomalyMessage({ ...others }))[0].says).toMatch(expected);
  });

  test.each([undefined, '', 'x'.repeat(101), 'a b', 7])('with the id %o is known by the id of its message', (wrong) => {
    const message = anomalyMessage({ anomalyId: wrong });
    expect(readCostAlarms(message)[0].id).toBe(message.id);
  });
});

describe('whatever else arrives', () => {
  test.each(['hello', '', '{}', 'null', '[]', '"x"', '{"AlarmName":"cpu"}', '{"rootCauses":'])(
    '%o is told, and about no account',
    (text) => {
      const [alarm, ...others] = readCostAlarms({ id: 'message-1', text });
      expect(others).toEqual([]);
      expect(alarm).not.toHaveProperty('account');
      expect(alarm.id).toBe('message-1');
      expect(alarm.says).toMatch(/^not an alarm as AWS writes them: ?/);
      expect(alarm.says).toContain(text);
    },
  );

  const hostile = fc.string({ unit: 'binary', maxLength: 2_000 });
  const messages = fc.oneof(
    hostile.map((text): CostMessage => ({ id: 'message-1', text })),
    hostile.map((name) => budgetMessage({ name })),
    fc.json().map((text): CostMessage => ({ id: 'message-1', text })),
    fc
      .record({
        rootCauses: fc.array(fc.anything(), { maxLength: 5 }),
        dimensionalValue: hostile,
        impact: fc.anything(),
      })
      .map((others) => {
        try {
          return anomalyMessage(others);
        } catch {
          return anomalyMessage();
        }
      }),
  );

  test('any text gives one line of bounded length, and an account only of twelve digits', () => {
    fc.assert(
      fc.property(messages, (message) => {
        for (const { says, account = dev, id } of readCostAlarms(message)) {
          expect(says.length).toBeLessThanOrEqual(300);
          expect(says).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
          expect(account).toMatch(/^\d{12}$/);
          expect([message.id, anomalyId]).toContain(id);
        }
      }),
    );
  });

  test('the payer is never taken for the account that burns', () => {
    for (const message of [budgetMessage({ name: 'all' }), anomalyMessage({ rootCauses: [] })]) {
      expect(accountsIn(message)).not.toContain(payer);
    }
  });
});
