import { isNode, lineAt, type Node, nameOf, nodesOf, type SourceFile, type Violation } from './source.ts';

const linesOfFile = 250;
const linesOfFunction = 70;
const charactersOfLine = 120;

export function fileLength({ path, text }: SourceFile): Violation[] {
  const lines = text.replace(/\n$/, '').split('\n').length;
  if (lines <= linesOfFile) return [];
  return [{ path, line: linesOfFile + 1, message: `${lines} lines; split it, ${linesOfFile} is the most` }];
}

export function lineLength({ path, text }: SourceFile): Violation[] {
  return text.split('\n').flatMap((content, index) => {
    const { length } = content;
    return length <= charactersOfLine ? [] : [{ path, line: index + 1, message: `${length} characters in a line` }];
  });
}

const functions = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

export function functionLength(file: SourceFile): Violation[] {
  return nodesOf(file).flatMap(({ node, around }) => {
    // A `describe` is a chapter, not a function.
    if (!functions.includes(node.type) || isChapter(around.at(-1))) return [];
    const line = lineAt(file, node.start);
    const lines = lineAt(file, node.end) - line + 1;
    if (lines <= linesOfFunction) return [];
    return [{ path: file.path, line, message: `a function of ${lines} lines; ${linesOfFunction} is the most` }];
  });
}

function isChapter(call: Node | undefined): boolean {
  let callee: unknown = call?.type === 'CallExpression' ? call['callee'] : undefined;
  while (isNode(callee) && nameOf(callee) === undefined) callee = callee['object'] ?? callee['callee'];
  return nameOf(callee) === 'describe';
}
