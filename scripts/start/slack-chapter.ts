import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { day, hour, toIso } from '../../lib/core/time.ts';
import { buttonsOf } from '../local-slack/buttons.ts';
import type { Happening, Message } from '../local-slack/conversation.ts';
import { conversationPage } from '../local-slack/page.ts';
import type { LocalSlack } from '../local-slack/slack.ts';
import { checkSlackStory } from './check-slack-story.ts';
import { sweepOnce } from './deployed-hub.ts';
import { type SlackStage, withSlack } from './slack-stage.ts';
import { type Chapter, heading, type Stage, tell } from './stage.ts';

const later = 22 * hour;

/**
 * A developer's whole experience: warned before, extended with one command, told the truth after. The hub is deployed
 * into an account on this machine and talks to a Slack on this machine.
 */
export const slackChapter: Chapter = (stage) => withSlack(stage, '', (about) => play(stage, about));

async function play(stage: Stage, { deployed, slack, narrate }: SlackStage): Promise<void> {
  const accounts = stage.world.organization.accounts;
  const [preview = '', dev = ''] = [accounts['preview'], accounts['dev']];

  heading('1. The first sweep: nothing goes that nobody was warned of, so nothing goes.');
  const first = await sweepOnce(deployed);
  const warnings = warningsIn(slack);
  const toChloe = given(warnings.find(to(slack, 'chloe', preview, 'pr-102')), 'a warning to Chloe of pr-102');
  narrate.some((message) => message.ts === toChloe.ts || isReport(slack, message));

  heading('2. Ben is no owner of pr-102, but of the team: he may extend it.');
  const asked = await slack.command('ben', 'extend pr-102 2d');
  const question = (await slack.answerTo(asked)).message;
  const which = buttonsOf(question).find(({ value, label }) => `${value} ${label}`.includes(preview));
  const chosen = await slack.click('ben', question, 'choose', given(which, 'a choice of preview').value);
  await slack.answerTo(chosen);
  await changed(slack, toChloe, 'the warning to Chloe to change in place');
  narrate.all();

  heading('3. A guest may not.');
  await slack.answerTo(await slack.command('gus', 'extend pr-101 1d'));
  narrate.all();

  heading('4. One click is enough, too.');
  const toBen = given(warnings.find(to(slack, 'ben', dev, 'load-test')), 'a warning to Ben of load-test');
  await slack.answerTo(await slack.click('ben', toBen, 'extend-1d'));
  await changed(slack, toBen, 'the warning to Ben to change in place');
  narrate.all();

  heading('5. Chloe keeps something until a date, and says why.');
  const devToChloe = given(warnings.find(to(slack, 'chloe', dev, 'pr-102')), 'a warning to Chloe in dev');
  const before = slack.conversation.happenings.length;
  await slack.click('chloe', devToChloe, 'keep');
  const isForm = (one: { kind: string }) => (one.kind === 'form' ? true : undefined);
  await slack.conversation.waitFor(isForm, { what: 'the form before Chloe', since: before });
  const until = toIso(Date.now() + 3 * day).slice(0, 10);
  await slack.submitForm('chloe', { until, reason: 'the customer looks at it on Friday' });
  const isAnswer = (one: Happening) =>
    one.kind === 'message' && one.message.channel === devToChloe.channel ? true : undefined;
  await slack.conversation.waitFor(isAnswer, { what: 'an answer to the form', since: before });
  await changed(slack, devToChloe, 'the warning to Chloe in dev to change in place');
  narrate.all();

  heading('6. What is mine, and why?');
  await slack.answerTo(await slack.command('chloe', 'list mine'));
  await slack.answerTo(await slack.command('chloe', 'why preview-pr-102-web'));
  narrate.all();

  heading('7. A day goes by: what was warned of and not extended goes.');
  slack.conversation.add({ kind: 'note', text: '22 hours later' });
  const second = await sweepOnce(deployed, { now: toIso(Date.now() + later) });
  narrate.some((message) => isReport(slack, message));

  checkSlackStory(stage.world, slack, first, second);
  const page = join(process.cwd(), '.mayfly', 'slack.html');
  mkdirSync(join(page, '..'), { recursive: true });
  writeFileSync(page, conversationPage(slack, Date.now()));
  tell(`\nThe whole conversation, as Slack would show it: ${page}`);
}

function warningsIn({ conversation }: LocalSlack): Message[] {
  return conversation.messages().filter((one) => buttonsOf(one).some(({ action }) => action === 'extend-1d'));
}

/** Whether a warning went to somebody, about an environment of an account. */
function to({ place, idOf }: LocalSlack, person: string, account: string, environment: string) {
  return (message: Message) => {
    const said = JSON.stringify(message.blocks);
    return place(message.channel).with === idOf(person) && said.includes(account) && said.includes(environment);
  };
}

/** In the channel, and nothing that somebody asked for or could click. */
function isReport({ channel: idOf }: LocalSlack, message: Message): boolean {
  const { channel, onlyFor } = message;
  return channel === idOf('cloud-costs') && onlyFor === undefined && buttonsOf(message).length === 0;
}

async function changed({ conversation }: LocalSlack, message: Message, what: string): Promise<void> {
  const isIt = ({ channel, ts }: Message) => channel === message.channel && ts === message.ts;
  await conversation.waitFor((one) => (one.kind === 'update' && isIt(one.message) ? true : undefined), { what });
}

function given<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the story goes on with ${what}, and there is none`);
  return value;
}
