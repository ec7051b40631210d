import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Command, parseCommand, parseSlashCommand, usages } from '../../lib/core/slash-command.ts';
import { asksForHelp, quoted } from '../../lib/core/slash-words.ts';
import { day, hour, minute, week } from '../../lib/core/time.ts';
import { at } from '../fakes/builders.ts';

// A Monday, one o'clock in the afternoon in Berlin.
const reading = { command: '/ttl', timeZone: 'Europe/Berlin', now: at('2026-11-23T12:00Z') };
const parse = (text: string) => parseSlashCommand(text, reading);

/** What a refusal says, as one text. */
function refusal(text: string): string {
  const parsed = parse(text);
  if (parsed.ok) throw new Error(`"${text}" was understood as ${JSON.stringify(parsed.command)}`);
  const words = parsed.lines.flat();
  return words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join('');
}

describe('what is understood', () => {
  const understood: [string, Command][] = [
    ['', { verb: 'help' }],
    ['  ', { verb: 'help' }],
    ['?', { verb: 'help' }],
    ['HELP me', { verb: 'help' }],
    ['status', { verb: 'status' }],
    ['Resume', { verb: 'resume' }],
    ['list', { verb: 'list', of: { kind: 'mine' }, page: 1 }],
    ['list mine', { verb: 'list', of: { kind: 'mine' }, page: 1 }],
    ['list page 2', { verb: 'list', of: { kind: 'mine' }, page: 2 }],
    ['list all page 12', { verb: 'list', of: { kind: 'all' }, page: 12 }],
    ['list env pr-102', { verb: 'list', of: { kind: 'env', name: 'pr-102' }, page: 1 }],
    ['list environment "my env" page 3', { verb: 'list', of: { kind: 'env', name: 'my env' }, page: 3 }],
    ['list account 222222222222', { verb: 'list', of: { kind: 'account', account: '222222222222' }, page: 1 }],
    ['show i-0abc', { verb: 'show', name: 'i-0abc' }],
    ['WHY pr-102', { verb: 'why', name: 'pr-102' }],
    ['let-go pr-102', { verb: 'let-go', name: 'pr-102' }],
    ['letgo pr-102', { verb: 'let-go', name: 'pr-102' }],
    ['let go pr-102', { verb: 'let-go', name: 'pr-102' }],
    ['Let Go "go go"', { verb: 'let-go', name: 'go go' }],
    ['restore db-1', { verb: 'restore', name: 'db-1' }],
    ['extend pr-102 2d', { verb: 'extend', name: 'pr-102', by: 2 * day }],
    [
      '  extend   pr-102\t1d12h   the demo  is on "Friday" ',
      {
        verb: 'extend',
        name: 'pr-102',
        by: 36 * hour,
        reason: 'the demo  is on "Friday"',
      },
    ],
    ['extend pr-102 PT30M', { verb: 'extend', name: 'pr-102', by: 30 * minute }],
    ['extend "my server" 1w', { verb: 'extend', name: 'my server', by: week }],
    ['extend “my server” 1w', { verb: 'extend', name: 'my server', by: week }],
    ['extend „my server“ 1w', { verb: 'extend', name: 'my server', by: week }],
    ['extend «my server» 1w', { verb: 'extend', name: 'my server', by: week }],
    ['extend ‘my server’ 1w', { verb: 'extend', name: 'my server', by: week }],
    ['extend `pr-102` 1w', { verb: 'extend', name: 'pr-102', by: week }],
    ['extend "a &amp; b" 1w', { verb: 'extend', name: 'a & b', by: week }],
    ['extend &lt;!channel&gt; 1w', { verb: 'extend', name: '<!channel>', by: week }],
    ['extend &amp;lt; 1w', { verb: 'extend', name: '&lt;', by: week }],
    ['extend <http://api.example.com|api.example.com> 1w', { verb: 'extend', name: 'api.example.com', by: week }],
    ['extend pr-102 2d don’t lose "it', { verb: 'extend', name: 'pr-102', by: 2 * day, reason: 'don’t lose "it' }],
    [
      'keep pr-102 until 2026-12-01 demo',
      {
        verb: 'keep',
        name: 'pr-102',
        until: at('2026-12-01T23:00Z'),
        reason: 'demo',
      },
    ],
    [
      'keep pr-102 2026-12-01T17:00 demo',
      {
        verb: 'keep',
        name: 'pr-102',
        until: at('2026-12-01T16:00Z'),
        reason: 'demo',
      },
    ],
    ['keep pr-102 until Tomorrow x', { verb: 'keep', name: 'pr-102', until: at('2026-11-24T23:00Z'), reason: 'x' }],
    ['keep pr-102 until today x', { verb: 'keep', name: 'pr-102', until: at('2026-11-23T23:00Z'), reason: 'x' }],
    ['keep pr-102 until fri x', { verb: 'keep', name: 'pr-102', until: at('2026-11-27T23:00Z'), reason: 'x' }],
    ['keep pr-102 until monday x', { verb: 'keep', name: 'pr-102', until: at('2026-11-30T23:00Z'), reason: 'x' }],
    ['pause', { verb: 'pause', lasts: 4 * hour }],
    ['pause 30min', { verb: 'pause', lasts: 30 * minute }],
    ['guard', { verb: 'guard' }],
    ['GUARD Release 222222222222', { verb: 'guard-release', account: '222222222222' }],
    ['guard-release 222222222222', { verb: 'guard-release', account: '222222222222' }],
    ['approve', { verb: 'approve' }],
    ['approve plan-20261123T120000-0a1b2c', { verb: 'approve', plan: 'plan-20261123T120000-0a1b2c' }],
  ];
  test.each(understood)('%j', (text, command) => {
    expect(parse(text)).toEqual({ ok: true, command });
  });

  test('every command of the help, as it is typed there', () => {
    for (const [verb, usage] of Object.entries(usages)) {
      const typed = usage
        .replace('[mine | env NAME | account ID | all]', 'mine')
        .replace('[PLAN]', '')
        .replace('ACCOUNT', '222222222222');
      expect(parse(typed.replace('REASON', 'demo').replace('[demo]', 'demo'))).toMatchObject({ command: { verb } });
    }
  });
});

