import type { Answer, Words } from '../core/answer.ts';
import type { GuardAction } from '../core/ask.ts';
import { readGuardClick } from '../core/guard-click.ts';
import { environmentsIn, type GuardMemory, scopeIn, scopeKey } from '../core/guard-memory.ts';
import { countsOfParts, guardedPlace } from '../core/guard-summary.ts';
import { burnInWords } from '../core/guard-words.ts';
import { type Duration, day } from '../core/time.ts';
import { refused } from './as-member.ts';
import type { Asking } from './asker.ts';
import { orderGuard } from './order-guard.ts';
import type { GuardOrder, GuardSeen } from './ports-guard.ts';

/** As long as an alarm goes on it is told once a day: a stage is decided on by what one of those messages says. */
const buttonsLast: Duration = 2 * day;

const kinds: Readonly<Record<GuardAction, GuardOrder['kind']>> = {
  'guard-freeze': 'freeze',
  'guard-stop': 'stop',
  'guard-release': 'release',
};

/** A click on a button of the guard. */
export async function answerGuardClick(asking: Asking, action: GuardAction, value: string): Promise<Answer> {
  const { ports, slack, asker } = asking;
  const why = await asker.whyNot(action);
  if (why !== undefined) return refused(why);
  const about = readGuardClick(value);
  if (about === undefined) return refused(['Mayfly does not know that button.']);
  const { account, environment, at } = about;
  const kind = kinds[action];
  if (kind !== 'release' && ports.clock.now() - at > buttonsLast) {
    return refused(
      ['That message is of ', { at }, ', and what it says may be over: nothing was changed.'],
      ['A newer one of the guard has the button, too. ', { code: `${slack.command} guard` }, ' tells how it stands.'],
    );
  }
  const of = kind === 'release' || environment === undefined ? {} : { environment };
  return orderGuard(asking, { kind, account, ...of, by: asker.person.id });
}

/** `guard release ACCOUNT`. */
export async function answerRelease(asking: Asking, account: string): Promise<Answer> {
  return orderGuard(asking, { kind: 'release', account, by: asking.asker.person.id });
}

/** More accounts than this are for the command line. */
const accountsShown = 20;

/** How every guarded account stood at the newest sweep. By the ledger alone, so that it is quick. */
export async function answerGuard({ ports, policy, slack }: Asking): Promise<Answer> {
  const { guard } = policy;
  if (guard === undefined) return refused(['The policy of this Mayfly has no guard block, so nothing is guarded.']);
  const accounts = [...new Set([...Object.keys(guard.accounts), ...(await ports.ledger.guardedAccounts())])].toSorted();
  const shown = accounts.slice(0, accountsShown);
  const lines = await Promise.all(
    shown.map(async (account) => {
      const [memory, seen] = await Promise.all([ports.ledger.guardMemory(account), ports.ledger.guardSeen(account)]);
      return standingOf(account, memory, seen, slack.command);
    }),
  );
  if (lines.length === 0) return { kind: 'text', lines: [['guard.accounts of the policy names no account.']] };
  const left = accounts.length - shown.length;
  return { kind: 'text', lines: [...lines.flat(), ...(left > 0 ? [[`… and ${left} more accounts.`]] : [])] };
}

function standingOf(account: string, memory: GuardMemory, seen: GuardSeen, command: string): Words[] {
  const environments = environmentsIn(memory).filter((one) => scopeIn(memory, one).stage !== 'none');
  const scopes = [undefined, ...environments.toSorted()].map((environment) =>
    scopeLine(account, environment, memory, seen),
  );
  const { parts, releasing, differs } = memory;
  const all = Object.values(parts);
  const failed = all.filter(({ failure }) => failure !== undefined).length;
  const release = releasing
    ? [
        'A release goes on since ',
        { at: releasing.at },
        failed === 0 ? '.' : `; ${failed} could not be taken back yet.`,
      ]
    : ['An admin takes it back with ', { code: `${command} guard release ${account}` }, '.'];
  return [
    ...scopes,
    ...(all.length === 0 ? [] : [[`${account}: changed by the guard: ${countsOfParts(all)}. `, ...release]]),
    ...(differs.length === 0 ? [] : [[`${account}: ${differs.length} not as before the last release.`]]),
  ];
}

const stages = { none: 'nothing to tell', tell: 'over its limits, told', freeze: 'frozen', stop: 'stopped' } as const;

function scopeLine(
  account: string,
  environment: string | undefined,
  memory: GuardMemory,
  { scopes }: GuardSeen,
): Words {
  const { stage, begun, doing } = scopeIn(memory, environment);
  const seen = scopes[scopeKey(environment)];
  const place = guardedPlace({ account, ...(environment !== undefined && { environment }) });
  const since: Words = begun === undefined ? [] : [' since ', { at: begun.at }];
  const unfinished = doing === undefined ? '' : `, and the ${doing} is not finished`;
  const burn: Words =
    seen === undefined
      ? ['what it costs an hour was not seen yet']
      : [`${burnInWords({ usdPerHour: seen.usdPerHour, known: 1, unknown: 0 })} by known prices at `, { at: seen.at }];
  return [`${place}: ${stages[stage]}`, ...since, `${unfinished}; `, ...burn, '.'];
}
