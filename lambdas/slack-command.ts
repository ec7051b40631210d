/**
 * The address that Slack posts to. It stays the same when Slack is set up later; until then it says so, and does
 * nothing with what it gets.
 */
export async function handler(): Promise<{ statusCode: number; headers: Record<string, string>; body: string }> {
  return {
    statusCode: 503,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: 'This deployment of Mayfly does not answer Slack yet.\n',
  };
}
