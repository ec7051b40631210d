import { createHmac } from 'node:crypto';

export interface Signed {
  body: string;
  headers: Readonly<Record<string, string>>;
}

/** A form as Slack posts and signs it; `at` and `secret` may be wrong ones, to see them refused. */
export function signed(form: Readonly<Record<string, string>>, secret: string, at = Date.now()): Signed {
  const body = new URLSearchParams(form).toString();
  const stamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': stamp,
      'x-slack-signature': `v0=${signature}`,
    },
  };
}
