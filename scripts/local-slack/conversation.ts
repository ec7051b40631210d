/** Any JSON object: what comes over the wire is not trusted to be a proper block. */
export type Json = Readonly<Record<string, unknown>>;

/** A value as text, where it is one; a number as Slack writes it. */
export function textIn(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
}

export interface SharedFile {
  name: string;
  title: string;
  content: string;
}

/** What a message says; an update puts another content in its place. */
export interface Content {
  text: string;
  blocks: readonly Json[];
}

export interface Message extends Content {
  channel: string;
  ts: string;
  from: string;
  /** Only this person sees it. */
  onlyFor?: string;
  /** The message that it answers in a thread. */
  thread?: string;
  files: readonly SharedFile[];
  /** What it said before, the oldest first. */
  earlier: readonly Content[];
  deleted?: boolean;
  /** What a person did that this is the answer to, where it came to the address for answers. */
  answers?: number;
}

/** A form that is or was open before a person. */
export interface Form {
  id: string;
  user: string;
  view: Json;
  /** What Slack shows under its fields, by block id. */
  errors: Readonly<Record<string, string>>;
  state: 'open' | 'sent' | 'closed';
}

/** What a person did, as it is shown: a command that was typed, a button that was clicked, a form that was sent. */
export interface Deed {
  id: number;
  user: string;
  channel?: string;
  what:
    | { kind: 'command'; text: string }
    | { kind: 'click'; label: string; on: Message }
    | { kind: 'form'; form: Form; values: Readonly<Record<string, string>> };
}

export type Happening = { at: number } & (
  | { kind: 'message'; message: Message }
  | { kind: 'update'; message: Message }
  | { kind: 'delete'; message: Message }
  | { kind: 'form'; form: Form }
  | { kind: 'deed'; deed: Deed }
  /** Slack's own words to the person, such as that the app did not answer. */
  | { kind: 'failure'; deed: Deed; text: string }
  | { kind: 'note'; text: string }
);

/** `Omit` would forget which kind has which fields. */
type New<T> = T extends unknown ? Omit<T, 'at'> : never;

/** Everything that people see, in the order in which it happened. */
export interface Conversation {
  happenings: readonly Happening[];
  add: (happening: New<Happening>) => void;
  message: (channel: string, ts: string) => Message | undefined;
  /** The messages as they stand now, the oldest first, without those that were deleted. */
  messages: () => Message[];
  /** Waits for the first happening from `since` on that answers the question; throws where it does not come in time. */
  waitFor: <T>(found: (happening: Happening) => T | undefined, settings: WaitSettings) => Promise<T>;
}

export interface WaitSettings {
  /** In words, for the error: "a warning to Chloe". */
  what: string;
  /** An index into the happenings. */
  since?: number;
  timeoutMs?: number;
}

const patienceMs = 30_000;

export function newConversation(): Conversation {
  const happenings: Happening[] = [];
  const messages = new Map<string, Message>();
  const waiting = new Set<() => void>();
  return {
    happenings,
    add: (happening) => {
      if ('message' in happening) {
        const { channel, ts } = happening.message;
        messages.set(`${channel} ${ts}`, happening.message);
      }
      happenings.push({ at: Date.now(), ...happening });
      for (const look of [...waiting]) look();
    },
    message: (channel, ts) => messages.get(`${channel} ${ts}`),
    messages: () => [...messages.values()].filter(({ deleted }) => deleted !== true),
    waitFor: (found, { what, since = 0, timeoutMs = patienceMs }) =>
      new Promise((resolve, reject) => {
        let next = since;
        const look = () => {
          for (; next < happenings.length; next += 1) {
            const happening = happenings[next];
            const wanted = happening && found(happening);
            if (wanted === undefined) continue;
            done();
            resolve(wanted);
            return;
          }
        };
        const late = setTimeout(() => {
          done();
          reject(new Error(`the local Slack waited ${timeoutMs / 1000} seconds for ${what}, and it did not come`));
        }, timeoutMs);
        const done = () => {
          clearTimeout(late);
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
  };
}
