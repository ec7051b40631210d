import { keyOfPart, type Part } from '../core/guard-parts.ts';
import type { GuardStage } from '../core/guard-reasons.ts';
import { nameOfPart } from '../core/guard-summary.ts';
import { burnInWords, causeInWords, projectionInWords } from '../core/guard-words.ts';
import { toIso } from '../core/time.ts';
import type { AccountStatus, GuardStatus } from '../use-cases/guard-status.ts';
import { table } from './table.ts';
import { plain, say, styled, terminalWidth } from './terminal.ts';

type Scope = Omit<AccountStatus['environments'][number], 'environment'>;

/** What `guard status --json` prints. An amount that is not known is absent, never 0. */
export function statusDocument({ at, accounts, problems }: GuardStatus) {
  return {
    at: toIso(at),
    accounts: accounts.map(({ account, name, environments, parts, isReleasing, differs, problems: own, ...scope }) => ({
      account,
      ...(name !== undefined && { name }),
      ...scopeDocument(scope),
      environments: environments.map(({ environment, ...one }) => ({ environment, ...scopeDocument(one) })),
      changed: parts.map(partDocument),
      isReleasing,
      differs,
      problems: own,
    })),
    problems,
  };
}

function scopeDocument({ stage, burn, usual, projection, limits }: Scope) {
  const isKnown = knownUsd(burn) !== undefined;
  return {
    stage,
    ...(isKnown && { usdPerHour: burn?.usdPerHour }),
    ...(burn && { withoutPrice: burn.unknown, causes: burn.causes.map(causeDocument) }),
    ...(usual && { usualUsdPerHour: usual }),
    ...(isKnown && projection && { month: projection }),
    limits,
  };
}

function causeDocument({ newestAt, ...cause }: NonNullable<Scope['burn']>['causes'][number]) {
  return { ...cause, ...(newestAt !== undefined && { newestAt: toIso(newestAt) }) };
}

/** Something that the guard has changed. `isConfirmed`: its service said so. */
export function partDocument(changed: Part) {
  const { isDone, isAgain: _, ...part } = changed;
  return { ...part, isConfirmed: isDone ?? false };
}

/** `undefined` where it could not be read, or nothing that stands there has a price. */
function knownUsd(burn: Scope['burn']): number | undefined {
  if (burn === undefined || (burn.known === 0 && burn.unknown > 0)) return undefined;
  return burn.usdPerHour;
}

/** A table that fits the terminal, and below it what there is to say of each account. */
export function showStatus({ accounts, problems }: GuardStatus, config: string): void {
  if (accounts.length > 0) say(table(columnsFor(accounts), accounts.flatMap(rowsOf)));
  for (const one of accounts) showAccount(one);
  for (const problem of problems) say(`${styled('red', 'problem')} ${plain(problem)}`);
  const changed = accounts.filter(({ parts }) => parts.length > 0);
  if (changed.length > 0) say(`To take back what the guard did: npx mayfly guard release --config ${config}`);
}

const words: Readonly<Record<GuardStage, string>> = { none: '', tell: 'told', freeze: 'frozen', stop: 'stopped' };

const numbers = [
  { title: 'Stage', width: 8 },
  { title: 'USD/hour', width: 8 },
  { title: 'Usual', width: 11 },
  { title: 'Month', width: 8 },
  { title: 'Budget', width: 7 },
] as const;

/** In a terminal of 80 characters an account's id fits, in a wide one its name too. */
function columnsFor(accounts: readonly AccountStatus[]) {
  const taken = numbers.reduce((sum, { width }) => sum + width, 0) + 3 * (numbers.length + 1) + 1;
  const longest = Math.max(...accounts.flatMap(labelsOf).map((label) => plain(label).length));
  const width = Math.max(12, Math.min(longest, terminalWidth() - taken));
  return [{ title: 'Account', width, cut: 'end' } as const, ...numbers];
}

