import type { Words } from './answer.ts';
import { type Instant, toIso } from './time.ts';

/** Words as plain text, with instants as `show` writes them: for documents, tables and terminals. */
export function inPlainText(words: Words, show: (at: Instant) => string = toIso): string {
  return words
    .map((word) => {
      if (typeof word === 'string') return word;
      if ('at' in word) return show(word.at);
      return 'code' in word ? word.code : word.person;
    })
    .join('');
}
