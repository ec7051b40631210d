import { slackClient } from '../../lib/adapters/slack/client.ts';
import { slackDirectory } from '../../lib/adapters/slack/directory.ts';
import { slackMessenger } from '../../lib/adapters/slack/messenger.ts';
import { itemOf, type Notice } from '../../lib/core/notice.ts';
import { policySchema } from '../../lib/core/policy.ts';
import { day, type Instant, week } from '../../lib/core/time.ts';
import { inParallel } from '../../lib/resource-types/batches.ts';
import type { Clock } from '../../lib/use-cases/ports.ts';
import type { Delivery, KnownPerson } from '../../lib/use-cases/ports-people.ts';
import { type Found, messagesAtOnce, messagesFor } from '../../lib/use-cases/warn.ts';
import { strictSlack, team } from './answered-slack.ts';
import { virtualClock } from './virtual-clock.ts';

/** Resources that are to be warned about, whose owners have this many environments each. */
export interface WarningsShape {
  resources: number;
  owners: number;
  environments: number;
}

/** What telling all owners took, in Slack's time. */
export interface Told {
  /** Calls that Slack answered, by method. */
  calls: ReadonlyMap<string, number>;
  delivered: number;
  /** What did not arrive, and why. */
  failures: readonly string[];
  /** Calls that came too fast for Slack. */
  refused: number;
  mostPostsInAMinute: number;
  seconds: number;
}

const start: Instant = Date.parse('2026-11-25T10:00:00Z');

/** A call to Slack and back. */
const callMs = 200;

const policy = policySchema.parse({
  version: 1,
  accounts: [{ id: '222222222222' }],
  regions: ['eu-west-1'],
  slack: { team, channel: '#cloud-costs', ownerDomain: 'example.com' },
});

/** Tells all of them twice: in a first sweep, and in one of the next days, when the ledger knows who the owners are. */
export async function tellAll(shape: WarningsShape): Promise<{ first: Told; later: Told }> {
  const people = new Map<string, KnownPerson>();
  const first = await tell(shape, people, start);
  return { first, later: await tell(shape, people, start + day) };
}

async function tell(shape: WarningsShape, people: Map<string, KnownPerson>, from: Instant): Promise<Told> {
  const clock = virtualClock(from);
  const slack = strictSlack(clock, callMs);
  const notices = noticesOf(shape, clock.now());
  const { fetch } = globalThis;
  globalThis.fetch = slack.fetch;
  try {
    const messenger = connected(clock, people);
    const deliveries = await clock.run(() => inParallel(notices, messagesAtOnce, (one) => messenger.warn(one)));
    return {
      calls: slack.calls,
      delivered: deliveries.filter(({ kind }) => kind === 'delivered').length,
      failures: deliveries.flatMap(whyNot),
      refused: slack.refused(),
      mostPostsInAMinute: slack.mostPosts(),
      seconds: (clock.now() - from) / 1000,
    };
  } finally {
    globalThis.fetch = fetch;
  }
}

/** The messenger as the function that warns has it. */
function connected(clock: Clock, people: Map<string, KnownPerson>) {
  const { slack } = policy;
  if (slack === undefined) throw new Error('the policy of this bench has a slack block');
  const client = slackClient({ token: async () => 'xoxb-bench', clock });
  const ledger = {
    knownPeople: async () => new Map([...people].filter(([, { at }]) => at > clock.now() - week)),
    keepPeople: async (learned: ReadonlyMap<string, KnownPerson>) => {
      for (const [email, person] of learned) people.set(email, person);
    },
  };
  const directory = slackDirectory({ client, team, clock });
  return slackMessenger({ policy: { ...policy, slack }, client, directory, people: ledger, clock });
}

function whyNot(delivery: Delivery): string[] {
  if (delivery.kind !== 'delivered') return [delivery.why];
  return delivery.instead === undefined ? [] : [delivery.instead];
}

/** One for each owner and environment, as the step that warns groups them. */
function noticesOf({ resources, owners, environments }: WarningsShape, at: Instant): Notice[] {
  const found = Array.from({ length: resources }, (_, index): Found => {
    const owner = index % owners;
    const environment = `pr-${owner}-${Math.floor(index / owners) % environments}`;
    const id = `${environment}-${index}`;
    const place = { type: 'sqs:queue', account: '222222222222', region: 'eu-west-1' };
    const arn = `arn:aws:sqs:${place.region}:${place.account}:${id}`;
    const decided = { action: 'warn', reason: 'expiring', expiresAt: at + day, decidedOn: {} } as const;
    return {
      decision: { arn, ...place, owner: `owner-${owner}`, environment, ...decided },
      found: { kind: 'present', id, arn, identity: id, tags: {}, facts: {} },
    };
  });
  const groups = messagesFor(found);
  return groups.map((group, index): Notice => {
    const { account, owner, environment } = group[0]?.decision ?? {};
    const about = {
      ...(account !== undefined && { account }),
      ...(owner !== undefined && { owner }),
      ...(environment !== undefined && { environment }),
    };
    return {
      id: `notice-${index}`,
      kind: 'warning',
      at,
      ...about,
      items: group.map(({ decision }) => itemOf(decision)),
    };
  });
}
