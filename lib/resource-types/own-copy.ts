import type { Copy } from '../core/server.ts';
import { type Instant, toIso } from '../core/time.ts';
import type { Target } from './define.ts';
import type { CopyOrder } from './server-operations.ts';

/** What every copy of Mayfly's carries; nothing without both is ever deleted as a copy. */
export const copyKeys = { keepUntil: 'mayfly:keep-until', copyOf: 'mayfly:copy-of' } as const;

/** On each snapshot of an image: what of. The snapshots of an image that is gone are found by it. */
export const partKey = 'mayfly:part-of';

/** On a restored server: the copy that it was made of. Restoring again finds it by this. */
export const restoredKey = 'mayfly:restored-from';

/** All tags of a copy: of its server it has the name and the owner, and nothing that would have it expire or stay. */
export function copyTags(
  { arn, id, tags }: Target,
  { keepUntil, tags: carried = {} }: Pick<CopyOrder, 'keepUntil' | 'tags'>,
): Record<string, string> {
  return { ...carried, Name: tags['Name'] ?? id, ...ownTags({ of: arn }, keepUntil) };
}

export function ownTags({ of }: Pick<Copy, 'of'>, keepUntil: Instant): Record<string, string> {
  return { [copyKeys.keepUntil]: toIso(keepUntil), [copyKeys.copyOf]: of };
}

/** Whether tags say that something is this very copy. */
export function isOwnCopy(tags: Readonly<Record<string, string>>, { of }: Pick<Copy, 'of'>): boolean {
  return tags[copyKeys.keepUntil] !== undefined && tags[copyKeys.copyOf] === of;
}

/** What the tag says until when a copy is kept. */
export function keepUntilIn(tags: Readonly<Record<string, string>>): { keepUntil?: string } {
  const keepUntil = tags[copyKeys.keepUntil];
  return keepUntil === undefined ? {} : { keepUntil };
}

export function notOwn(id: string): { kind: 'refused'; id: string; why: string; code: string } {
  const keys = `${copyKeys.keepUntil}, ${copyKeys.copyOf}`;
  const why = `${id} does not carry Mayfly's own tags (${keys}) for this server: it is somebody's`;
  return { kind: 'refused', id, why, code: 'NotOwn' };
}

/** The tags that a server gets back. AWS's own can't be given, and Mayfly's were about the copy. */
export function restoredTags(
  tags: Readonly<Record<string, string>>,
  copy: Pick<Copy, 'id'>,
  stripKeys: readonly string[],
): Record<string, string> {
  const own: readonly string[] = [copyKeys.keepUntil, copyKeys.copyOf, partKey, restoredKey];
  const kept = Object.entries(tags).filter(
    ([key]) => !/^aws:/i.test(key) && !own.includes(key) && !stripKeys.includes(key.toLowerCase()),
  );
  return { ...Object.fromEntries(kept), [restoredKey]: copy.id };
}
