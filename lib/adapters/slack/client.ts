import { type FetchFunction, WebClient } from '@slack/web-api';
import type { Duration, Instant } from '../../core/time.ts';
import type { Clock } from '../../use-cases/ports.ts';
import { type Call, newPace, type Pace } from './pace.ts';

export interface SlackClientSettings {
  /** Asked for at each call, so that a new token counts without a new process. */
  token: () => Promise<string>;
  /** Of another Slack, such as `http://127.0.0.1:4000/api/`. */
  apiUrl?: string | undefined;
  clock: Clock;
  /** How long one call may wait for its turn and for what Slack asks to wait, in all. */
  patience?: Duration;
  /** No call waits beyond this. */
  stopAt?: Instant;
  /** Of one try. */
  timeout?: Duration;
}

type Init = Parameters<FetchFunction>[1];

const slack = 'https://slack.com/api/';

/** Tries of one call besides the first, where Slack could not be reached. */
const retries = 2;
const firstPause: Duration = 500;

/** A method that takes fifty calls in a minute lets the next one wait for almost a minute. */
const defaultPatience: Duration = 90_000;

/** Slack always says how long to wait; in case it does not. */
const defaultRetryAfter = 30;

/** One pace for all clients of a process that live in the same time. */
const paces = new WeakMap<Clock, Pace>();

/**
 * Slack's own client, with what Lambda needs beneath it: calls keep Slack's pace, what Slack refuses as too much is
 * sent again when Slack says so, and within the patience only. Errors are told in words by `slackProblem`.
 */
export function slackClient(settings: SlackClientSettings): WebClient {
  const { apiUrl = slack } = settings;
  return new WebClient(undefined, {
    slackApiUrl: apiUrl,
    fetch: patientFetch({ ...settings, apiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
    // The tries are made below, where a test can hold their clock.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: silent(),
  });
}

function patientFetch(settings: SlackClientSettings & { apiUrl: string }): FetchFunction {
  const { clock, patience = defaultPatience, stopAt = Number.POSITIVE_INFINITY } = settings;
  const pace = paces.get(clock) ?? newPace();
  paces.set(clock, pace);
  return async (url, init) => {
    const call = callOf(String(url), init, settings.apiUrl);
    const latest = Math.min(clock.now() + patience, stopAt);
    for (let failed = 0; ; ) {
      const at = pace.book(call, clock.now(), latest);
      if (at === undefined) return tooMany();
      if (at > clock.now()) await clock.sleep(at - clock.now());
      const answered = await once(url, init, call, settings);
      if (!(answered instanceof Error) && answered.status === 429) {
        const until = clock.now() + retryAfter(answered) * 1000;
        pace.holdBack(call, until);
        if (until > latest) return answered;
      } else {
        const wasRefused = answered instanceof Error || answered.status >= 500;
        failed += 1;
        if (!wasRefused || failed > retries || !mayRepeat(call, answered)) return given(answered);
        await clock.sleep(firstPause * 2 ** (failed - 1));
      }
    }
  };
}

function given(answered: Response | Error): Response {
  if (answered instanceof Error) throw answered;
  return answered;
}

/** The body is read here, so that what cuts it off is met by another try, too. */
async function once(
  url: string | URL,
  init: Init,
  { method }: Call,
  { token, timeout = 10_000 }: SlackClientSettings,
): Promise<Response | Error> {
  // The token is for Slack's methods alone, not for the place that a file goes to.
  const authorization = method === '' ? {} : { Authorization: `Bearer ${await token()}` };
  try {
    const response = await fetch(url, {
      ...(init as RequestInit),
      headers: { ...init?.headers, ...authorization },
      signal: AbortSignal.timeout(timeout),
    });
    const { status, statusText, headers } = response;
    const text = await response.text();
    return new Response(text === '' ? null : text, { status, statusText, headers });
  } catch (error) {
    return error as Error;
  }
}

/**
 * What was posted and not answered in time may stand there already: it is not posted a second time. A connection that
 * broke is most often an old one that Slack had closed while the function was frozen.
 */
function mayRepeat({ method }: Call, answered: Response | Error): boolean {
  const isOnce = /^(chat\.post|files\.complete|views\.open)/.test(method);
  return !(isOnce && answered instanceof Error && answered.name === 'TimeoutError');
}

function callOf(url: string, init: Init, apiUrl: string): Call {
  if (!url.startsWith(apiUrl)) return { method: '' };
  const body = typeof init?.body === 'string' ? new URLSearchParams(init.body) : undefined;
  return { method: url.slice(apiUrl.length), channel: body?.get('channel') ?? undefined };
}

function retryAfter({ headers }: Response): number {
  const seconds = Number.parseInt(headers.get('retry-after') ?? '', 10);
  return Number.isNaN(seconds) ? defaultRetryAfter : Math.max(0, seconds);
}

/** What Slack would say if it was called now. */
function tooMany(): Response {
  return new Response(null, { status: 429, headers: { 'retry-after': String(defaultRetryAfter) } });
}

/** Slack's client would write to the console what its caller reports. */
function silent(): NonNullable<ConstructorParameters<typeof WebClient>[1]>['logger'] & object {
  const nothing = () => undefined;
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    setLevel: nothing,
    getLevel: () => 'error' as never,
    setName: nothing,
  };
}
