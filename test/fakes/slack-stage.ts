import type { Answer, Words } from '../../lib/core/answer.ts';
import type { Ask } from '../../lib/core/ask.ts';
import type { Policy } from '../../lib/core/policy.ts';
import { answer } from '../../lib/use-cases/answer.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import type { Person } from '../../lib/use-cases/ports-people.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy } from './builders.ts';
import { type HeldClock, heldClock } from './clocks.ts';
import { aWorkspace, type Workspace } from './directory.ts';
import { aWorld, type World } from './world.ts';

export const team = 'T0TEAM0001';

const ids = {
  ana: 'U0ANA000001',
  ben: 'U0BEN000001',
  dan: 'U0DAN000001',
  ada: 'U0ADA000001',
  gus: 'U0GUS000001',
  sam: 'U0SAM000001',
  rob: 'U0ROB000001',
  old: 'U0OLD000001',
} as const;

/** ana and ben own things; dan is an extender, ada an admin; the others may not ask for anything. */
export type Name = keyof typeof ids;

export const idOf = (name: Name): string => ids[name];

const standings: Readonly<Record<Name, Person['standing']>> = {
  ana: 'member',
  ben: 'member',
  dan: 'member',
  ada: 'member',
  gus: 'guest',
  sam: 'stranger',
  rob: 'bot',
  old: 'deactivated',
};

/** A world with a workspace, and people who ask. */
export interface Stage {
  world: World;
  workspace: Workspace;
  clock: HeldClock;
  policy: Policy;
  /** What a person types after `/ttl`. */
  says(name: Name, text: string, key?: string): Promise<Answer>;
  clicks(name: Name, action: (Ask['from'] & { kind: 'click' })['action'], value: string): Promise<Answer>;
  submits(name: Name, notice: string, until: string, reason: string): Promise<Answer>;
  /** Asks as anybody, from anywhere. */
  asks(ask: Partial<Ask>): Promise<Answer>;
  sweeps(): ReturnType<typeof sweep>;
}

export function aStage(
  overrides: Record<string, unknown> = {},
  clock: HeldClock = heldClock(),
  world: World = aWorld(clock),
): Stage {
  world.deliver = async () => ({ kind: 'delivered', to: 'ana', message: { channel: 'D1', ts: '1.1' } });
  const people = (Object.keys(ids) as Name[]).map((name): Person => {
    return { id: ids[name], name, email: `${name}@example.com`, standing: standings[name] };
  });
  const workspace = aWorkspace(people, { '@platform': [ids.ada], '@developers': [ids.dan] });
  const policy = aPolicy({
    mode: 'enforce',
    accounts: [{ id: '222222222222' }, { id: '333333333333' }],
    slack: {
      team,
      channel: '#cloud-costs',
      admins: ['@platform'],
      extenders: ['@developers'],
      ownerDomain: 'example.com',
    },
    ...overrides,
  });
  let asked = 0;
  const asks = (ask: Partial<Ask>) =>
    answer({ ...world.ports, directory: workspace }, policy, {
      key: `ask-${++asked}`,
      person: ids.ana,
      team,
      from: { kind: 'command', text: '' },
      ...ask,
    });
  return {
    world,
    workspace,
    clock,
    policy,
    asks,
    says: (name, text, key) =>
      asks({ person: ids[name], from: { kind: 'command', text }, ...(key !== undefined && { key }) }),
    clicks: (name, action, value) => asks({ person: ids[name], from: { kind: 'click', action, value } }),
    submits: (name, notice, until, reason) =>
      asks({ person: ids[name], from: { kind: 'form', notice, until, reason } }),
    sweeps: () => sweep(world.ports, { policy, filters: noFilters, enforce: true }),
  };
}

/** Words as one text; instants as ISO, things to type in backticks. */
function plainly(words: Words): string {
  return words
    .map((word) => {
      if (typeof word === 'string') return word;
      if ('at' in word) return new Date(word.at).toISOString().replace('.000Z', 'Z');
      return 'code' in word ? `\`${word.code}\`` : `@${word.person}`;
    })
    .join('');
}

/** All that an answer says, as one text, for what does not depend on its shape. */
export function textOf(given: Answer): string {
  switch (given.kind) {
    case 'nothing':
    case 'help':
      return given.kind;
    case 'text':
    case 'refused':
    case 'shown':
      return [...('about' in given ? [given.about.arn] : []), ...given.lines.map(plainly)].join('\n');
    case 'list':
      return [given.title, ...given.notes].map(plainly).concat(given.rows.map(rowText)).join('\n');
    case 'done':
      return [...given.done, ...given.failed].map(rowText).concat(given.notes.map(plainly)).join('\n');
    case 'choice':
      return [plainly(given.question), ...given.options.flatMap(({ label, command }) => [label, command])].join('\n');
    case 'question':
    case 'form':
      return JSON.stringify(given);
    default:
      return given satisfies never;
  }
}

function rowText({ about, words }: { about: { arn: string }; words: Words }): string {
  return `${about.arn} ${plainly(words)}`;
}
