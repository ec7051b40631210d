import type { Message } from './conversation.ts';
import type { Reader } from './mrkdwn.ts';
import type { LocalSlack } from './slack.ts';

/** What is needed to say who sees something, and what they read. */
export type Scene = Pick<LocalSlack, 'members' | 'groups' | 'place' | 'conversation' | 'team'>;

const zoneOfChannels = 'Europe/Berlin';

/** Who reads a message: the one person who sees it, or somebody of the channel. */
export function readerOf(
  scene: Scene,
  { channel, onlyFor }: Pick<Message, 'channel' | 'onlyFor'>,
  now: number,
): Reader {
  const person = scene.members.find(({ id }) => id === (onlyFor ?? scene.place(channel).with));
  return { now, timeZone: person?.timeZone ?? zoneOfChannels, nameOf: (id) => nameOf(scene, id) };
}

/** As Slack shows a mention: people, channels and groups by their names, everything else as it is. */
export function nameOf({ members, groups, place }: Scene, id: string): string {
  const member = members.find((one) => one.id === id);
  const group = groups.find((one) => one.id === id);
  const { name: channel } = place(id);
  if (member !== undefined) return `@${member.realName}`;
  if (group !== undefined) return `@${group.handle}`;
  return channel === undefined ? `@${id}` : `#${channel}`;
}

/** `#cloud-costs`, or `Chloe Martin` for a direct message. */
export function placeName(scene: Scene, channel: string): string {
  const { name, with: person } = scene.place(channel);
  if (person !== undefined) return nameOf(scene, person).slice(1);
  return name === undefined ? channel : `#${name}`;
}

/** Who sees a message, in words. */
export function seenBy(scene: Scene, { channel, onlyFor }: Pick<Message, 'channel' | 'onlyFor'>): string {
  const where = placeName(scene, channel);
  if (onlyFor !== undefined) return `${where}, seen by ${nameOf(scene, onlyFor).slice(1)} alone`;
  return scene.place(channel).with === undefined ? `${where}, seen by everybody there` : `to ${where}, in person`;
}
