import { type Duration, type Instant, minute } from '../../core/time.ts';

/** One call, as far as Slack's limits depend on it. */
export interface Call {
  method: string;
  /** Where it writes to. */
  channel?: string | undefined;
}

/** When calls may begin. What one process knows; that others call too shows when Slack refuses. */
export interface Pace {
  /** The instant from which the call may begin; its place is taken. Later than `latest`: `undefined`, and none is. */
  book(call: Call, now: Instant, latest: Instant): Instant | undefined;
  /** Slack wants no more of these before an instant. */
  holdBack(call: Call, until: Instant): void;
}

/** What each method takes in a minute at least, by Slack's tiers; a method that is not named has no pace. */
const perMinute: Readonly<Record<string, number>> = {
  'conversations.list': 20,
  'usergroups.list': 20,
  'usergroups.users.list': 20,
  'chat.update': 50,
  'conversations.info': 50,
  'conversations.open': 50,
  'users.lookupByEmail': 50,
  'chat.postEphemeral': 100,
  'files.completeUploadExternal': 100,
  'files.getUploadURLExternal': 100,
  'users.info': 100,
  'views.open': 100,
};

/** Slack lets short bursts into a channel through, and promises nothing about them. */
const betweenPosts: Duration = 1000;

const posts = ['chat.postMessage', 'chat.postEphemeral'];

const channelsKnown = 2000;

export function newPace(): Pace {
  const begun = new Map<string, Instant[]>();
  const lastPost = new Map<string, Instant>();
  const held = new Map<string, Instant>();
  return {
    book(call, now, latest) {
      const { method, channel } = call;
      const max = perMinute[method];
      const recent = (begun.get(method) ?? []).filter((at) => at > now - minute);
      const oldest = max === undefined ? undefined : recent.at(-max);
      const isPost = channel !== undefined && posts.includes(method);
      const last = isPost ? lastPost.get(channel) : undefined;
      const at = Math.max(
        now,
        held.get(keyOf(call)) ?? now,
        oldest === undefined ? now : oldest + minute,
        last === undefined ? now : last + betweenPosts,
      );
      if (at > latest) return undefined;
      if (max !== undefined) begun.set(method, [...recent, at]);
      if (isPost) {
        lastPost.delete(channel);
        lastPost.set(channel, at);
        for (const [old] of lastPost) if (lastPost.size > channelsKnown) lastPost.delete(old);
      }
      return at;
    },
    holdBack(call, until) {
      held.set(keyOf(call), Math.max(until, held.get(keyOf(call)) ?? until));
    },
  };
}

/** Posts are limited by channel, everything else by method. */
function keyOf({ method, channel }: Call): string {
  return posts.includes(method) ? `${method} ${channel}` : method;
}
