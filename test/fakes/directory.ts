import type { Directory, Person } from '../../lib/use-cases/ports-people.ts';

/** A workspace in memory. */
export interface Workspace extends Directory {
  people: Map<string, Person>;
  /** Members by the handle of their group. */
  groups: Map<string, string[]>;
  /** What was asked for, in order. */
  asked: string[];
  /** Slack can't be reached. */
  isDown: boolean;
}

export function aWorkspace(people: readonly Person[], groups: Readonly<Record<string, string[]>> = {}): Workspace {
  const found = <T>(what: string, value: T): Promise<T> => {
    workspace.asked.push(what);
    return workspace.isDown ? Promise.reject(new Error('Slack is down')) : Promise.resolve(value);
  };
  const workspace: Workspace = {
    people: new Map(people.map((person) => [person.id, person])),
    groups: new Map(Object.entries(groups)),
    asked: [],
    isDown: false,
    person: (id) => found(`person ${id}`, workspace.people.get(id)),
    personByEmail: (email) =>
      found(
        `e-mail ${email}`,
        [...workspace.people.values()].find((person) => person.email === email),
      ),
    members: (group) => found(`group ${group}`, workspace.groups.get(group)),
  };
  return workspace;
}
