import type { Words } from '../../core/answer.ts';
import { idsIn } from '../../core/names.ts';
import { actsFrom, matterOf, type Notice, type NoticeItem, type NoticeState } from '../../core/notice.ts';
import type { Policy } from '../../core/policy.ts';
import { reasons } from '../../core/reasons.ts';
import { quoted } from '../../core/slash-words.ts';
import type { Duration, Instant } from '../../core/time.ts';
import { cut } from './mrkdwn.ts';

/** What the words of a notice depend on besides the notice. */
export interface Telling {
  timeZone: string;
  /** The slash command: `/ttl`. */
  command: string;
  /** The leads of the idle rule's warnings. */
  leads: readonly Duration[];
}

export function tellingOf({ expiry, slack, idle }: Policy): Telling {
  return { timeZone: expiry.timeZone, command: slack?.command ?? '/ttl', leads: idle?.warnings ?? [] };
}

/** What happens to an item of a notice, or has happened. */
export interface Happening {
  /** What has become of it, in a word. */
  mark?: string;
  words: Words;
}

const longestDetail = 200;

export function whatHappens(item: NoticeItem, { at }: Pick<Notice, 'at'>, { command, leads }: Telling): Happening {
  const { state, reason, detail, expiresAt } = item;
  if (state !== undefined) return whatHappened(state, item, command);
  const seen: Words = detail === undefined ? [] : [` ${cut(detail, longestDetail)}`];
  const matter = matterOf(item);
  if (matter === 'stop') return { words: [...stopInWords(item, at, leads), ...seen] };
  if (matter === 'copy') return { words: [...copyInWords(item, at, { command, leads }), ...seen] };
  if (reason === 'expiring' && expiresAt !== undefined) {
    return { words: ['expires ', { at: expiresAt }, '.', ...seen] };
  }
  // When it goes depends on warnings of earlier expiries, so no instant is promised.
  const said = reason === 'expired-unwarned' ? 'it goes once this warning is old enough.' : reasons[reason].sentence;
  const when: Words = expiresAt === undefined ? [] : [' It expired ', { at: expiresAt }, '.'];
  return { words: [said, ...(reason === 'expired-unwarned' || reason === 'expired' ? when : []), ...seen] };
}

function stopInWords({ idleAt, warnedAt, unchangedSince }: NoticeItem, at: Instant, leads: readonly Duration[]): Words {
  const why: Words =
    unchangedSince === undefined ? ['it is idle: '] : ['has not been changed since ', { at: unchangedSince }, ': '];
  if (idleAt === undefined) return [...why, 'it will be copied and stopped.'];
  return [...why, 'it will be copied and stopped from ', { at: actsFrom(idleAt, warnedAt ?? at, leads) }, ' on.'];
}

function copyInWords(
  { arn, copyOf, expiresAt }: NoticeItem,
  at: Instant,
  { command, leads }: Pick<Telling, 'command' | 'leads'>,
): Words {
  const [name] = idsIn(copyOf ?? arn);
  const of: Words = copyOf === undefined ? ['of a server'] : ['of ', { code: name }];
  const when: Words = expiresAt === undefined ? [' soon'] : [' from ', { at: actsFrom(expiresAt, at, leads) }, ' on'];
  return [
    'the last copy ',
    ...of,
    ', deleted',
    ...when,
    '. ',
    { code: `${command} restore ${quoted(name)}` },
    ' brings the server back; a later date in the tag ',
    { code: 'mayfly:keep-until' },
    ' of the copy keeps it.',
  ];
}

function whatHappened(state: NoticeState, item: NoticeItem, command: string): Happening {
  switch (state.kind) {
    case 'extended':
      if (state.notIdleBefore !== undefined && matterOf(item) === 'stop') {
        return whatHappened({ kind: 'postponed', to: state.notIdleBefore, by: state.by }, item, command);
      }
      return { mark: 'extended', words: ['to ', { at: state.to }, ' by ', whoDid(state.by), '.'] };
    case 'postponed':
      return {
        mark: 'postponed',
        words: ['by ', whoDid(state.by), ': it is not stopped before ', { at: state.to }, '.'],
      };
    case 'let-go':
      return { mark: 'let go', words: ['by ', whoDid(state.by), ': it goes with the next sweep.'] };
    case 'stopped': {
      const expires: Words = state.expiresAt === undefined ? [] : ['; it expires ', { at: state.expiresAt }];
      const restore = { code: `${command} restore ${quoted(idsIn(item.arn)[0])}` };
      return { mark: 'stopped', words: ['after a copy was complete', ...expires, '. ', restore, ' brings it back.'] };
    }
    case 'started-again':
      return { mark: 'started again', words: ['by a person: its time begins anew.'] };
    case 'changed':
      return { mark: 'changed', words: [`(${state.what}), so its time begins anew.`] };
    case 'restored':
      return { mark: 'restored', words: ['by ', whoDid(state.by), '.'] };
    case 'removed':
      return { mark: 'removed', words: ['and its service says that it is gone.'] };
    case 'gone':
      return { mark: 'gone', words: ['already.'] };
    default:
      return state satisfies never;
  }
}

/** Who asked in Slack is shown by the name that they have there. */
function whoDid(by: string): Words[number] {
  const [, id] = /\(([UW][A-Z0-9]+)\) in Slack$/.exec(by) ?? [];
  return id === undefined ? by : { person: id };
}
