import fc from 'fast-check';

/** What somebody might write into a tag to be heard by everybody, or to make a message say something else. */
export const hostileTexts = [
  '<!channel>',
  '<!here|here>',
  '<!everyone>',
  '<@U0HOSTILE>',
  '<#C0HOSTILE>',
  '<!subteam^S0HOSTILE>',
  '<!date^0^{date}|gone>',
  '<https://evil.example|your bank>',
  'https://evil.example/login',
  '*bold*',
  '_italic_',
  '~struck~',
  '`code`',
  '```block```',
  '> quote',
  '>>> all of it',
  ':tada:',
  '&lt;!channel&gt;',
  '&amp;lt;',
  'two\nlines\r\nand more\u2028and more',
  '\u202egnp.txt',
  '\u0000\u0007\u001b[31m',
  '\ud800 half',
  '\u200b\u200b',
  '   ',
  '',
  '=HYPERLINK("https://evil.example")',
  'x'.repeat(3_000),
  '🦋'.repeat(2_000),
  '&'.repeat(3_000),
  '*'.repeat(3_000),
] as const;

/** The same, in the midst of others, and anything else. */
export const hostileText = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.array(fc.constantFrom(...hostileTexts), { maxLength: 4 }).map((some) => some.join(' ')),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...'<>!@#|^*_~`:/&;\n ab'.split('')), maxLength: 60 }),
);

/** What means something to Slack in the markup of a message: mentions, links, dates. */
export function specialsIn(markup: string): string[] {
  return [...markup.matchAll(/<[^>]*>?/g)].map(([special]) => special);
}
