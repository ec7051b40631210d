import type { SessionScope } from '../use-cases/ports.ts';

/** AssumeRole refuses session policies beyond this many characters. */
export const sessionPolicyMax = 2048;

interface Statement {
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: { StringEquals?: Record<string, string>; Null?: Record<string, 'true'> };
}

/**
 * The session policy that lets AWS itself refuse a late delete: exactly the pinned ARNs, and for each expiry key and
 * the protect key either the value that was decided on, or absence. ARNs with the same tags share a statement.
 */
export function sessionPolicy({ pins, besides, keys }: SessionScope): string {
  const statements = new Map<string, Statement>();
  for (const { arn, tags, unguarded, actions } of pins) {
    const Condition = unguarded ? undefined : conditionOn(tags, keys);
    add(statements, JSON.stringify(Condition ?? 'unguarded'), actions, arn, Condition);
  }
  for (const { actions, on } of besides) add(statements, `beside ${actions.join()}`, actions, on);
  return JSON.stringify({ Version: '2012-10-17', Statement: [...statements.values()] });
}

function add(
  statements: Map<string, Statement>,
  shape: string,
  actions: readonly string[],
  arn: string,
  Condition?: NonNullable<Statement['Condition']>,
): void {
  const known = statements.get(shape) ?? { Effect: 'Allow', Action: [], Resource: [], ...(Condition && { Condition }) };
  known.Action = [...new Set([...known.Action, ...actions])];
  known.Resource = [...new Set([...known.Resource, arn])];
  statements.set(shape, known);
}

function conditionOn(
  tags: Readonly<Record<string, string>>,
  keys: readonly string[],
): NonNullable<Statement['Condition']> {
  const present = new Set(Object.keys(tags).map((key) => key.toLowerCase()));
  const absent = keys.filter((key) => !present.has(key.toLowerCase()));
  return {
    ...(present.size > 0 && { StringEquals: prefixed(Object.entries(tags)) }),
    ...(absent.length > 0 && { Null: prefixed(absent.map((key) => [key, 'true'] as const)) }),
  };
}

function prefixed<V extends string>(entries: readonly (readonly [string, V])[]): Record<string, V> {
  return Object.fromEntries(entries.map(([key, value]) => [`aws:ResourceTag/${key}`, value])) as Record<string, V>;
}
