/** What a person typed after a slash command, read word by word. */
export interface Reader {
  /** The next word, or what stands in quotes; `undefined` at the end. */
  word(): string | undefined;
  /** Everything that is left, as it was typed. */
  rest(): string;
}

/** A quote was opened and not closed. */
export class UnclosedQuote extends Error {
  override name = 'UnclosedQuote';
}

/** Phones and Slack itself write curly quotes; a word that was copied may stand in backticks. */
const closing: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”“"',
  '”': '”"',
  '„': '“”"',
  '«': '»',
  '‘': '’‘',
  '‚': '‘’',
};

/** Slack writes three characters as HTML does, and makes links of what looks like one. */
export function unescapeSlack(text: string): string {
  return text
    .replaceAll(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .replaceAll(/<(?:https?:\/\/|mailto:)[^<>|]*\|([^<>|]*)>/gi, '$1')
    .replaceAll(/<((?:https?:\/\/|mailto:)[^<>|]*)>/gi, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Reads words from the left. A quote counts only where a word begins, so that "don't" is a word. */
export function readerOf(text: string): Reader {
  let left = text.trim();
  const take = (length: number) => {
    const taken = left.slice(0, length);
    left = left.slice(length).trimStart();
    return taken;
  };
  return {
    word() {
      const first = left.charAt(0);
      if (first === '') return undefined;
      const ends = closing[first];
      if (ends === undefined) return take(/\s/.exec(left)?.index ?? left.length);
      const end = endOf(left, ends);
      if (end === -1) throw new UnclosedQuote(`the quote ${first} is not closed`);
      const taken = take(end + 1);
      return taken.slice(1, -1).trim();
    },
    rest: () => left,
  };
}

/** Quotes are one code unit each. */
function endOf(text: string, ends: string): number {
  for (let index = 1; index < text.length; index++) if (ends.includes(text.charAt(index))) return index;
  return -1;
}

/** Whether the first word of a command asks what can be typed. */
export function isHelp(word: string): boolean {
  return ['help', '?'].includes(word.toLowerCase());
}

/**
 * Whether what Slack delivers asks for help, or says nothing at all. It looks at the first word only, so that whoever
 * answers at once needs nothing that reads dates.
 */
export function asksForHelp(text: string): boolean {
  try {
    return isHelp(readerOf(unescapeSlack(text)).word() ?? 'help');
  } catch (error) {
    if (error instanceof UnclosedQuote) return false;
    throw error;
  }
}

export const quoteHint = 'a name with spaces stands in quotes';

/** How a name is typed so that it is read as one word. */
export function quoted(name: string): string {
  const isWord = name !== '' && !/\s/.test(name) && closing[name.charAt(0)] === undefined;
  if (isWord) return name;
  const fitting = Object.entries(closing).find(([, ends]) => endOf(` ${name}`, ends) === -1);
  return fitting === undefined ? name : `${fitting[0]}${name}${fitting[1][0]}`;
}
