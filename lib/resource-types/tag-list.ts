interface TagRow {
  Key?: string | undefined;
  Value?: string | undefined;
}

/** Tags in AWS's list form as a record. */
export function tagMap(rows: readonly TagRow[] | undefined): Record<string, string> {
  return Object.fromEntries((rows ?? []).flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])));
}

/** A record of tags in AWS's list form. */
export function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
