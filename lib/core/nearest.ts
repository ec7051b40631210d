import leven from 'leven';

/** The known name that was probably meant, if one is near enough to what was written. Case does not count. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  return nearestFew(written, known, 1)[0];
}

/** The same for several, the nearest first. */
export function nearestFew(written: string, known: readonly string[], most: number): string[] {
  const allowed = Math.min(Math.max(2, written.length / 3), written.length - 1);
  const distance = (name: string) => leven(written.toLowerCase(), name.toLowerCase());
  return known
    .map((name) => ({ name, away: distance(name) }))
    .filter(({ away }) => away <= allowed)
    .toSorted((one, other) => one.away - other.away)
    .slice(0, most)
    .map(({ name }) => name);
}
