import type { Words } from './answer.ts';
import type { Policy } from './policy.ts';
import type { Verb } from './slash-command.ts';

type SlackPolicy = NonNullable<Policy['slack']>;

/** Who an owner tag names. E-mails are in lower case; Slack ids are in Slack's own spelling. */
export type OwnerRef = { kind: 'id'; id: string } | { kind: 'email'; email: string };

const mention = /^<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>$/;

/** Slack's ids are nine characters at least; a shorter word in capitals is somebody's name. */
const slackId = /^[UW][A-Z0-9]{8,}$/;
const email = /^[^\s@<>|"'`*]+@[^\s@<>|"'`*]+\.[^\s@<>|"'`*]+$/;
const plainName = /^@?([\p{L}\p{N}._+-]+)$/u;

/**
 * Everybody whom the value of an owner tag names: e-mail addresses, Slack ids, names that `slack.owners` lists, and
 * other plain names as addresses of `slack.ownerDomain`. Several are separated by commas or semicolons, and, because
 * not every service lets those into a tag, addresses and ids by spaces. What is none of these names nobody.
 */
export function ownersIn(value: string, slack: Pick<SlackPolicy, 'owners' | 'ownerDomain'>): OwnerRef[] {
  const found = value.split(/[,;]/).flatMap((part) => {
    const whole = refOf(part.trim(), slack);
    if (whole !== undefined) return [whole];
    const words = part.trim().split(/\s+/).map(direct);
    return words.every((word) => word !== undefined) ? words : [];
  });
  return found.filter((ref, index) => found.findIndex((other) => sameRef(ref, other)) === index);
}

/** A name that the policy lists means what the policy says, whatever it looks like. */
function refOf(text: string, { owners, ownerDomain }: Pick<SlackPolicy, 'owners' | 'ownerDomain'>) {
  const name = plainName.exec(text)?.[1] ?? text;
  const listed = Object.entries(owners).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  if (listed !== undefined) return direct(listed.trim());
  const known = direct(text);
  if (known !== undefined || ownerDomain === undefined || !plainName.test(text)) return known;
  return direct(`${name}@${ownerDomain.replace(/^@/, '')}`);
}

function direct(text: string): OwnerRef | undefined {
  const id = mention.exec(text)?.[1] ?? (slackId.test(text) ? text : undefined);
  if (id !== undefined) return { kind: 'id', id };
  const address = text.replace(/^mailto:/i, '');
  return email.test(address) ? { kind: 'email', email: address.toLowerCase() } : undefined;
}

function sameRef(one: OwnerRef, other: OwnerRef): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Who a person can be to a resource and to Mayfly. */
export type Role = 'member' | 'owner' | 'extender' | 'admin';

/** What a person may want to do: a command, or what only a button asks for. */
export type Deed = Verb | 'guard-freeze' | 'guard-stop';

/**
 * Who may what. Orders about a resource are for those who answer for it; pausing is safe, so everybody may. Whoever is
 * frozen may know it.
 */
export const rights: Readonly<Record<Deed, readonly Role[]>> = {
  help: ['member'],
  status: ['member'],
  pause: ['member'],
  list: ['owner', 'admin'],
  show: ['owner', 'admin'],
  why: ['owner', 'admin'],
  extend: ['owner', 'extender', 'admin'],
  keep: ['owner', 'extender', 'admin'],
  'let-go': ['owner', 'admin'],
  restore: ['owner', 'extender', 'admin'],
  resume: ['admin'],
  approve: ['admin'],
  guard: ['member'],
  'guard-freeze': ['admin'],
  'guard-stop': ['admin'],
  'guard-release': ['admin'],
};

/** A person, as far as rights depend on it. */
interface Somebody {
  id: string;
  email?: string;
}

export function isOneOf({ id, email: address }: Somebody, refs: readonly OwnerRef[]): boolean {
  return refs.some((ref) => (ref.kind === 'id' ? ref.id === id : ref.email === address?.toLowerCase()));
}

/** The people and the user groups that `slack.admins` or `slack.extenders` lists. */
export function listedIn(entries: readonly string[]): { people: OwnerRef[]; groups: string[] } {
  const read = entries.map((entry) => ({ entry: entry.trim(), ref: direct(entry.trim()) }));
  return {
    people: read.flatMap(({ ref }) => ref ?? []),
    groups: read.flatMap(({ entry, ref }) => (ref === undefined ? [entry] : [])),
  };
}

/** Who may do this to something with this owner tag, for people: `its owner (ana), @developers or @platform`. */
export function whoMay(verb: Deed, slack: Pick<SlackPolicy, 'admins' | 'extenders'>, ownerTag?: string): Words {
  const who: Words[] = rights[verb].flatMap((role): Words[] => {
    if (role === 'owner') return ownerTag?.trim() ? [[`its owner (${ownerTag.trim().slice(0, 100)})`]] : [];
    if (role === 'extender') return slack.extenders.map(entryInWords);
    return role === 'admin' ? slack.admins.map(entryInWords) : [];
  });
  if (who.length === 0) return ['nobody (the policy names no slack.admins)'];
  return who.flatMap((one, index) => {
    const before = index === 0 ? '' : index === who.length - 1 ? ' or ' : ', ';
    return before === '' ? one : [before, ...one];
  });
}

function entryInWords(entry: string): Words {
  const ref = direct(entry.trim());
  return [ref?.kind === 'id' ? { person: ref.id } : entry.trim()];
}
