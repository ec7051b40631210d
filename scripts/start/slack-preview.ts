import { styleText } from 'node:util';
import { nameIn } from '../../lib/cli/show-plan.ts';
import { plain } from '../../lib/cli/terminal.ts';
import { acceptedForms } from '../../lib/core/expiry.ts';
import type { Plan, PlannedDecision } from '../../lib/core/plan.ts';
import { reasons } from '../../lib/core/reasons.ts';
import { showInstant } from '../../lib/core/time.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';

const timeZone = 'Europe/Berlin';
const shownPerMessage = 4;

/**
 * The messages of one sweep as text: one to each owner about what needs them, one to the channel about what happened.
 */
export function slackPreview(plan: Plan, outcomes: readonly Outcome[]): string {
  const needsOwner = plan.decisions.filter(({ action }) => action === 'hold' || action === 'warn');
  const byOwner = [...Map.groupBy(needsOwner, ({ owner }) => owner ?? '')].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [...byOwner.map(([owner, some]) => ownerMessage(owner, some)), channelMessage(outcomes)].join('\n\n');
}

function ownerMessage(owner: string, decisions: readonly PlannedDecision[]): string {
  const to = owner === '' ? '#cloud-lost (nobody is named as owner)' : `@${plain(owner)}`;
  const lines = decisions.slice(0, shownPerMessage).map(({ type, arn, reason, detail, expiresAt }) => {
    const when = expiresAt === undefined ? '' : ` Expires ${showInstant(expiresAt, timeZone)}.`;
    const seen = detail === undefined ? '' : ` ${plain(detail).slice(0, 70)}`;
    return `  • ${type} ${plain(nameIn(arn)).slice(0, 40)}: ${reasons[reason].sentence}${when}${seen}`;
  });
  const more = decisions.length > shownPerMessage ? [`  … and ${decisions.length - shownPerMessage} more`] : [];
  const unreadable = decisions.some(({ reason }) => reason === 'expiry-unreadable');
  const forms = unreadable ? [`  Tags that can be read: ${acceptedForms}`] : [];
  return [styleText('bold', `To ${to}`), ...lines, ...more, ...forms].join('\n');
}

function channelMessage(outcomes: readonly Outcome[]): string {
  const removed = outcomes.filter(({ outcome }) => outcome === 'removed');
  const kinds = [...Map.groupBy(removed, ({ type }) => type)].map(([type, some]) => `${some.length} ${type}`);
  const blocked = outcomes.filter(({ outcome }) => outcome === 'blocked' || outcome === 'failed');
  return [
    styleText('bold', 'To #cloud-costs'),
    `  Removed, confirmed gone: ${removed.length} (${kinds.join(', ')})`,
    ...blocked.map(({ type, arn, detail }) => `  Blocked: ${type} ${nameIn(arn)}: ${plain(detail ?? '').slice(0, 90)}`),
  ].join('\n');
}
