import { isNode, lineAt, type Node, nodesOf, type SourceFile } from './source.ts';

export interface Import {
  from: string;
  line: number;
  /** Nothing is loaded for it when the program runs. */
  typesOnly: boolean;
  names: string[];
}

const kinds = [
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
];

/** All imports and re-exports of a file, dynamic ones and types in the middle of code too. */
export function importsOf(file: SourceFile): Import[] {
  return nodesOf(file).flatMap(({ node }) => {
    const source = node['source'];
    if (!kinds.includes(node.type) || !isNode(source) || typeof source['value'] !== 'string') return [];
    // Only a whole `import type` vanishes: `import { type A }` still loads the file.
    const typesOnly = node.type === 'TSImportType' || node['importKind'] === 'type' || node['exportKind'] === 'type';
    return [{ from: source['value'], line: lineAt(file, node.start), typesOnly, names: importedNames(node) }];
  });
}

function importedNames(node: Node): string[] {
  const specifiers = Array.isArray(node['specifiers']) ? node['specifiers'] : [];
  return specifiers.flatMap((one: unknown) =>
    isNode(one) && isNode(one['imported']) ? [String(one['imported']['name'])] : [],
  );
}
