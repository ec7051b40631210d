import type { Button } from '@slack/types';
import { guardClickValue } from '../../core/guard-click.ts';
import type { GuardMessage, GuardOffer } from '../../core/guard-message.ts';
import { aheadInWords, guardedPlace } from '../../core/guard-summary.ts';
import { button, confirm } from './blocks.ts';
import { cut } from './mrkdwn.ts';

/** What an admin may decide, each asked once more. */
export function guardButtons(message: GuardMessage): Button[] {
  const { account, environment, at, offers, mayRelease } = message;
  const about = { account, at, ...(environment !== undefined && { environment }) };
  // Beyond what a button holds no environment is named by it.
  const value = guardClickValue(about);
  const stage = offers && value !== undefined ? [stageButton(message, offers, value)] : [];
  const all = mayRelease ? guardClickValue({ account, at }) : undefined;
  return [...stage, ...(all === undefined ? [] : [releaseButton(account, all)])];
}

const labels = { freeze: 'Freeze', stop: 'Stop' } as const;

function stageButton(message: GuardMessage, { stage, ahead }: GuardOffer, value: string): Button {
  const { account, environment } = message;
  const place = guardedPlace({ account, ...(environment !== undefined && { environment: cut(environment, 40) }) });
  const ask = confirm({
    title: `${labels[stage]} ${place}?`,
    text: `${ahead === undefined ? unread : whatItDoes(stage, ahead)} It looks anew before.`,
    yes: labels[stage],
    no: 'Cancel',
    style: 'danger',
  });
  return button({ action: `guard-${stage}`, label: labels[stage], value, style: 'danger', confirm: ask });
}

const unread = 'What it changes, and what that loses for good, could not be read.';

/** A dialog holds 300 characters: how much is lost comes before what it is. */
function whatItDoes(stage: GuardOffer['stage'], ahead: NonNullable<GuardOffer['ahead']>): string {
  const { losses } = ahead;
  const does = aheadInWords(stage, ahead);
  if (losses.length === 0) return ahead.parts.length === 0 ? does : `${does} A release takes all of it back.`;
  const [first] = losses;
  const whats = new Set(losses.map(({ what }) => what));
  const what = whats.size === 1 ? cut(first?.what ?? '', 80) : 'the message lists what';
  return `${does} Lost for good: ${losses.length} (${what}).`;
}

const takenBack = [
  'All that the guard changed in the account is taken back: creations are allowed again, sizes are as before, and what',
  'it stopped is started. What that costs comes back with it.',
].join(' ');

function releaseButton(account: string, value: string): Button {
  const ask = confirm({
    title: `Release account ${account}?`,
    text: takenBack,
    yes: 'Release',
    no: 'Cancel',
  });
  return button({ action: 'guard-release', label: 'Release', value, confirm: ask });
}
