import { slackClient } from '../../../lib/adapters/slack/client.ts';
import { slackDirectory } from '../../../lib/adapters/slack/directory.ts';
import { slackMessenger } from '../../../lib/adapters/slack/messenger.ts';
import type { KnownPerson } from '../../../lib/use-cases/ports-people.ts';
import { hurriedClock } from '../../fakes/clocks.ts';
import { policy } from './notices.ts';
import { type SlackServer, slackServer } from './slack-server.ts';

export const member = (id: string, about: object = {}) => ({
  ok: true,
  user: { id, name: id, team_id: 'T1', ...about },
});

/** A workspace in which every address is somebody's, whose id is the first part of it in capitals. */
export async function aMessenger(known = new Map<string, KnownPerson>(), apiUrl?: string) {
  const server = await slackServer();
  const clock = hurriedClock();
  const client = slackClient({ token: async () => 'xoxb-1', apiUrl: apiUrl ?? server.apiUrl, clock });
  const directory = slackDirectory({ client, team: 'T1', clock });
  const people = {
    knownPeople: async (emails: readonly string[]) => new Map([...known].filter(([email]) => emails.includes(email))),
    keepPeople: async (some: ReadonlyMap<string, KnownPerson>) => {
      for (const [email, one] of some) known.set(email, one);
    },
  };
  server.always('users.lookupByEmail', ({ params }) =>
    member(`U0${(params['email'] ?? '').replace(/@.*/, '').toUpperCase()}`),
  );
  server.always('users.info', ({ params }) => member(params['user'] ?? ''));
  server.always('conversations.open', ({ params }) => ({ ok: true, channel: { id: `D${params['users']}` } }));
  let posted = 0;
  server.always('chat.postMessage', ({ params }) => {
    posted += 1;
    // Slack answers with the id of what was named.
    return { ok: true, channel: (params['channel'] ?? '').replace('#', 'C0'), ts: `1.${posted}` };
  });
  server.always('files.getUploadURLExternal', () => ({
    ok: true,
    upload_url: server.apiUrl.replace('/api/', '/upload'),
    file_id: 'F1',
  }));
  server.always('files.completeUploadExternal', () => ({ ok: true, files: [{ id: 'F1' }] }));
  return { server, clock, known, messenger: slackMessenger({ policy, client, directory, people, clock }) };
}

export const of = (server: SlackServer, method: string) =>
  server.calls.filter((call) => call.method === method).map(({ params }) => params);
export const postedTo = (server: SlackServer) => of(server, 'chat.postMessage').map(({ channel }) => channel);

/** An answer of Slack for one channel alone. */
export function closed(server: SlackServer, channels: Readonly<Record<string, string>>): void {
  server.always('chat.postMessage', ({ params }) => {
    const error = channels[params['channel'] ?? ''];
    return error === undefined ? { ok: true, channel: 'C1', ts: '1.1' } : { ok: false, error };
  });
}
