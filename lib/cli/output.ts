import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BadRequest } from '../use-cases/find-targets.ts';

/** Writes the JSON document of a command to stdout and to a file, as its options ask. */
export function writeDocument(document: unknown, { json, out }: { json?: boolean; out?: string }): void {
  const text = `${JSON.stringify(document, withoutZero, 2)}\n`;
  if (json) process.stdout.write(text);
  if (out !== undefined) writeFileSync(out, text);
}

/** A program that reads a 0 would take it for an amount: what costs nothing has none. */
function withoutZero(key: string, value: unknown): unknown {
  return value === 0 && /monthlyUsd$/i.test(key) ? undefined : value;
}

/** Throws `BadRequest` where the document could not be written, while nothing has been done yet. */
export function checkOutput({ out }: { out?: string }): void {
  if (out === undefined) return;
  try {
    const exists = existsSync(out);
    if (exists && statSync(out).isDirectory()) throw new Error(`${out} is a folder`);
    accessSync(exists ? out : dirname(out), constants.W_OK);
  } catch (error) {
    throw new BadRequest(`--out ${out} can't be written: ${(error as Error).message}`);
  }
}
