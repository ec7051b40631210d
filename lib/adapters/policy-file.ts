import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Policy } from '../core/policy.ts';
import { readPolicy } from '../core/policy-problems.ts';

/** The policy file can't be used. One line per problem, each with its place in the file. */
export class PolicyError extends Error {
  override name = 'PolicyError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export function readPolicyFile(file: string, knownTypes: readonly string[]): Policy {
  return readPolicyDocument(file, knownTypes).policy;
}

/** The policy with the document as it was written, which a deployment takes along. Throws `PolicyError`. */
export function readPolicyDocument(file: string, knownTypes: readonly string[]): { policy: Policy; document: unknown } {
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const document = parseDocument(textOf(file), { lineCounter: lines, prettyErrors: true });
  if (document.errors.length > 0) {
    throw new PolicyError(
      document.errors.map(({ message, pos }) => `${file}:${lineAt(pos[0])}: ${firstLine(message)}`),
    );
  }
  const written: unknown = document.toJS();
  const result = readPolicy(written, knownTypes);
  if (result.ok) return { policy: result.policy, document: written };
  const placeOf = (path: readonly (string | number)[]): string => {
    for (let depth = path.length; depth >= 0; depth--) {
      const offset = offsetOf(document, path.slice(0, depth));
      if (offset !== undefined) return `${file}:${lineAt(offset)}`;
    }
    return file;
  };
  throw new PolicyError(result.problems.map(({ path, message }) => `${placeOf(path)}: ${showPath(path)}: ${message}`));
}

/** Where a key stands, or an entry of a list; the value of a key may begin lines later. */
function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  const around = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true);
  const pair = isMap(around) ? around.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
  const node = pair === undefined ? document.getIn(path, true) : pair.key;
  return isNode(node) ? node.range?.[0] : undefined;
}

/** Without the place that the parser adds: it stands before the message already. */
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file; mayfly init writes one' : (error as Error).message;
    throw new PolicyError([`${file}: ${why}`]);
  }
}

/** `limits.removalsPerRun`, `accounts[0].mode`. */
function showPath(path: readonly (string | number)[]): string {
  return path.length === 0
    ? 'the file'
    : path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}
