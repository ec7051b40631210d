import { minute } from '../../lib/core/time.ts';
import type { Clock } from '../../lib/use-cases/ports.ts';

export const team = 'T0EXAMPLE';

/** What Slack's pages promise of the methods that warnings need, in a minute: the tiers 3 and 4. */
const perMinute: Readonly<Record<string, number>> = {
  'users.lookupByEmail': 50,
  'conversations.open': 50,
  'users.info': 100,
};

/** And of posts, for each channel. */
const betweenPostsMs = 1_000;

type Params = Readonly<Record<string, string>>;

/** A Slack that answers as if everybody whom it is asked for was there. */
export function answerOf(method: string, { email, user, users, channel }: Params): object {
  switch (method) {
    case 'users.lookupByEmail':
    case 'users.info':
      return { ok: true, user: { id: user ?? idOf(email), team_id: team, name: 'owner', profile: { email } } };
    case 'conversations.open':
      return { ok: true, channel: { id: `D${users}` } };
    case 'chat.postMessage':
      return { ok: true, channel, ts: '1795600000.000100' };
    default:
      return { ok: false, error: 'unknown_method' };
  }
}

function idOf(email = ''): string {
  return `U${Buffer.from(email).toString('hex')}`.toUpperCase();
}

export interface StrictSlack {
  /** In place of the global one, so that all of the client's own code runs. */
  fetch: typeof fetch;
  /** Calls that were answered, by method. */
  calls: ReadonlyMap<string, number>;
  /** Calls that came faster than Slack's pages allow. */
  refused: () => number;
  /** The most messages within any minute, to all channels together. */
  mostPosts: () => number;
}

/** Takes no more than Slack promises to take, and is as far away as `callMs`. */
export function strictSlack(clock: Clock, callMs: number): StrictSlack {
  const calls = new Map<string, number>();
  const begun = new Map<string, number[]>();
  const posts: number[] = [];
  let refused = 0;
  const isTooFast = (method: string, channel: string | undefined) => {
    const isPost = method === 'chat.postMessage';
    const key = isPost ? `${method} ${channel}` : method;
    const [max = Number.POSITIVE_INFINITY, span] = isPost ? [1, betweenPostsMs] : [perMinute[method], minute];
    const recent = (begun.get(key) ?? []).filter((at) => at > clock.now() - span);
    if (recent.length >= max) return true;
    begun.set(key, [...recent, clock.now()]);
    if (isPost) posts.push(clock.now());
    return false;
  };
  return {
    calls,
    refused: () => refused,
    mostPosts: () => Math.max(0, ...posts.map((from) => posts.filter((at) => at >= from && at < from + minute).length)),
    fetch: async (request, init) => {
      const method = (request instanceof Request ? request.url : request.toString()).split('/').at(-1) ?? '';
      const { body } = init ?? {};
      const params = Object.fromEntries(new URLSearchParams(typeof body === 'string' ? body : ''));
      const isRefused = isTooFast(method, params['channel']);
      await clock.sleep(callMs);
      if (isRefused) {
        refused += 1;
        return new Response(null, { status: 429, headers: { 'retry-after': '30' } });
      }
      calls.set(method, (calls.get(method) ?? 0) + 1);
      return Response.json(answerOf(method, params));
    },
  };
}
