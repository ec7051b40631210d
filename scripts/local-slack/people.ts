/** Somebody of the workspace, or who can be seen from it. */
export interface Seeded {
  /** The handle, and the part of the e-mail before @example.com: what the demo writes into owner tags. */
  name: string;
  realName: string;
  timeZone: string;
  standing: 'member' | 'guest' | 'stranger' | 'deactivated' | 'bot';
}

export const ownerDomain = 'example.com';

/** The owners of the demo world, and everybody else that Mayfly must know how to treat. */
export const seeded: readonly Seeded[] = [
  { name: 'mayfly', realName: 'Mayfly', timeZone: 'Etc/UTC', standing: 'bot' },
  { name: 'ana', realName: 'Ana Lima', timeZone: 'Europe/Lisbon', standing: 'member' },
  { name: 'ben', realName: 'Ben Okafor', timeZone: 'America/New_York', standing: 'member' },
  { name: 'chloe', realName: 'Chloe Martin', timeZone: 'Europe/Paris', standing: 'member' },
  { name: 'pia', realName: 'Pia Berg', timeZone: 'Europe/Berlin', standing: 'member' },
  { name: 'finn', realName: 'Finn of finance', timeZone: 'Europe/Berlin', standing: 'member' },
  { name: 'gus', realName: 'Gus, a guest', timeZone: 'Europe/Berlin', standing: 'guest' },
  { name: 'sam', realName: 'Sam of another company', timeZone: 'Asia/Tokyo', standing: 'stranger' },
  { name: 'dora', realName: 'Dora, who left', timeZone: 'Europe/Berlin', standing: 'deactivated' },
  { name: 'mallory', realName: '<img src=x onerror=alert(1)> *Mal* <!channel>', timeZone: 'UTC', standing: 'member' },
];

export const seededChannels = ['cloud-costs', 'cloud-lost', 'finance'] as const;
export type ChannelName = (typeof seededChannels)[number];

/** User groups by their handles: who is in them. */
export const seededGroups = {
  platform: { name: 'Platform team', members: ['pia'] },
  developers: { name: 'Developers', members: ['ana', 'ben', 'chloe'] },
} as const;

export function emailOf({ name }: Seeded): string {
  return `${name}@${ownerDomain}`;
}
