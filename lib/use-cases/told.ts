import { type Named, namedIn, type Told, type Words } from '../core/answer.ts';
import { decide } from '../core/decide.ts';
import { tagsNamed } from '../core/expiry.ts';
import type { NoticeItem } from '../core/notice.ts';
import type { Policy } from '../core/policy.ts';
import { managerInTags } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import type { FoundTarget, Missing } from './find-targets.ts';
import type { Ports } from './ports.ts';

/** The owner tag as its service shows it now. */
export function ownerTagOf({ present }: FoundTarget, { tags }: Policy): string | undefined {
  return tagsNamed(present.tags, tags.owner)[0]?.[1];
}

/** What answers call a resource. */
export function namedOf(target: FoundTarget, policy: Policy): Named & { type: string } {
  const { arn, type, account, region, tags } = target.resource;
  const name = tagsNamed(tags, ['Name'])[0]?.[1];
  const environment = tagsNamed(tags, [policy.tags.environment])[0]?.[1];
  const owner = ownerTagOf(target, policy);
  return namedIn({ arn, type, account, region, name, environment, owner });
}

/** What a notice says of a resource that is there. */
export function noticeItemOf(target: FoundTarget, policy: Policy, now: Instant): NoticeItem {
  const { resource, shard, mode, present } = target;
  const { reason, expiresAt } = decide(resource, { policy, accountMode: mode, dryRun: true, paused: false }, now);
  const managedBy = managerInTags(present.tags);
  return {
    ...namedOf(target, policy),
    ...shard,
    reason,
    identity: present.identity,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(managedBy !== undefined && { managedBy }),
  };
}

/** What is said about something that was named and is not there, with what the ledger knows of its end. */
export async function toldMissing({ ledger }: Pick<Ports, 'ledger'>, missing: Missing, about?: Named): Promise<Told> {
  const named = about ?? { arn: missing.arn };
  if (missing.state === undefined) return { about: named, words: [missing.why] };
  // The answer is true without its history too.
  const history = await ledger.history(missing.arn).catch(() => []);
  const ends = ['removal-requested', 'removed', 'gone', 'refused', 'removal-ended'];
  const end = history.findLast(({ kind }) => ends.includes(kind));
  return { about: named, words: endInWords(missing.state, end) };
}

/** The same for somebody who gave an order about it. */
export async function toldTooLate(ports: Pick<Ports, 'ledger'>, missing: Missing, about?: Named): Promise<Told> {
  const told = await toldMissing(ports, missing, about);
  return missing.state === undefined ? told : { ...told, words: ['too late: ', ...told.words] };
}

function endInWords(state: 'gone' | 'leaving', end: { kind: string; at: Instant } | undefined): Words {
  if (end?.kind === 'removal-requested') {
    const now = state === 'gone' ? 'it is gone' : 'AWS is deleting it';
    return ['Mayfly asked AWS ', { at: end.at }, ` to remove it, and ${now}`];
  }
  if (state === 'leaving') return ['AWS is deleting it, and Mayfly did not ask for that'];
  if (end?.kind === 'removed') return ['Mayfly removed it ', { at: end.at }];
  if (end?.kind === 'gone') return ['it is gone, as Mayfly saw ', { at: end.at }];
  return ['it does not exist any more'];
}
