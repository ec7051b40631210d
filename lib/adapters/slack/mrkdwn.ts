import { type Instant, showInstant } from '../../core/time.ts';

/** Invisible, no space, and part of no markup: where it stands Slack's patterns do not match. */
const joiner = '\u2060';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Markup knows no escape for these, so their likenesses stand in for them. */
const likenesses: Readonly<Record<string, string>> = { '*': '∗', _: 'ˍ', '~': '∼', '`': 'ˋ', '<': '‹', '>': '›' };

/** Longer names make a message unreadable; the whole of them is in its file. */
const longestName = 120;

/**
 * One line of text as it can be shown anywhere: no control characters, nothing that turns the direction of reading
 * around or is invisible, no halves of characters.
 */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll(/[\p{Cf}\u115f\u1160\u2800\u3164\uffa0]/gu, '')
    .trim();
}

/** At most `max` characters, an ellipsis among them; no character is cut in two. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length >= max) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Text of somebody else inside mrkdwn: what it says is shown, and nothing in it mentions, links or formats. */
export function escaped(text: string, max = longestName): string {
  return harmless(cut(clean(text), max))
    .replaceAll(/[&<>]/g, (character) => entities[character] ?? '')
    .replace(/^&gt;/, `${joiner}&gt;`);
}

/** Text of somebody else in a plain text, such as a header or a button: there is no escape, and no mention. */
export function plain(text: string, max = longestName): string {
  // What keeps patterns from matching adds characters.
  return cut(harmless(cut(clean(text), max)).replaceAll(/[<>]/g, likeness), max);
}

/** Underscores inside words format nothing, so names such as `my_queue` stay as they are. */
function harmless(text: string): string {
  return text
    .replaceAll(/[*~`]|(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])/gu, likeness)
    .replaceAll(/:(?=\/\/|[a-z0-9_+'-]+:)/gi, `:${joiner}`);
}

function likeness(character: string): string {
  return likenesses[character] ?? character;
}

/** Somebody's name for something, set so that it can be copied as it stands. */
export function code(text: string, max = longestName): string {
  const shown = cut(clean(text), max).replaceAll('`', 'ˋ');
  return shown === '' ? '(empty)' : `\`${shown.replaceAll(/[&<>]/g, (character) => entities[character] ?? '')}\``;
}

/** An instant as its reader's own clock shows it; where Slack can't show that, in the time zone of the policy. */
export function slackDate(instant: Instant, fallbackTimeZone: string): string {
  const seconds = Math.floor(instant / 1000);
  return `<!date^${seconds}^{date_short_pretty} at {time}|${showInstant(instant, fallbackTimeZone)}>`;
}

/** A person, named so that Slack shows the name and tells nobody anew. `undefined` for what is no id of Slack's. */
export function mention(id: string): string | undefined {
  return /^[UW][A-Z0-9]{1,30}$/.test(id) ? `<@${id}>` : undefined;
}

/** `a, b, c and 4 more`. */
export function list(items: readonly string[], max: number): string {
  const shown = items.length > max ? items.slice(0, max) : items;
  const more = items.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** `1 thing`, `2,000 things`. */
export function count(amount: number, thing: string, things = `${thing}s`): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? thing : things}`;
}
