import type { Policy } from './policy.ts';

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
