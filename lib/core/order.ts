/** A type and the types that must go before it. */
export interface Ordered {
  id: string;
  after: readonly { type: string }[];
}

/**
 * Sorts types into waves: everything that a type waits for stands in an earlier wave. Throws on a cycle, naming it:
 * that is a mistake in the registry.
 */
export function wavesOf<T extends Ordered>(types: readonly T[]): T[][] {
  const waves: T[][] = [];
  const placed = new Set<string>();
  let rest = [...types];
  const known = new Set(types.map(({ id }) => id));
  while (rest.length > 0) {
    const ready = rest.filter(({ after }) => after.every(({ type }) => placed.has(type) || !known.has(type)));
    if (ready.length === 0) throw new Error(`These types wait for each other: ${rest.map(({ id }) => id).join(', ')}`);
    for (const { id } of ready) placed.add(id);
    rest = rest.filter(({ id }) => !placed.has(id));
    waves.push(ready);
  }
  return waves;
}
