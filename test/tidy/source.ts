import { parseAst } from 'vitest/node';

/** A file as the rules see it; tests make them up. */
export interface SourceFile {
  /** From the top of the repository, with `/`. */
  path: string;
  text: string;
}

export interface Violation {
  path: string;
  line: number;
  message: string;
}

export type Rule = (file: SourceFile) => Violation[];

/** A node of the syntax tree (ESTree with TypeScript's additions). */
export interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

/** Every node of the file with the nodes around it, innermost last. */
export function nodesOf({ path, text }: SourceFile): { node: Node; around: Node[] }[] {
  const found: { node: Node; around: Node[] }[] = [];
  const visit = (value: unknown, around: Node[]): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, around);
    if (!isNode(value)) return;
    found.push({ node: value, around });
    for (const field of Object.values(value)) visit(field, [...around, value]);
  };
  visit(parseAst(text, { lang: path.endsWith('.ts') ? 'ts' : 'js' }, path), []);
  return found;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The name of an identifier; `undefined` for any other node. */
export function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' ? String(node['name']) : undefined;
}

export function lineAt({ text }: SourceFile, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** `lib/core/plan.ts:12 message`, which terminals and editors turn into a link. */
export function show({ path, line, message }: Violation): string {
  return `${path}:${line} ${message}`;
}
