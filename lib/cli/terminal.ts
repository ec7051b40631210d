import { styleText } from 'node:util';

/** Everything for people goes to stderr, so that stdout is free for `--json`. */
export function say(text = ''): void {
  process.stderr.write(`${text}\n`);
}

type Style = Parameters<typeof styleText>[0];

/** Colour where the terminal wants it (NO_COLOR and pipes are respected). */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stderr });
}

export function terminalWidth(): number {
  return process.stderr.columns ?? 120;
}

/** Tag values and names come from strangers: control characters could rewrite the terminal. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, '\u{fffd}');
}
