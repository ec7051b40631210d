import { tagsNamed } from './expiry.ts';
import type { Policy } from './policy.ts';

/** The tags that a decision rests on, as they are spelled on the resource. */
export function decidingTags(
  tags: Readonly<Record<string, string>>,
  { expiry, protect }: Policy,
): Record<string, string> {
  return Object.fromEntries(tagsNamed(tags, [...expiry.tags, protect.tag]));
}
