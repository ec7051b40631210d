import { posix } from 'node:path';
import { type Import, importsOf } from './imports.ts';
import type { SourceFile, Violation } from './source.ts';

interface Layer {
  /** Where its files are. */
  files: RegExp;
  /** The files of this repository that it may import, besides its own. */
  may: readonly RegExp[];
  /** What it may import as types only. */
  mayTypes?: readonly RegExp[];
  packages: RegExp;
}

const anyButCdk = /^(?!aws-cdk-lib|constructs$|cdk-nag)/;
const anyButAwsAndCdk = /^(?!@aws-sdk\/|@smithy\/|@slack\/|aws-cdk-lib|constructs$|cdk-nag)/;

/** The layout of DESIGN.md, one line for each of its arrows. Tests and scripts are free. */
const layers: Record<string, Layer> = {
  bin: { files: /^bin\//, may: [/^lib\/(cli|infra)\//], packages: /^(node:|commander$|aws-cdk-lib)/ },
  cli: {
    files: /^lib\/cli\//,
    may: [/^lib\/(use-cases|adapters|core)\//, /^lib\/resource-types\/index\.ts$/],
    packages: anyButAwsAndCdk,
  },
  lambdas: { files: /^lambdas\//, may: [/^lib\/(use-cases|adapters|core)\//], packages: anyButCdk },
  'use-cases': {
    files: /^lib\/use-cases\//,
    may: [/^lib\/(resource-types|core)\//],
    packages: /^(p-limit|zod|node:crypto)$/,
  },
  adapters: {
    files: /^lib\/adapters\//,
    may: [/^lib\/core\//],
    mayTypes: [/^lib\/use-cases\/ports(-people|-money|-guard)?\.ts$/, /^lib\/resource-types\/define\.ts$/],
    packages: anyButCdk,
  },
  'resource-types': {
    files: /^lib\/resource-types\//,
    may: [/^lib\/core\//],
    packages: /^(@aws-sdk\/client-|@smithy\/|p-limit$|node:crypto$)/,
  },
  infra: {
    files: /^lib\/infra\//,
    // The policy decides what is deployed; the keys of table and bucket are those of ledger and run store.
    may: [
      /^lib\/(resource-types|core)\//,
      /^lib\/adapters\/(policy-file|ledger-table|run-documents)\.ts$/,
      /^lambdas\/.*\.contract\.ts$/,
    ],
    packages: /^(node:|aws-cdk-lib|constructs$|cdk-nag$|esbuild$)/,
  },
  core: { files: /^lib\/core\//, may: [], packages: /^(zod|temporal-polyfill|leven|node:crypto)$/ },
};

const free = /^(scripts|test)\/|^[^/]+$/;

export function importArrows(file: SourceFile): Violation[] {
  if (free.test(file.path)) return [];
  const found = Object.entries(layers).find(([, layer]) => layer.files.test(file.path));
  if (found === undefined) return [{ path: file.path, line: 1, message: 'this folder has no place in the layout' }];
  const [name, layer] = found;
  return importsOf(file).flatMap((one) => {
    const message = objection(file.path, name, layer, one);
    return message === undefined ? [] : [{ path: file.path, line: one.line, message }];
  });
}

function objection(path: string, name: string, layer: Layer, one: Import): string | undefined {
  if (!one.from.startsWith('.')) {
    return layer.packages.test(one.from) ? undefined : `${name} may not import ${one.from}`;
  }
  const target = posix.join(posix.dirname(path), one.from);
  if (layer.files.test(target) || layer.may.some((allowed) => allowed.test(target))) return undefined;
  if (!layer.mayTypes?.some((allowed) => allowed.test(target))) return `${name} may not import ${target}`;
  return one.typesOnly ? undefined : `${name} may import only types from ${target}`;
}

/** Node runs the files as they are, and only finds them by their whole name. */
export function wholeFileNames(file: SourceFile): Violation[] {
  return importsOf(file)
    .filter(({ from }) => from.startsWith('.') && !/\.(ts|json)$/.test(from))
    .map(({ from, line }) => ({ path: file.path, line, message: `write ${from} with its ending, .ts` }));
}
