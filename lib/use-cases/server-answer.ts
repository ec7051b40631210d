import type { Words } from '../core/answer.ts';
import { outlookInWords } from '../core/idle-outlook.ts';
import type { Mode } from '../core/policy.ts';
import type { Instant } from '../core/time.ts';
import type { CopyExplanation } from './explain-copy.ts';
import type { ServerExplanation } from './explain-server.ts';

/** Since when a server of the idle rule stands, and what comes next, as answers say it. */
export function serverInShort(
  { idleSince, idleSinceFrom, idleAt, outlook }: ServerExplanation,
  now: Instant,
  mode: Mode,
): Words[] {
  const next = outlookInWords(outlook, now, mode);
  return [
    ['Unchanged since ', { at: idleSince }, ` (${idleSinceFrom}); idle on `, { at: idleAt }, '.'],
    ...(next === undefined ? [] : [['Next step: ', ...next, '.'] as const]),
  ];
}

/** The same with all the evidence. */
export function serverInFull(server: ServerExplanation, now: Instant, mode: Mode): Words[] {
  const [since = [], ...next] = serverInShort(server, now, mode);
  return [since, ...server.evidence.map(asSentence), ...next];
}

function asSentence(words: Words): Words {
  const [first = '', ...rest] = words;
  const last = words.at(-1);
  const isEnded = typeof last === 'string' && last.endsWith('.');
  const begun = typeof first === 'string' ? `${first.charAt(0).toUpperCase()}${first.slice(1)}` : first;
  return isEnded ? [begun, ...rest] : [begun, ...rest, '.'];
}

/** Of what a copy is one, and until when it is kept. */
export function copyInShort({ of, keepUntil, known }: CopyExplanation): Words[] {
  const until: Words = keepUntil === undefined ? ['; its date can not be read'] : [', kept until ', { at: keepUntil }];
  const unknown: Words[] = known ? [] : [['The ledger does not know that Mayfly made it: it is never deleted.']];
  return [['A copy of ', { code: of }, ...until, '.'], ...unknown];
}