describe('what is refused, with what helps', () => {
  test.each([
    ['extnd pr-102 2d', /"extnd" is none.*Did you mean.*\/ttl extend pr-102 2d/],
    ['sho pr-102', /\/ttl show pr-102/],
    ['statsu', /\/ttl status/],
    ['delete pr-102', /"delete" is none.*\/ttl help/],
    [`${'x'.repeat(90)} y`, /^"x{40}" is none/],
    ['show', /show needs an id, an ARN, a name or an environment.*\/ttl show X/],
    ['show ""', /show needs/],
    ['show my server', /takes one name; a name with spaces stands in quotes/],
    ['show "my server', /the quote " is not closed/],
    ['let', /"let" is none/],
    ['extend', /extend needs an id/],
    ['extend pr-102', /needs a duration such as 30min, 4h, 2d, 1w/],
    ['extend pr-102 soon', /"soon" is no duration such as 30min, 4h/],
    ['extend pr-102 1m', /"1m" is no duration/],
    ['extend pr-102 -2d', /"-2d" is no duration/],
    ['extend pr-102 0d', /"0d" is no duration/],
    ['extend pr-102 99999999999999999999w', /is no duration/],
    ['extend my server 2d', /"server" is no duration.*a name with spaces stands in quotes/],
    [`extend pr-102 2d ${'x'.repeat(501)}`, /The reason has 501 characters; at most 500/],
    ['keep pr-102', /keep needs a date/],
    ['keep pr-102 until', /keep needs a date/],
    ['keep pr-102 until 2d demo', /"2d" is a duration: keep takes a date, extend takes a duration/],
    ['keep pr-102 until 2026-02-30 demo', /"2026-02-30" is no date/],
    ['keep pr-102 until 12/01/2026 demo', /is no date such as 2026-12-01/],
    ['keep pr-102 until forever demo', /is no date/],
    ['keep pr-102 until 2026-11-22 demo', /2026-11-23 00:00 Europe\/Berlin has passed/],
    ['keep pr-102 until 2026-12-01', /needs a reason/],
    ['pause soon', /"soon" is no duration/],
    ['approve ../etc', /is not the id of a plan/],
    ['guard stop 222222222222', /only release and an account.*guard release ACCOUNT/],
    ['guard release', /an account id of 12 digits/],
    ['guard release shop', /an account id of 12 digits/],
    ['guard release 222222222222 333333333333', /and nothing after it/],
    ['list env', /needs the name of an environment/],
    ['list account dev', /12 digits/],
    ['list pr-102', /list does not know "pr-102"/],
    ['list env my env', /only a page.*quotes/],
    ['list all page 0', /only a page/],
    ['list all page two', /only a page/],
  ])('%j', (text, says) => {
    expect(refusal(text)).toMatch(says);
  });

  test('3,000 characters get a short answer', () => {
    const says = refusal(`extend pr-102 2d ${'x'.repeat(3_000)}`);
    expect(says).toMatch(/at most 2000/);
    expect(says.length).toBeLessThan(100);
  });
});

describe('properties', () => {
  test('nothing that is typed throws, and no refusal is long', () => {
    const verb = fc.constantFrom(...Object.keys(usages), 'let go', 'extnd');
    const typed = fc.tuple(verb, fc.string({ maxLength: 80, unit: 'grapheme' })).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.oneof(typed, fc.string({ unit: 'grapheme' })), (text) => {
        if (!parse(text).ok) expect(refusal(text).length).toBeLessThan(400);
      }),
    );
  });

  test('a name that is quoted for typing is read back as it was', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text === text.trim() && !/["'`“”„«»‘’‚]/.test(text));
    fc.assert(
      fc.property(name, (text) => {
        expect(parseCommand(`show ${quoted(text)}`, reading)).toEqual({
          ok: true,
          command: { verb: 'show', name: text },
        });
      }),
    );
  });

  test.each(['say "hi" twice', '`tick`', '"', 'it’s', "'a' b"])('so is %s, with quotes in it', (name) => {
    expect(parseCommand(`show ${quoted(name)}`, reading)).toEqual({ ok: true, command: { verb: 'show', name } });
  });
});

describe('whoever looks at the first word alone', () => {
  test.each([
    ['', true],
    ['"help"', true],
    ['helpme', false],
    ['show help', false],
    ['"" help', false],
    ['"help', false],
  ])('%s asks for help: %s', (text, expected) => {
    expect(asksForHelp(text)).toBe(expected);
  });

  test('agrees with the parser', () => {
    const words = fc.array(fc.constantFrom('help', 'HELP', '?', '"', '“', '”', ' ', 'show', '&lt;', '\u200b', 'x'));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          words.map((some) => some.join('')),
        ),
        (text) => {
          const parsed = parse(text);
          expect(asksForHelp(text)).toBe(parsed.ok && parsed.command.verb === 'help');
        },
      ),
    );
  });
});
