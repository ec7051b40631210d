import { type OwnerRef, ownersIn } from '../../core/people.ts';
import type { Policy } from '../../core/policy.ts';
import { day } from '../../core/time.ts';
import type { Clock } from '../../use-cases/ports.ts';
import type { Directory, KnownPerson, TellingLedger } from '../../use-cases/ports-people.ts';
import { plain } from './mrkdwn.ts';

export interface AddressBook {
  slack: NonNullable<Policy['slack']>;
  directory: Pick<Directory, 'person' | 'personByEmail'>;
  people: Pick<TellingLedger, 'knownPeople' | 'keepPeople'>;
  clock: Clock;
}

/** Somebody who answers for something, and can be written to. */
export interface Addressee {
  /** Of Slack. */
  id: string;
  /** For people. */
  name: string;
  /** What the ledger remembers them by. */
  email?: string;
}

/** Who an owner tag means, and why others whom it names are left out, in words. */
export interface Addressees {
  found: readonly Addressee[];
  missing: readonly string[];
}

/**
 * The people whom an owner tag names and who can be told: members and guests of the workspace. Who an e-mail address
 * belongs to is remembered in the ledger. Throws where Slack can't be asked.
 */
export async function addresseesOf(tag: string, book: AddressBook): Promise<Addressees> {
  const refs = ownersIn(tag, book.slack);
  if (refs.length === 0) return { found: [], missing: [`the owner tag "${plain(tag)}" names nobody`] };
  const emails = refs.flatMap((ref) => (ref.kind === 'email' ? [ref.email] : []));
  // Slack can be asked as well where the ledger does not answer.
  const known = await book.people.knownPeople(emails).catch(() => new Map<string, KnownPerson>());
  const asked = await Promise.all(refs.map((ref) => addresseeOf(ref, known, book)));
  const learned = new Map(asked.flatMap(({ learned: one }) => (one === undefined ? [] : [one])));
  // Where it can't be kept it is asked again.
  if (learned.size > 0) await book.people.keepPeople(learned).catch(() => undefined);
  const found = asked.flatMap(({ addressee }) => addressee ?? []);
  return {
    found: found.filter(({ id }, index) => found.findIndex((other) => other.id === id) === index),
    missing: asked.flatMap(({ why }) => why ?? []),
  };
}

/** Remembers that an address reaches nobody any more. */
export async function forgetAddressee({ email }: Addressee, { people, clock }: AddressBook): Promise<void> {
  if (email !== undefined) await people.keepPeople(new Map([[email, { at: clock.now() }]])).catch(() => undefined);
}

interface Asked {
  addressee?: Addressee;
  why?: string | undefined;
  learned?: [string, KnownPerson];
}

async function addresseeOf(ref: OwnerRef, known: ReadonlyMap<string, KnownPerson>, book: AddressBook): Promise<Asked> {
  const { directory, clock } = book;
  if (ref.kind === 'id') {
    const person = await directory.person(ref.id);
    const why = whyNot(ref.id, person?.standing);
    return why === undefined && person !== undefined ? { addressee: { id: person.id, name: person.name } } : { why };
  }
  const { email } = ref;
  const { id, at } = known.get(email) ?? {};
  if (id !== undefined) return { addressee: { id, name: email, email } };
  // Whoever is new in the workspace is not nobody for a week.
  if (at !== undefined && at > clock.now() - day) return { why: whyNot(email, undefined) };
  const person = await directory.personByEmail(email);
  const why = whyNot(email, person?.standing);
  const isFound = why === undefined && person !== undefined;
  return {
    ...(isFound ? { addressee: { id: person.id, name: email, email } } : { why }),
    learned: [email, { at: clock.now(), ...(isFound && { id: person.id }) }],
  };
}

type Standing = NonNullable<Awaited<ReturnType<Directory['person']>>>['standing'];

function whyNot(name: string, standing: Standing | undefined): string | undefined {
  switch (standing) {
    case 'member':
    case 'guest':
      return undefined;
    case undefined:
      return `Slack knows nobody as ${plain(name)}`;
    case 'deactivated':
      return `${plain(name)} has left the workspace`;
    case 'stranger':
      return `${plain(name)} is of another organization`;
    case 'bot':
      return `${plain(name)} is a bot`;
    default:
      return standing satisfies never;
  }
}
