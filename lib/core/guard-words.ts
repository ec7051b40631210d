import type { Burn, Cause } from './guard-burn.ts';
import type { GuardDeed, GuardMessage } from './guard-message.ts';
import type { Projection } from './guard-projection.ts';
import { type GuardStage, guardReasons } from './guard-reasons.ts';
import type { Passed } from './guard-triggers.ts';

const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const dollars = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `$12.30 an hour`. */
function anHour(usd: number): string {
  return `$${cents.format(usd)} an hour`;
}

/** `$1,234`. */
function whole(usd: number): string {
  return `$${dollars.format(usd)}`;
}

/** What an account burns, with what is not in it: nothing unknown is shown as 0. */
export function burnInWords({ usdPerHour, known, unknown }: Pick<Burn, 'usdPerHour' | 'known' | 'unknown'>): string {
  if (known === 0 && unknown > 0) return `not known: none of ${unknown} has a known price`;
  return unknown === 0 ? anHour(usdPerHour) : `${anHour(usdPerHour)}, and what ${unknown} more cost is not known`;
}

/** A limit that is passed, in words. */
export function passedInWords({ trigger, value, limit }: Passed): string {
  switch (trigger) {
    case 'budget':
      if (limit === 0) return 'its budget is $0, so whatever costs anything passes it';
      return `${whole(value)} by the end of the month, where its budget is ${whole(limit)}`;
    case 'burnPerHour':
      return `${anHour(value)}, where the policy allows ${anHour(limit)}`;
    case 'jump':
      return `${anHour(value)}, where from ${anHour(limit)} it is a jump from what is usual at this hour of the week`;
    default:
      return trigger satisfies never;
  }
}

const knows: Readonly<Record<Projection['from'], string>> = {
  hours: 'from less than a day of looks',
  day: 'from less than a week of looks',
  week: 'from what is usual for each hour of a week',
};

/** What the month comes to, and how well that is known. */
export function projectionInWords({ usd, spentUsd, unmeasuredHours, from }: Projection): string {
  const unmeasured = Math.round(unmeasuredHours);
  const guessed = unmeasured === 0 ? '' : `; nobody measured ${unmeasured} hours of it, taken as usual ones`;
  return `${whole(usd)} by the end of the month, ${whole(spentUsd)} until now, ${knows[from]}${guessed}`;
}

/** One of the largest causes, in words. */
export function causeInWords({ type, region, environment, owner, count, usdPerHour, largest }: Cause): string {
  const of = [environment && `environment ${environment}`, owner && `owner ${owner}`].filter(Boolean);
  const what = count === 1 ? `${type} ${largest}` : `${count} of ${type}, ${largest} the most expensive,`;
  return `${what} in ${region}${of.length === 0 ? '' : ` (${of.join(', ')})`}: ${anHour(usdPerHour)}`;
}

/** How far the guard has gone, in words. */
export function stageInWords(stage: GuardStage): string {
  return { none: 'watches', tell: 'has told', freeze: 'has frozen it', stop: 'has stopped it' }[stage];
}

/** A message of the guard as one line. */
export function messageInWords({ account, environment, burn, reason, passed, did }: GuardMessage): string {
  const where = environment === undefined ? `account ${account}` : `environment ${environment} of account ${account}`;
  const parts = [
    `${where}: ${guardReasons[reason].sentence}`,
    ...(burn === undefined ? [] : [`It burns ${burnInWords(burn)}.`]),
    ...passed.map((one) => `${passedInWords(one)}.`),
    ...(did === undefined ? [] : [deedInWords(did)]),
  ];
  return parts.join(' ');
}

const deeds: Readonly<Record<GuardDeed['kind'], string>> = {
  freeze: 'frozen',
  stop: 'stopped',
  release: 'taken back',
};

/** `12 stopped, 1 refused; the rest goes on with the next sweep.` */
function deedInWords({ kind, parts, copies = [], refused, differs, isFinished }: GuardDeed): string {
  const counts = [
    ...(copies.length > 0 ? [`${copies.length} copied first`] : []),
    `${parts.length} ${deeds[kind]}`,
    ...(refused.length > 0 ? [`${refused.length} refused or not answered`] : []),
    ...(differs.length > 0 ? [`${differs.length} not as before`] : []),
  ];
  return `${counts.join(', ')}${isFinished ? '' : '; the rest goes on with the next sweep'}.`;
}
