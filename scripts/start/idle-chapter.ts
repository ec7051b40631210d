import { EC2Client, ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { day, type Instant, toIso } from '../../lib/core/time.ts';
import type { Happening } from '../local-slack/conversation.ts';
import { checkIdleStory } from './check-idle-story.ts';
import { sweepOnce } from './deployed-hub.ts';
import { type IdlePair, idlePair } from './idle-pair.ts';
import type { RunDocuments } from './run-documents.ts';
import { type SlackStage, withSlack } from './slack-stage.ts';
import { type Chapter, heading, mayfly, type Stage, tell } from './stage.ts';

/** The story begins so many days ago and ends today, so that what a person does in it is done now. */
const storyDays = 47;

const idleRule = `idle:
  match: { environment: [staging] }
  after: 30d
  cloudTrail: "off"
  warnings: [3d]
  removeAfter: 14d
  keepCopies: 90d
`;

/**
 * Thirty days in seconds: a staging server that nobody changes is warned of, copied, stopped, and two weeks later gone;
 * its owner has it back with one command. Another one is saved by a change on day 29.
 */
export const idleChapter: Chapter = async (stage) => {
  const start = Date.now() - storyDays * day;
  const pair = await idlePair(stage, start);
  await withSlack(stage, idleRule, (about) => play({ ...about, stage, pair, start }));
};

interface Play extends SlackStage {
  stage: Stage;
  pair: IdlePair;
  start: Instant;
}

async function play(about: Play): Promise<void> {
  const { narrate, pair } = about;
  const runs: RunDocuments[] = [];
  const sweepOn = async (days: number, what: string) => {
    heading(`Day ${days}: ${what}`);
    runs.push(await onDay(about, days));
    narrate.all();
  };
  await sweepOn(0, 'Mayfly sees two staging servers of Ana, web and api, for the first time.');
  await sweepOn(28, 'nobody has touched them, so Ana is told what will happen, and when.');
  heading('Day 29: Ben puts api into another security group.');
  await inTime(about, 29, () => changeGroup(pair));
  await sweepOn(29.1, 'the 30 days of api begin anew.');
  await command(about, 29.1, ['idle', '--config', 'hub.yaml']);
  await sweepOn(31.2, 'web is copied, with both its disks.');
  await sweepOn(31.3, 'the copy is complete, so web is stopped, and it has a date now.');
  await sweepOn(44.8, 'its date is near, so Ana is warned once more.');
  await sweepOn(45.4, 'its date has come. Before it goes, the stopped server is copied once more.');
  await sweepOn(45.5, 'it goes. Its address stays.');
  heading(`Day ${storyDays}, today: Ana wants web back.`);
  await askedBack(about);
  narrate.all();
  heading('Everything that happened to it, in the words of the ledger.');
  await command(about, undefined, ['history', pair.web.arn, '--config', 'hub.yaml']);
  await checkIdleStory(pair, runs);
}

/** One sweep at that time of the story, in an AWS that lives in it, too. */
function onDay(about: Play, days: number): Promise<RunDocuments> {
  about.slack.conversation.add({ kind: 'note', text: `day ${days}` });
  const now = toIso(about.start + days * day);
  return inTime(about, days, () => sweepOnce(about.deployed, { now }));
}

async function inTime<T>({ deployed, start }: Play, days: number, work: () => Promise<T>): Promise<T> {
  const { router } = deployed.hub;
  router.tellTime(start + days * day);
  try {
    return await work();
  } finally {
    router.tellTime(undefined);
  }
}

/** The real command, on the ledger of the hub. */
async function command(about: Play, days: number | undefined, args: readonly string[]): Promise<void> {
  const { stage, deployed, start } = about;
  const place = { ...stage, moto: { ...stage.moto, url: deployed.hub.router.url } };
  const now = days === undefined ? [] : ['--now', toIso(start + days * day)];
  const run = () => mayfly(place, [...args, ...now], { AWS_ACCESS_KEY_ID: deployed.hub.account });
  const status = days === undefined ? await run() : await inTime(about, days, run);
  if (status !== 0) throw new Error(`mayfly ${args.join(' ')} ended with ${status}`);
}

async function changeGroup({ site, api, otherGroup }: IdlePair): Promise<void> {
  await site
    .client(EC2Client)
    .send(new ModifyInstanceAttributeCommand({ InstanceId: api.id, Groups: [api.group, otherGroup] }));
  tell(`  ${api.id} is in ${api.group} and ${otherGroup} now.`);
}

async function askedBack({ slack }: Play): Promise<void> {
  const before = slack.conversation.happenings.length;
  await slack.command('ana', 'restore web');
  const isEnd = (one: Happening) => (JSON.stringify(one).includes('is back, made of its copy') ? true : undefined);
  await slack.conversation.waitFor(isEnd, { what: 'web to be back', since: before, timeoutMs: 60_000 });
}
