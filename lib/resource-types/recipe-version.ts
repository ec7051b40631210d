import type { Copy, Recipe } from '../core/server.ts';

/** Why a recipe can't be followed: it is another type's, or of a version that says things another way. */
export function otherRecipe(
  { type, version, of }: Recipe,
  wanted: string,
  known: number,
  copy: Copy,
): { kind: 'refused'; id: string; why: string; code: string } | undefined {
  const refused = (why: string) => ({ kind: 'refused' as const, id: copy.id, why, code: 'OtherRecipe' });
  if (type !== wanted) return refused(`its recipe is one for ${type}`);
  if (of !== copy.of) return refused(`its recipe is that of ${of}, the copy is of ${copy.of}`);
  if (version !== known) return refused(`its recipe has version ${version}, and this Mayfly knows version ${known}`);
  return undefined;
}
