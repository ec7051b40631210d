import { isNode, lineAt, type Node, nameOf, nodesOf, type SourceFile, type Violation } from './source.ts';

/** Plain records and functions: no enums (Node can't strip them), no classes but errors and CDK constructs. */
export function plainRecords(file: SourceFile): Violation[] {
  return nodesOf(file).flatMap(({ node }) => {
    const message = objection(file.path, node);
    return message === undefined ? [] : [{ path: file.path, line: lineAt(file, node.start), message }];
  });
}

function objection(path: string, node: Node): string | undefined {
  if (node.type === 'TSEnumDeclaration') return 'an enum: write a union of strings';
  if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return undefined;
  const parent = node['superClass'];
  const name = nameOf(isNode(parent) ? (parent['property'] ?? parent) : undefined) ?? '';
  if (/Error$/.test(name) || (path.startsWith('lib/infra/') && name !== '')) return undefined;
  return 'a class: write records and functions';
}

/** One name for one thing: what is imported is called what it was exported as. */
export function namedExports(file: SourceFile): Violation[] {
  if (/(^|\/)[^/]*\.config\.ts$/.test(file.path)) return [];
  return nodesOf(file)
    .filter(({ node }) => {
      const alias = node.type === 'ExportSpecifier' && isNode(node['exported']) ? node['exported'] : undefined;
      return node.type === 'ExportDefaultDeclaration' || nameOf(alias) === 'default';
    })
    .map(({ node }) => ({ path: file.path, line: lineAt(file, node.start), message: 'a default export: name it' }));
}
