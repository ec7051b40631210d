import { collidingKeys, readProtection, tagsNamed } from './expiry.ts';
import type { Policy } from './policy.ts';
import { type Instant, toIso } from './time.ts';

/**
 * Why its protect tag keeps the guard away from something, in words; `undefined`: it does not. Read as before a
 * removal: a date protects until it has come, and what can't be read protects.
 */
export function protectedBy(
  tags: Readonly<Record<string, string>>,
  { protect, expiry }: Pick<Policy, 'protect' | 'expiry'>,
  now: Instant,
): string | undefined {
  const colliding = collidingKeys(tags, [protect.tag]);
  if (colliding.length > 0) return `its tags ${colliding.join(' and ')} differ only in case`;
  const key = tagsNamed(tags, [protect.tag])[0]?.[0] ?? protect.tag;
  const protection = readProtection(tags, protect.tag, expiry.timeZone);
  switch (protection.kind) {
    case 'none':
      return undefined;
    case 'always':
      return `its tag ${key} protects it`;
    case 'until':
      return now < protection.until ? `its tag ${key} protects it until ${toIso(protection.until)}` : undefined;
    case 'unreadable':
      return `its tag ${key} can't be read (${protection.value}), so it is taken for protected`;
    default:
      return protection satisfies never;
  }
}

/** The protect tag as it is spelled and stands, which a session of the guard is pinned to. */
export function protectTags(
  tags: Readonly<Record<string, string>>,
  { protect }: Pick<Policy, 'protect'>,
): Record<string, string> {
  return Object.fromEntries(tagsNamed(tags, [protect.tag]));
}
