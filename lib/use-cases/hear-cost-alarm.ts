import type { CostAlarm } from '../core/cost-alarm.ts';
import { hearAlarm } from '../core/guard-alarm.ts';
import { type GuardMemory, nothingGuarded, scopeIn } from '../core/guard-memory.ts';
import type { GuardMessage } from '../core/guard-message.ts';
import type { GuardReason } from '../core/guard-reasons.ts';
import { accountName, type Policy } from '../core/policy.ts';
import type { Duration } from '../core/time.ts';
import type { Clock } from './ports.ts';
import type { GuardLedger } from './ports-guard.ts';
import type { Messenger, TellingLedger } from './ports-people.ts';

export interface HearingPorts {
  clock: Clock;
  ledger: Pick<GuardLedger, 'guardMemory' | 'recordGuard'> & Pick<TellingLedger, 'toldAt' | 'markTold' | 'beginTask'>;
  messenger: Pick<Messenger, 'guard'>;
}

export interface HeardAlarm {
  told: boolean;
  reason: GuardReason;
  /** What went wrong and does not ask for another try, in words. */
  problem?: string;
}

/** How long whoever was first may take to tell people, before the second one takes it that they could not. */
const telling: Duration = 15_000;

/**
 * Remembers an alarm of AWS and tells people of it, once however often it is delivered. Told is what was delivered:
 * where that fails it throws, and the next delivery tells. An account that the policy does not name is told, too.
 */
export async function hearCostAlarm(ports: HearingPorts, policy: Policy, alarm: CostAlarm): Promise<HeardAlarm> {
  const { ledger, messenger, clock } = ports;
  const key = `cost-alarm ${alarm.account ?? ''} ${alarm.id}`;
  const isTold = async () => (await ledger.toldAt([key])).has(key);
  if (await isTold()) return { told: false, reason: 'alarm-known' };
  const memory = await remember(ports, alarm);
  // SNS delivers some messages twice at once.
  if ((await ledger.beginTask(key)) !== 'first') {
    await clock.sleep(telling);
    if (await isTold()) return { told: false, reason: 'alarm-known' };
  }
  const delivery = await messenger.guard(messageOf(alarm, policy, memory, clock.now()));
  if (delivery.kind === 'nowhere') return { told: false, reason: 'alarm-heard', problem: delivery.why };
  if (delivery.kind === 'failed') {
    throw new Error(`${wordsFor(alarm)} was not told: ${delivery.why}; it is told when it is delivered again`);
  }
  const problem = await markTold(ports, alarm, key);
  return { told: true, reason: 'alarm-heard', ...(problem !== undefined && { problem }) };
}

async function remember({ ledger, clock }: HearingPorts, alarm: CostAlarm): Promise<GuardMemory> {
  const { account } = alarm;
  if (account === undefined) return nothingGuarded;
  const memory = await ledger.guardMemory(account);
  const { events } = hearAlarm(memory, alarm);
  return events.length === 0 ? memory : ledger.recordGuard(account, events, clock.now());
}

/** It has been told: a failure here must not have it told again at once. */
async function markTold({ ledger, clock }: HearingPorts, alarm: CostAlarm, key: string): Promise<string | undefined> {
  const { account } = alarm;
  const [mark, event] = await Promise.allSettled([
    ledger.markTold([key], clock.now()),
    account === undefined ? undefined : ledger.recordGuard(account, [{ kind: 'guard-told' }], clock.now()),
  ]);
  const failed = [mark, event].find(({ status }) => status === 'rejected');
  return failed?.status === 'rejected'
    ? `${wordsFor(alarm)} was told, and that could not be written down: ${(failed.reason as Error).message}`
    : undefined;
}

function wordsFor({ account, id }: CostAlarm): string {
  return `the alarm ${id} of AWS about ${account ?? 'no account that it names'}`;
}

function messageOf(
  { account, source, says }: CostAlarm,
  policy: Policy,
  memory: GuardMemory,
  at: number,
): GuardMessage {
  const name = account === undefined ? undefined : accountName(policy, account);
  return {
    account: account ?? 'an account that AWS does not name',
    ...(name !== undefined && { accountName: name }),
    at,
    stage: scopeIn(memory, undefined).stage,
    reason: 'alarm-heard',
    passed: [],
    alarm: { source, says },
    mayRelease: Object.keys(memory.parts).length > 0,
    problems: problemsOf(account, policy),
  };
}

function problemsOf(account: string | undefined, { guard }: Policy): string[] {
  if (account === undefined) return ['The alarm counts for no account: a person has to look whose it is.'];
  if (guard !== undefined && Object.hasOwn(guard.accounts, account)) return [];
  return ['guard.accounts does not name this account, so nothing is frozen or stopped there.'];
}
