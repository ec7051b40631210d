import type { Owner } from '../core/resource.ts';
import type { Server } from '../core/server.ts';
import type { Instant } from '../core/time.ts';

/** What the owning service says about one id. */
export type Description =
  | { kind: 'gone'; id: string }
  /** It is being deleted; it is not gone yet. */
  | { kind: 'leaving'; id: string }
  /** The read failed. This is never taken for gone. */
  | { kind: 'unreadable'; id: string; why: string }
  | Present;

export interface Present {
  kind: 'present';
  id: string;
  arn: string;
  /** Tells this resource from a later one of the same name: an id that is never used again, or the creation time. */
  identity: string;
  createdAt?: Instant;
  /** The last change; only where the service shows no creation. */
  changedAt?: Instant;
  tags: Readonly<Record<string, string>>;
  /** Deletion protection that is on, in words. */
  protection?: string;
  owner?: Owner;
  /** The last removal that was asked for failed on the service's side. It can be asked for again. */
  removalFailure?: RemovalFailure;
  /** What uses it, if that must go first. */
  usedBy?: readonly UsedBy[];
  /** Size, class, state: what prices and people want to know. */
  facts: Readonly<Record<string, string | number | boolean>>;
  /** As the idle rule sees it, where it is a server. */
  server?: Server;
  /** What goes together with it; read again at every recheck. */
  carries?: readonly Carried[];
}

/** A removal that the service took and gave up later. `at`: when it began, by the service's clock. */
export interface RemovalFailure {
  why: string;
  at: Instant;
}

/** What uses a resource. By its ARN, or its type and id, it is known again once this run has removed it. */
export interface UsedBy {
  /** For people. */
  words: string;
  arn?: string;
  type?: string;
  id?: string;
}

/** Something that would go together with a resource. `type` is an id of the registry, if it is there. */
export interface Carried {
  id: string;
  arn: string;
  type?: string;
  /** CloudFormation's name of the type, where that is all that is known; `id` is then its physical id. */
  cloudFormation?: string;
  /** Known tags; absent: the type's own describe is asked. */
  tags?: Readonly<Record<string, string>>;
  /** Protection that its own describe does not show, and that the removal would not respect, in words. */
  protection?: string;
}

/** A read that throws makes all its ids unreadable, and an id without an answer is unreadable too: never gone. */
export async function describeSafely(
  run: (ids: readonly string[]) => Promise<Description[]>,
  ids: readonly string[],
): Promise<Description[]> {
  if (ids.length === 0) return [];
  try {
    const answers = new Map((await run(ids)).map((answer) => [answer.id, answer]));
    return ids.map((id) => answers.get(id) ?? { kind: 'unreadable', id, why: 'the service gave no answer about it' });
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return ids.map((id) => ({ kind: 'unreadable', id, why }));
  }
}
