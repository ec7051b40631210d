import type { Configuration } from './server.ts';

/** A tag in the field of tags is written `key=value`; those of these keys, lower case, are Mayfly's business. */
const tagField = 'tag';

/**
 * What differs between two configurations, in words: `security group sg-1 added`, `instance type m5.large instead of
 * t3.micro`. Only fields that both know are compared, so that a new version of the table resets nobody.
 */
export function differences(
  before: Configuration,
  after: Configuration,
  ignoredTags: readonly string[] = [],
): string[] {
  const common = Object.keys(after.fields).filter((field) => before.fields[field] !== undefined);
  return common.flatMap((field) => {
    const was = valuesOf(before, field, ignoredTags);
    const is = valuesOf(after, field, ignoredTags);
    const gone = was.filter((value) => !is.includes(value));
    const come = is.filter((value) => !was.includes(value));
    if (was.length === 1 && is.length === 1 && gone.length === 1) return [`${field} ${come[0]} instead of ${gone[0]}`];
    return [...come.map((value) => `${field} ${value} added`), ...gone.map((value) => `${field} ${value} removed`)];
  });
}

/** What is left of a configuration where only what the server is made of matters. */
export function withoutTags({ version, fields }: Configuration): Configuration {
  return { version, fields: Object.fromEntries(Object.entries(fields).filter(([field]) => field !== tagField)) };
}

function valuesOf({ fields }: Configuration, field: string, ignoredTags: readonly string[]): readonly string[] {
  const values = fields[field] ?? [];
  if (field !== tagField) return values;
  return values.filter((value) => !ignoredTags.includes((value.split('=')[0] ?? '').toLowerCase()));
}
