import { expect, test } from 'vitest';
import type { GuardEvent } from '../../lib/core/guard-memory.ts';
import { type BurnMemory, rememberBurn } from '../../lib/core/guard-usual.ts';
import { burnRows } from '../../lib/use-cases/burn-rows.ts';
import { financeReport } from '../../lib/use-cases/finance-report.ts';
import { aPolicy, at } from '../fakes/builders.ts';
import { heldClock } from '../fakes/clocks.ts';
import { financeStage } from '../fakes/finance-stage.ts';
import { groupPart, scpPart } from '../fakes/guard-messages.ts';
import { account } from '../fakes/world.ts';

const other = '333333333333';
const lookedAt = at('2026-11-23T11:00Z');
const guard = {
  accounts: { [account]: { budget: 2_000 } },
  environments: { staging: { burnPerHour: 5 }, ['']: { budget: 7 } },
};
const policy = aPolicy({ guard });

/** Burnt evenly from the first hour of the month on, as far as anybody knows. */
const burns = (usdPerHour: number): BurnMemory =>
  rememberBurn(undefined, { at: lookedAt, usdPerHour, pricesVersion: 'a', isOrdinary: true }, 'UTC');

const stopped: GuardEvent[] = [
  { kind: 'guard-over', sweep: 'run-1', usdPerHour: 12, passed: ['budget'], counts: true },
  { kind: 'guard-begun', stage: 'freeze', sweep: 'run-2' },
  { kind: 'guard-changing', parts: [scpPart, groupPart('web')] },
  { kind: 'guard-ended', stage: 'freeze', lacks: [] },
];

async function aStage() {
  const stage = financeStage(heldClock());
  const { ledger } = stage.world.ports;
  await ledger.keepGuardSeen(account, { run: 'run-2', scopes: { '': burns(10), '/staging': burns(2), '/': burns(1) } });
  await ledger.recordGuard(account, stopped, lookedAt);
  await ledger.keepGuardSeen(other, { scopes: { '': burns(30) } });
  return stage;
}

test('each account and environment has a row, the most that burns first, with its own budget and stage', async () => {
  const { world } = await aStage();
  const accounts = [
    { id: account, mode: 'enforce' as const },
    { id: other, name: 'shop', mode: 'observe' as const },
  ];
  const rows = await burnRows(world.ports, policy, [...accounts, { id: '444444444444', mode: 'observe' }]);
  const month = (usd: number) => expect.closeTo(usd, 0);
  const seen = (usdPerHour: number, usd: number) =>
    ({ at: lookedAt, usdPerHour, monthUsd: month(usd), stage: 'none', changed: 2 }) as const;
  expect(rows).toEqual([
    { account: other, name: 'shop', at: lookedAt, usdPerHour: 30, monthUsd: month(21_600), stage: 'none', changed: 0 },
    { account, ...seen(10, 7_200), budget: 2_000, stage: 'freeze' },
    { account, environment: 'staging', ...seen(2, 1_440) },
    { account, environment: '', ...seen(1, 720), budget: 7 },
  ]);
});

test('a report has them where the policy has a guard, and says so where the ledger can not be read', async () => {
  const { world } = await aStage();
  const { ports } = world;
  expect((await financeReport(ports, policy)).burning?.map(({ account: id }) => id)).toEqual([
    account,
    account,
    account,
  ]);
  expect(await financeReport(ports, aPolicy())).not.toHaveProperty('burning');
  const guardSeen = () => Promise.reject(new Error('the table is gone'));
  const blind = await financeReport({ ...ports, ledger: { ...ports.ledger, guardSeen } }, policy);
  expect(blind).not.toHaveProperty('burning');
  expect(blind.unread).toContainEqual({
    account: 'Mayfly',
    why: expect.stringMatching(/what the guard saw is not known: Error: the table is gone/),
  });
});
