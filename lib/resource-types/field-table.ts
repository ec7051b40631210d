import type { Configuration } from '../core/server.ts';
import { tagMap } from './tag-list.ts';

/** A value of a field before it is a word; what is undefined is left out. */
export type FieldValue = string | number | boolean | undefined;

/**
 * The configuration of a type, one line a field, by the words that people read in a difference: `security group`. A
 * field that comes, goes or means something else is a new version.
 */
export interface FieldTable<Seen> {
  version: number;
  fields: Readonly<Record<string, (seen: Seen) => readonly FieldValue[]>>;
}

/** Every field of the table, also those without a value: an empty one is known, an absent one is not compared. */
export function configurationOf<Seen>({ version, fields }: FieldTable<Seen>, seen: Seen): Configuration {
  return {
    version,
    fields: Object.fromEntries(Object.entries(fields).map(([name, valuesOf]) => [name, sortedWords(valuesOf(seen))])),
  };
}

function sortedWords(values: readonly FieldValue[]): string[] {
  return [
    ...new Set(values.flatMap((value) => (value === undefined || value === '' ? [] : [String(value)]))),
  ].toSorted();
}

/** Options as `name=value`, each by its name: one that AWS adds to an answer changes no configuration. */
export function optionWords<T extends object>(options: T | undefined, ...names: (keyof T & string)[]): string[] {
  return names.flatMap((name) => {
    const value = options?.[name];
    return value === undefined || value === null ? [] : [`${name}=${String(value)}`];
  });
}

/** Tags that people give: neither Mayfly's own nor those of AWS, which change without anybody. */
export function userTags(rows: Parameters<typeof tagMap>[0]): string[] {
  return Object.entries(tagMap(rows))
    .filter(([key]) => !/^(mayfly|aws):/i.test(key))
    .map(([key, value]) => `${key}=${value}`);
}
