import type { Words } from '../core/answer.ts';
import { type Deed, isOneOf, listedIn, ownersIn, type Role, rights, whoMay } from '../core/people.ts';
import type { Policy } from '../core/policy.ts';
import type { Ports } from './ports.ts';
import type { GuardOrder } from './ports-guard.ts';
import type { Directory, Person } from './ports-people.ts';

export type SlackPolicy = NonNullable<Policy['slack']>;

/** A person who asked for something, and what they may. */
export interface Asker {
  person: Person;
  /** For the ledger. */
  by: string;
  owns(ownerTag: string | undefined): boolean;
  isAdmin(): Promise<boolean>;
  /** What could not be found out about their groups, in words. */
  problems(): Promise<string[]>;
  /** Why they may not do this to something with this owner tag; `undefined`: they may. */
  whyNot(verb: Deed, ownerTag?: string): Promise<Words | undefined>;
}

/** What answering a person needs from outside. */
export interface AskPorts extends Ports {
  directory: Directory;
  /**
   * Hands a restore on to who may do that, and answers then; absent where it is done at once. Throws `BadRequest` where
   * there is nobody.
   */
  handRestoreOn?: (name: string) => Promise<void>;
  /** The same for what a person orders the cost guard to do. */
  handGuardOn?: (order: GuardOrder) => Promise<void>;
}

/** Everything that answering one request needs. */
export interface Asking {
  ports: AskPorts;
  policy: Policy;
  slack: SlackPolicy;
  asker: Asker;
}

const deeds: Readonly<Record<Deed, string>> = {
  help: 'ask for help',
  status: 'see the status',
  pause: 'pause Mayfly',
  list: 'see it',
  show: 'see it',
  why: 'see it',
  extend: 'extend it',
  keep: 'keep it',
  'let-go': 'let it go',
  restore: 'restore it',
  resume: 'end a pause',
  approve: 'approve a plan',
  guard: 'see what the guard does',
  'guard-freeze': 'freeze an account',
  'guard-stop': 'stop what runs in an account',
  'guard-release': 'release an account',
};

const noAddress = 'Slack shows Mayfly no e-mail address of yours, by which owners are known';

/** User groups are asked for only where something depends on them, and each once. */
export function askerOf(directory: Directory, slack: SlackPolicy, person: Person): Asker {
  const asked = new Map<string, Promise<Membership>>();
  const membershipIn = (role: 'admin' | 'extender') => {
    const known = asked.get(role) ?? isListed(directory, role === 'admin' ? slack.admins : slack.extenders, person);
    asked.set(role, known);
    return known;
  };
  const owns = (tag: string | undefined) => tag !== undefined && isOneOf(person, ownersIn(tag, slack));
  return {
    person,
    by: nameFor(person),
    owns,
    isAdmin: async () => (await membershipIn('admin')).isIn,
    async problems() {
      const asked = await Promise.all([membershipIn('extender'), membershipIn('admin')]);
      return [...new Set(asked.flatMap(({ problems }) => problems))];
    },
    async whyNot(verb, ownerTag) {
      const unsure = person.email === undefined && ownerTag?.trim() ? [noAddress] : [];
      for (const role of rights[verb]) {
        const { isIn, problems } = await holds(role, { membershipIn, owns: owns(ownerTag) });
        if (isIn) return undefined;
        unsure.push(...problems);
      }
      const isAboutOwner = rights[verb].includes('owner') && !ownerTag?.trim();
      const who: Words = [isAboutOwner ? 'It names no owner. Only ' : 'Only ', ...whoMay(verb, slack, ownerTag)];
      return [...who, ` may ${deeds[verb]}.`, ...unsure.map((problem) => ` ${problem}.`)];
    },
  };
}

interface Membership {
  isIn: boolean;
  /** What could not be found out, in words. */
  problems: string[];
}

async function holds(
  role: Role,
  { membershipIn, owns }: { membershipIn: (role: 'admin' | 'extender') => Promise<Membership>; owns: boolean },
): Promise<Membership> {
  if (role === 'member' || role === 'owner') return { isIn: role === 'member' || owns, problems: [] };
  return membershipIn(role);
}

/** A group that can't be asked lets nobody in. */
async function isListed(directory: Directory, entries: readonly string[], person: Person): Promise<Membership> {
  const { people, groups } = listedIn(entries);
  if (isOneOf(person, people)) return { isIn: true, problems: [] };
  const problems: string[] = [];
  for (const group of groups) {
    try {
      const members = await directory.members(group);
      if (members?.includes(person.id)) return { isIn: true, problems: [] };
      if (members === undefined) problems.push(`Slack knows no user group ${group}`);
    } catch (error) {
      problems.push(`Slack could not be asked who is in ${group}: ${(error as Error).message}`);
    }
  }
  return { isIn: false, problems };
}

const longestName = 80;

function nameFor({ id, name }: Person): string {
  const readable = name
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(0, longestName);
  return `${readable === '' ? 'somebody' : readable} (${id}) in Slack`;
}
