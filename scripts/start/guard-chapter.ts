import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ListPoliciesForTargetCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { loadPrices } from '../../lib/adapters/prices/load-prices.ts';
import { costOfSweep } from '../bench/cloud-cost.ts';
import { type GpuServers, gpuServers, gpuType, statesOf } from '../local-aws/gpu-servers.ts';
import { credentialsIn, management } from '../local-aws/organization.ts';
import { given, type Site, siteIn } from '../local-aws/site.ts';
import { buttonsOf } from '../local-slack/buttons.ts';
import type { Happening, Message } from '../local-slack/conversation.ts';
import { conversationPage } from '../local-slack/page.ts';
import { sweepOnce } from './deployed-hub.ts';
import { type SlackStage, withSlack } from './slack-stage.ts';
import { type Chapter, heading, mayfly, type Stage, steps, tell } from './stage.ts';

const region = 'us-east-1';
const count = 40;
const limitPerHour = 5;

/** A functions' process starts slower on this machine than on AWS, and a click does the whole work. */
const patient = { timeoutMs: 90_000 };

/**
 * Forty GPU servers appear: the guard tells within one sweep, freezes and stops after a click each, and takes all of it
 * back after another.
 */
export const guardChapter: Chapter = (stage) => {
  const account = given(stage.world.organization.accounts['dev'], 'the account dev');
  const rule = `guard:\n  allow: tell\n  accounts: { "${account}": { burnPerHour: ${limitPerHour} } }\n`;
  return withSlack(stage, rule, (about) => play({ ...about, stage, account }));
};

interface Play extends SlackStage {
  stage: Stage;
  account: string;
}

async function play(about: Play): Promise<void> {
  const { stage, account, deployed, narrate, slack } = about;
  const credentials = await credentialsIn(stage.moto.url, account);
  const site = siteIn(account, { endpoint: stage.moto.url, region, credentials });
  heading('1. An ordinary hour: the guard sees what every account burns, and says nothing.');
  await sweepOnce(deployed);
  narrate.some(() => false);

  heading(`2. Ben starts ${count} GPU servers, and the next sweep says so.`);
  const servers = await startedBy(site);
  await sweepOnce(deployed);
  const told = await messageWith(about, 'guard-freeze');
  narrate.some(({ ts }) => ts === told.ts);
  await command(about, ['guard', 'status', '--config', 'hub.yaml']);

  heading('3. Chloe is no admin. Pia is, and freezes the account.');
  await slack.answerTo(await slack.click('chloe', told, 'guard-freeze'), patient);
  await clicked(about, told, 'guard-freeze');
  const frozen = await messageWith(about, 'guard-stop');
  narrate.all();
  await expectFrozen(about, true);

  heading('4. What runs goes on burning, so Pia has it stopped.');
  await clicked(about, frozen, 'guard-stop');
  const stopped = await messageWith(about, 'guard-release', frozen);
  narrate.all();
  await expectStates(site, servers, { stopped: count - 1, running: 1 });

  heading('5. Ben knows what it was, so Pia takes everything back.');
  await clicked(about, stopped, 'guard-release');
  await released(about, stopped);
  narrate.all();
  await expectStates(site, servers, { running: count });
  await expectFrozen(about, false);
  await sumUp();
  showPage(about);
}

async function startedBy(site: Site): Promise<GpuServers> {
  let servers: GpuServers | undefined;
  await steps([
    {
      title: `Starting ${count} ${gpuType} in ${region}`,
      task: async () => {
        servers = await gpuServers(site, count);
      },
    },
  ]);
  return given(servers, 'the servers');
}

/** The newest message in the channel that has such a button, after another one. */
async function messageWith({ slack }: Play, action: string, after?: Message): Promise<Message> {
  const channel = slack.channel('cloud-costs');
  const since = after === undefined ? 0 : indexOf(slack.conversation.happenings, after) + 1;
  const isIt = (one: Happening) =>
    one.kind === 'message' &&
    one.message.channel === channel &&
    buttonsOf(one.message).some((button) => button.action === action)
      ? one.message
      : undefined;
  return slack.conversation.waitFor(isIt, { what: `a message with the button ${action}`, since, ...patient });
}

