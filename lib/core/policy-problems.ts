import * as z from 'zod';
import { nearest } from './nearest.ts';
import { type Policy, policySchema } from './policy.ts';

/** One thing that is wrong with a policy. */
export interface PolicyProblem {
  /** Keys and indexes from the top of the file: `['limits', 'removalsPerRun']`. */
  path: readonly (string | number)[];
  message: string;
}

export type PolicyResult = { ok: true; policy: Policy } | { ok: false; problems: PolicyProblem[] };

/** Checks a parsed policy file. Every problem is reported, not only the first. */
export function readPolicy(raw: unknown, knownTypes: readonly string[]): PolicyResult {
  const parsed = policySchema.safeParse(raw);
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.flatMap((issue) => fromIssue(issue, raw)) };
  const problems = contradictions(parsed.data, knownTypes);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, policy: parsed.data };
}

type Issue = z.core.$ZodIssue;

function fromIssue(issue: Issue, raw: unknown): PolicyProblem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: known.includes(key) ? 'does not go with the keys beside it' : `unknown key${suggestion(key, known)}`,
    }));
  }
  if (valueAt(raw, path) === undefined) return [{ path, message: 'is required' }];
  if (issue.code === 'invalid_union') return fromUnion(issue, path, raw);
  if (issue.code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? issue.message }];
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const written = valueAt(raw, path);
    return [{ path, message: `expected ${allowed.join(' or ')}${suggestion(String(written), allowed)}` }];
  }
  return [{ path, message: issue.message.replace(/^(Invalid input|Too big|Too small): /, '') }];
}

/** Of the alternatives of a union, the one that objects to the deepest place is what the writer meant. */
function fromUnion(
  { errors, message }: Issue & { code: 'invalid_union' },
  path: (string | number)[],
  raw: unknown,
): PolicyProblem[] {
  const within = errors.map((issues) =>
    issues.flatMap((issue) => fromIssue({ ...issue, path: [...path, ...issue.path] } as Issue, raw)),
  );
  const depth = (problems: PolicyProblem[]) => Math.max(...problems.map((problem) => problem.path.length));
  const [best = []] = within.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length);
  // An objection to the whole value says only what the first alternative wants; the schema says it better.
  return depth(best) === path.length && message !== 'Invalid input' ? [{ path, message }] : best;
}

function valueAt(raw: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], raw);
}

/** The keys that the schema knows at a path, for the "did you mean". */
function keysAt(path: readonly (string | number)[]): string[] {
  let node: JsonNode | undefined = policyJsonSchema();
  for (const part of path) {
    const options: JsonNode[] = node === undefined ? [] : [node, ...(node.anyOf ?? [])];
    node = options
      .map((option) =>
        typeof part === 'number' ? option.items : (option.properties?.[part] ?? asNode(option.additionalProperties)),
      )
      .find((found) => found !== undefined);
  }
  const ends = node === undefined ? [] : [node, ...(node.anyOf ?? [])];
  return ends.flatMap((end) => Object.keys(end.properties ?? {}));
}

interface JsonNode {
  properties?: Record<string, JsonNode>;
  additionalProperties?: JsonNode | boolean;
  items?: JsonNode;
  anyOf?: JsonNode[];
}

function asNode(value: JsonNode | boolean | undefined): JsonNode | undefined {
  return typeof value === 'object' ? value : undefined;
}

/** The JSON Schema of the policy file, for editors. */
export function policyJsonSchema(): JsonNode & Record<string, unknown> {
  return z.toJSONSchema(policySchema, { io: 'input' }) as JsonNode & Record<string, unknown>;
}

function suggestion(written: string, known: readonly string[]): string {
  const meant = nearest(written, known);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

/** What each key allows, but the whole does not. */
function contradictions(policy: Policy, knownTypes: readonly string[]): PolicyProblem[] {
  return [
    ...warningsThatCannotBeDelivered(policy),
    ...unknownTypes(policy, knownTypes),
    ...keysThatMeanTwoThings(policy),
    ...accountsNamedTwice(policy),
    ...timesThatContradict(policy),
    ...matchOfAll(policy),
  ];
}

function warningsThatCannotBeDelivered(policy: Policy): PolicyProblem[] {
  const enforced = policy.accounts.some((entry) => (entry.mode ?? policy.mode) === 'enforce');
  if (!policy.expiry.requireWarning || !enforced || policy.slack !== undefined) return [];
  const message =
    'true needs somewhere to deliver warnings, and an account is enforced: ' +
    'add a slack block, or set requireWarning to false';
  return [{ path: ['expiry', 'requireWarning'], message }];
}

function unknownTypes({ types }: Policy, knownTypes: readonly string[]): PolicyProblem[] {
  if (types === 'all') return [];
  return types.flatMap((type, index) =>
    knownTypes.includes(type)
      ? []
      : [{ path: ['types', index], message: `unknown type "${type}"${suggestion(type, knownTypes)}` }],
  );
}

function keysThatMeanTwoThings(policy: Policy): PolicyProblem[] {
  const seen = new Map<string, string>([[policy.protect.tag.toLowerCase(), 'protect.tag']]);
  return policy.expiry.tags.flatMap((key, index) => {
    const other = seen.get(key.toLowerCase());
    seen.set(key.toLowerCase(), `expiry.tags[${index}]`);
    return other === undefined
      ? []
      : [{ path: ['expiry', 'tags', index], message: `"${key}" is already the key of ${other} (case does not count)` }];
  });
}

function accountsNamedTwice({ accounts }: Policy): PolicyProblem[] {
  const seen = new Set<string>();
  return accounts.flatMap((entry, index) => {
    const name = 'id' in entry ? entry.id : entry.ou;
    const known = seen.has(name);
    seen.add(name);
    return known ? [{ path: ['accounts', index], message: `${name} is listed twice` }] : [];
  });
}

function timesThatContradict({ removal, idle }: Policy): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  if (removal.window !== undefined && removal.window.from >= removal.window.to) {
    problems.push({ path: ['removal', 'window', 'to'], message: 'must be later than from, on the same day' });
  }
  if (idle?.removeAfter !== undefined && idle.keepCopies <= idle.removeAfter) {
    problems.push({
      path: ['idle', 'keepCopies'],
      message: 'must be longer than removeAfter, or the last copy goes first',
    });
  }
  return problems;
}

function matchOfAll({ idle }: Policy): PolicyProblem[] {
  if (idle === undefined || Object.keys(idle.match).length > 0) return [];
  return [{ path: ['idle', 'match'], message: 'name at least one tag, or every server would be meant' }];
}