function labelsOf({ account, name, environments }: AccountStatus): [string, ...string[]] {
  return [name === undefined ? account : `${account} ${name}`, ...environments.map((one) => `  ${one.environment}`)];
}

function rowsOf(status: AccountStatus): string[][] {
  const labels = labelsOf(status);
  return [status, ...status.environments].map((scope, index) => [labels[index] ?? '', ...cellsOf(scope)]);
}

function cellsOf(scope: Scope): string[] {
  const { stage, burn, usual, projection, limits } = scope;
  const usd = knownUsd(burn);
  const least = (burn?.unknown ?? 0) > 0 ? '>' : '';
  return [
    words[stage],
    usd === undefined ? 'unknown' : `${least}${inCell(usd, 1000)}`,
    usual === undefined ? 'unknown' : range(inCell(usual.least, 100), inCell(usual.most, 100)),
    usd === undefined || projection === undefined ? 'unknown' : `${least}${Math.round(projection.usd)}`,
    limits.budget === undefined ? 'none' : String(limits.budget),
  ].map((cell, index) => (index === 0 ? cell : cell.padStart(numbers[index]?.width ?? 0)));
}

/** USD, without cents from so many dollars on: a number that is cut would be another one. */
function inCell(usd: number, wholeFrom: number): string {
  return usd >= wholeFrom ? String(Math.round(usd)) : usd.toFixed(2);
}

function range(least: string, most: string): string {
  return least === most ? least : `${least}-${most}`;
}

const causesShown = 5;
const partsShown = 20;

function showAccount(status: AccountStatus): void {
  const { account, name, burn, projection, parts, isReleasing, differs, problems } = status;
  say(`${styled('bold', account)}${name === undefined ? '' : ` ${plain(name)}`}`);
  say(`  ${burn === undefined ? 'What it burns could not be read.' : burnInWords(burn)}`);
  if (projection !== undefined && knownUsd(burn) !== undefined) say(`  ${projectionInWords(projection)}`);
  say(`  ${limitsInWords(status)}`);
  for (const cause of (burn?.causes ?? []).slice(0, causesShown)) say(`    ${plain(causeInWords(cause))}`);
  for (const part of parts.slice(0, partsShown)) say(`  ${styled('yellow', deedTo(part))} ${plain(nameIn(part))}`);
  if (parts.length > partsShown) say(`  … and ${parts.length - partsShown} more; --json shows them`);
  if (isReleasing) say(`  ${styled('yellow', 'its release is not finished')}: the next sweep goes on with it`);
  for (const { part, says } of differs)
    say(`  ${styled('yellow', 'not as before')} ${plain(nameOfPart(part))}: ${plain(says)}`);
  for (const problem of problems) say(`  ${styled('red', 'problem')} ${plain(problem)}`);
}

function limitsInWords({ limits: { burnPerHour, budget, jump } }: Pick<Scope, 'limits'>): string {
  const all = [
    ...(burnPerHour === undefined ? [] : [`$${burnPerHour} an hour`]),
    ...(budget === undefined ? [] : [`$${budget} a month`]),
    ...(jump === undefined ? [] : [`a jump to ${jump} times the usual`]),
  ];
  return all.length === 0 ? 'The policy names no limits for it.' : `Limits: ${all.join(', ')}.`;
}

/** What was done, or was about to be done by a run that was cut off. */
function deedTo(part: Part): string {
  const isStopped = part.stage === 'stop';
  const done = part.kind === 'scp' ? 'creations denied by' : isStopped ? 'stopped' : 'kept at its size';
  return part.isDone ? done : `${done}, or was about to be:`;
}

function nameIn(part: Part): string {
  const where = part.kind === 'scp' ? '' : ` in ${part.region}`;
  const failure = part.failure === undefined ? '' : `; could not be taken back: ${part.failure}`;
  return `${nameOfPart(keyOfPart(part))}${where}${failure}`;
}