function indexOf(happenings: readonly Happening[], { ts }: Message): number {
  return happenings.findIndex((one) => one.kind === 'message' && one.message.ts === ts);
}

/** A click of the admin, to the end of what it began. */
async function clicked({ slack }: Play, message: Message, action: string): Promise<void> {
  await slack.answerTo(await slack.click('pia', message, action), patient);
}

async function released({ slack }: Play, after: Message): Promise<void> {
  const since = indexOf(slack.conversation.happenings, after) + 1;
  const isIt = (one: Happening) =>
    one.kind === 'message' && JSON.stringify(one.message.blocks).includes('A person released it') ? true : undefined;
  await slack.conversation.waitFor(isIt, { what: 'everything to be taken back', since, ...patient });
}

async function command({ stage, deployed }: Play, args: readonly string[]): Promise<void> {
  const place = { ...stage, moto: { ...stage.moto, url: deployed.hub.router.url } };
  const status = await mayfly(place, args, { AWS_ACCESS_KEY_ID: deployed.hub.account });
  if (status !== 0 && status !== 4) throw new Error(`mayfly ${args.join(' ')} ended with ${status}`);
}

async function expectStates(site: Site, { ids, protectedId }: GpuServers, wanted: Record<string, number>) {
  const states = await statesOf(site, ids);
  const kept = await statesOf(site, [protectedId]);
  if (!isDeepStrictEqual(states, wanted)) {
    throw new Error(`of the ${count} servers ${JSON.stringify(states)}, and not ${JSON.stringify(wanted)}`);
  }
  if (kept['running'] !== 1) throw new Error(`${protectedId} is protected, and does not run`);
  tell(
    `  AWS says: ${Object.entries(states)
      .map(([state, some]) => `${some} ${state}`)
      .join(', ')}.`,
  );
}

async function expectFrozen({ stage, account }: Play, wanted: boolean): Promise<void> {
  const client = new OrganizationsClient({ endpoint: stage.moto.url, region, credentials: management });
  const input = { TargetId: account, Filter: 'SERVICE_CONTROL_POLICY' } as const;
  const { Policies = [] } = await client.send(new ListPoliciesForTargetCommand(input));
  const isFrozen = Policies.some(({ Name }) => Name === 'mayfly-freeze');
  if (isFrozen !== wanted) throw new Error(`the account ${account} is ${isFrozen ? '' : 'not '}frozen`);
  tell(
    `  Organizations says: ${isFrozen ? 'mayfly-freeze is attached' : 'mayfly-freeze is not attached'} to ${account}.`,
  );
}

/** What it spared, beside what Mayfly itself costs. */
async function sumUp(): Promise<void> {
  const price = (await loadPrices()).in(region).find(`ec2.linux.${gpuType}`, 'hour');
  const anHour = given(price, `a price of ${gpuType}`).usd * (count - 1);
  const shape = { accounts: 3, regions: 2, tracked: 20, records: 10, busyShards: 1, reapCalls: 1, guards: true };
  const { month } = costOfSweep({ ...shape, scanSeconds: 2, reapSeconds: 2 });
  const usd = (amount: number) => Math.round(amount).toLocaleString('en');
  tell(
    `\nThe ${count - 1} stopped servers burnt $${anHour.toFixed(2)} an hour: $${usd(24 * anHour)} in the day ` +
      `before a bill shows it, $${usd(730 * anHour)} a month. Mayfly itself, sweeping these three accounts every ` +
      `hour with the guard on, costs about $${month.toFixed(2)} a month by list prices.`,
  );
}

function showPage({ slack }: Play): void {
  const page = join(process.cwd(), '.mayfly', 'guard.html');
  mkdirSync(join(page, '..'), { recursive: true });
  writeFileSync(page, conversationPage(slack, Date.now()));
  tell(`\nThe whole conversation, as Slack would show it: ${page}`);
}
