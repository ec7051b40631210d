import { importsOf } from './imports.ts';
import { isNode, lineAt, type Node, nameOf, nodesOf, type SourceFile, type Violation } from './source.ts';

const outside = ['process', 'fetch', 'console', 'performance', 'crypto', 'globalThis', 'setTimeout', 'setInterval'];
const impure = ['Date.now', 'Math.random', 'Temporal.Now'];

/** Time, chance, the environment and the network come into the core as arguments. */
export function pureCore(file: SourceFile): Violation[] {
  if (!file.path.startsWith('lib/core/')) return [];
  const used = nodesOf(file).flatMap(({ node, around }) => {
    const what = impurity(node, around.at(-1));
    return what === undefined ? [] : [{ line: lineAt(file, node.start), what }];
  });
  const chance = importsOf(file)
    .filter(({ from, names }) => from === 'node:crypto' && names.some((name) => name.startsWith('random')))
    .map(({ line }) => ({ line, what: 'chance from node:crypto' }));
  return [...used, ...chance].map(({ line, what }) => ({ path: file.path, line, message: `${what} in the core` }));
}

function impurity(node: Node, parent: Node | undefined): string | undefined {
  const called = node.type === 'NewExpression' || node.type === 'CallExpression';
  if (called && nameOf(node['callee']) === 'Date' && (node.type === 'CallExpression' || isEmpty(node['arguments']))) {
    return 'the present time';
  }
  const member = memberName(node);
  if (member !== undefined && impure.includes(member)) return member;
  const name = nameOf(node);
  return name !== undefined && outside.includes(name) && !isNameOfField(node, parent) ? name : undefined;
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}

function memberName(node: Node): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  const [object, property] = [nameOf(node['object']), nameOf(node['property'])];
  return object !== undefined && property !== undefined ? `${object}.${property}` : undefined;
}

/** `step.process` and `{ process: 1 }` name a field of ours, not the global. */
function isNameOfField(node: Node, parent: Node | undefined): boolean {
  if (!isNode(parent) || parent['computed'] === true) return false;
  return parent['property'] === node || parent['key'] === node;
}
