import type { Scene } from './audience.ts';
import { type Content, type Message, newConversation } from './conversation.ts';
import { type ChannelName, emailOf, seeded, seededChannels, seededGroups } from './people.ts';
import type { Place } from './workspace.ts';

export interface StillScene extends Scene {
  idOf: (person: string) => string;
  /** Puts a message of Mayfly there, to a channel or to a person by the handle. */
  post: (to: `#${ChannelName}` | (string & {}), at: number, content: Content, more?: Partial<Message>) => Message;
}

/** The seeded workspace without anything that runs: the same ids each time, for pictures and for tests. */
export function stillScene(): StillScene {
  const idOf = (person: string) => `U0${person.toUpperCase()}`;
  const conversation = newConversation();
  const places = new Map<string, Place>(seededChannels.map((name) => [`#${name}`, { id: channelId(name), name }]));
  for (const { name } of seeded) places.set(name, { id: `D0${name.toUpperCase()}`, with: idOf(name) });
  let posted = 0;
  return {
    team: { id: 'T0EXAMPLE', domain: 'example', name: 'Example' },
    members: seeded.map((one) => ({ ...one, id: idOf(one.name), email: emailOf(one) })),
    groups: Object.entries(seededGroups).map(([handle, { name, members }]) => ({
      ...{ handle, name, id: `S0${handle.toUpperCase()}` },
      members: members.map(idOf),
    })),
    place: (id) => [...places.values()].find((one) => one.id === id) ?? { id },
    conversation,
    idOf,
    post: (to, at, { text, blocks }, more) => {
      posted += 1;
      const ts = `${Math.floor(at / 1000)}.${String(posted).padStart(6, '0')}`;
      const channel = places.get(to)?.id ?? to;
      const message = { channel, ts, from: idOf('mayfly'), text, blocks, files: [], earlier: [], ...more };
      conversation.add({ kind: 'message', message });
      return message;
    },
  };
}

function channelId(name: string): string {
  return `C0${name.replaceAll('-', '').toUpperCase()}`;
}
