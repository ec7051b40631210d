import { usages, type Verb } from '../../core/slash-command.ts';
import { context, type Message, sections } from './blocks.ts';
import { code, escaped } from './mrkdwn.ts';

const descriptions: Readonly<Record<Verb, string>> = {
  list: 'what is yours, the next to expire first; others’ things are for admins',
  show: 'how things stand with X',
  why: 'why X is kept, warned about or removed',
  extend: 'X lasts so much longer: 30min, 4h, 2d, 1w or 1d12h',
  keep: 'X lasts until the end of that day; it ends by itself',
  'let-go': 'the next sweep removes X; more than one thing is listed first',
  restore: 'has the server X back: starts it, or makes it of its copy again',
  status: 'whether Mayfly is paused, and how the newest sweep went',
  pause: 'nothing is removed for so long',
  resume: 'ends a pause (admins)',
  approve: 'allows once what a limit held (admins)',
  guard: 'which accounts the cost guard has frozen or stopped, and what they cost an hour',
  'guard-release': 'takes back all that the guard changed in an account (admins)',
  help: 'this',
};

/** Everything that can be typed after the slash command, whose name the policy gives. */
export function helpMessage(command: string): Message {
  const title = `*What you can type after ${code(command)}*`;
  const rows = (Object.keys(usages) as Verb[]).map(
    (verb) => `• ${code(`${command} ${usages[verb]}`)}: ${escaped(descriptions[verb])}`,
  );
  const meaning = 'X is an id, an ARN, a name or an environment. A name with spaces stands in quotes.';
  return { text: title, blocks: [...sections([title, ...rows]), context(meaning)] };
}
