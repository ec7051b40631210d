import type { KnownBlock } from '@slack/types';
import { isLoopback } from '../../core/loopback.ts';

/** What is posted to the address that came with a request. */
export interface Response {
  response_type: 'ephemeral';
  text: string;
  blocks?: readonly KnownBlock[];
  /** In place of the message that was clicked in. */
  replace_original?: boolean;
}

const hosts = ['hooks.slack.com', 'hooks.slack-gov.com'];

export interface RespondSettings {
  /** Of a deployment that talks to another Slack. */
  slackApiUrl?: string | undefined;
  timeoutMs?: number;
}

/** Whether an address is Slack's own, or that of the Slack on this machine that this deployment was pointed at. */
export function isSlacks(responseUrl: string, slackApiUrl: string | undefined): boolean {
  const url = URL.parse(responseUrl);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:' && url.port === '' && hosts.includes(url.hostname)) return true;
  const api = URL.parse(slackApiUrl ?? '');
  return api !== null && isLoopback(api.hostname) && url.origin === api.origin;
}

/** Posts an answer to where a request said. Throws where that is not Slack, or Slack did not take it. */
export async function respond(
  responseUrl: string,
  response: Response,
  { slackApiUrl, timeoutMs = 5_000 }: RespondSettings,
): Promise<void> {
  if (!isSlacks(responseUrl, slackApiUrl)) throw new Error('the address for answers is not one of Slack');
  const answered = await fetch(responseUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(response),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (answered.ok) return;
  const said = (await answered.text()).slice(0, 200);
  throw new Error(`Slack did not take the answer (${answered.status}: ${said})`);
}
