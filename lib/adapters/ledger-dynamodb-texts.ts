/** An item of DynamoDB takes 400 kB, and a transaction 4 MB. */
const itemBytesMax = 200_000;

/** More of an error message or a reason says nothing more. */
const freeTextMax = 4_000;

const freeTexts = new Set(['detail', 'why', 'reason', 'to', 'by', 'differs']);

/** Events as JSON lists: one, but where they are more than an item takes. */
export function eventTexts(events: readonly object[]): string[] {
  const lists: string[][] = [];
  let bytes = itemBytesMax;
  for (const text of events.map(shortened)) {
    const size = Buffer.byteLength(text);
    bytes += size;
    if (bytes > itemBytesMax) {
      lists.push([]);
      bytes = size;
    }
    lists.at(-1)?.push(text);
  }
  return lists.map((list) => `[${list.join(',')}]`);
}

/** As JSON, without the rest of long free texts. */
export function shortened(thing: object): string {
  return JSON.stringify(thing, (key, value: unknown) =>
    typeof value === 'string' && freeTexts.has(key) && value.length > freeTextMax
      ? `${value.slice(0, freeTextMax)} …`
      : value,
  );
}
