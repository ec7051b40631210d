import type { SourceFile, Violation } from './source.ts';

const emptyNames = ['utils', 'util', 'helpers', 'helper', 'common', 'manager', 'service', 'misc'];

/** A file is called after what it is; these names fit everything, so everything ends up there. */
export function fileNames({ path }: SourceFile): Violation[] {
  return path
    .split('/')
    .map((part) => part.replace(/\..*$/, ''))
    .filter((part) => emptyNames.includes(part))
    .map((part) => ({ path, line: 1, message: `"${part}" says nothing: name what is in it` }));
}

const unfinished = /\b(TO{1}DO|FIX{1}ME|X{3})\b/;

export function nothingUnfinished({ path, text }: SourceFile): Violation[] {
  return text.split('\n').flatMap((content, index) => {
    const [word] = unfinished.exec(content) ?? [];
    return word === undefined ? [] : [{ path, line: index + 1, message: `${word}: do it, or write an issue` }];
  });
}
