import { createHash } from 'node:crypto';
import type { Notice } from '../core/notice.ts';
import { day, type Instant, week } from '../core/time.ts';
import type { Clock } from '../use-cases/ports.ts';
import type { KnownPerson, TellingLedger } from '../use-cases/ports-people.ts';

/** How long each kind of thing is kept that is about telling people. */
export const keptFor = { notices: 90 * day, told: 30 * day, postponed: 30 * day, tasks: day, people: week } as const;

export type KeptKind = keyof typeof keptFor;

/** One thing that is remembered for a time. */
export interface Kept {
  key: string;
  /** Its time counts from here. */
  at: Instant;
  value?: string;
}

/** Where a ledger keeps such things. It may hold them too long: who reads them looks at their age. */
export interface KeptStore {
  /** In any order; keys that nothing stands under are absent. No key may be named twice. */
  get(kind: KeptKind, keys: readonly string[]): Promise<Kept[]>;
  all(kind: KeptKind): Promise<Kept[]>;
  /** In place of what stands there. */
  put(kind: KeptKind, thing: Kept): Promise<void>;
  /** The same for any number. No key may be named twice; where it throws, some may be kept. */
  putAll(kind: KeptKind, things: readonly Kept[]): Promise<void>;
  /** Puts it where nothing stands that is of this time or newer, or gives what stands there: both at once. */
  putFirst(kind: KeptKind, thing: Omit<Kept, 'value'>, oldest: Instant): Promise<Kept | undefined>;
  forget(kind: KeptKind, key: string): Promise<void>;
}

/** What a ledger knows about telling people, the same in each store. */
export function tellingIn(store: KeptStore, clock: Clock): TellingLedger {
  const isKept = (kind: KeptKind, { at }: Kept) => clock.now() - at <= keptFor[kind];
  const found = async (kind: KeptKind, texts: readonly string[]): Promise<[string, Kept][]> => {
    const keys = new Map(texts.map((text) => [storedKey(text), text]));
    const things = await store.get(kind, [...keys.keys()]);
    return things.filter((thing) => isKept(kind, thing)).map((thing) => [keys.get(thing.key) ?? thing.key, thing]);
  };
  return {
    saveNotice: (notice) =>
      store.put('notices', { key: storedKey(notice.id), at: clock.now(), value: JSON.stringify(notice) }),
    async notice(id) {
      const [[, thing] = []] = await found('notices', [id]);
      return thing?.value === undefined ? undefined : (JSON.parse(thing.value) as Notice);
    },
    async toldAt(keys) {
      return new Map((await found('told', keys)).map(([key, { at }]) => [key, at]));
    },
    markTold: (keys, at) =>
      store.putAll(
        'told',
        [...new Set(keys.map(storedKey))].map((key) => ({ key, at })),
      ),
    async undelivered() {
      const things = (await store.all('postponed')).filter((thing) => isKept('postponed', thing));
      const runs = things.map(({ value = '', at }) => ({ run: value, since: at }));
      return runs.toSorted((one, other) => one.since - other.since || (one.run < other.run ? -1 : 1));
    },
    postpone: (run, since) => store.put('postponed', { key: storedKey(run), at: since, value: run }),
    forgetPostponed: (run) => store.forget('postponed', storedKey(run)),
    ...tasksIn(store, clock),
    async knownPeople(emails) {
      const people = await found('people', emails);
      return new Map(people.map(([email, { at, value: id }]) => [email, { at, ...(id !== undefined && { id }) }]));
    },
    keepPeople: (people) =>
      store.putAll(
        'people',
        [...people].map(([email, person]) => keptPerson(email, person)),
      ),
  };
}

function keptPerson(email: string, { id, at }: KnownPerson): Kept {
  return { key: storedKey(email), at, ...(id !== undefined && { value: id }) };
}

const ended = 'ended';

function tasksIn(store: KeptStore, clock: Clock): Pick<TellingLedger, 'beginTask' | 'endTask'> {
  return {
    async beginTask(key) {
      const at = clock.now();
      const standing = await store.putFirst('tasks', { key: storedKey(key), at }, at - keptFor.tasks);
      if (standing === undefined) return 'first';
      return standing.value === ended ? 'ended' : 'begun';
    },
    endTask: (key) => store.put('tasks', { key: storedKey(key), at: clock.now(), value: ended }),
  };
}

/** A key of DynamoDB has one to 1,024 bytes, and texts of SQLite end at characters that nobody can see. */
const keyBytesMax = 1_000;
const cannotBeSeen = /[\p{Cc}\p{Cs}]/u;
const hashed = 'sha256#';

/** The text itself where it can be a key, so that people can read a ledger; else its hash. Never one for two texts. */
function storedKey(text: string): string {
  const isKey = text !== '' && !cannotBeSeen.test(text) && !text.startsWith(hashed);
  if (isKey && Buffer.byteLength(text) <= keyBytesMax) return text;
  return `${hashed}${createHash('sha256').update(text, 'utf16le').digest('hex')}`;
}
