import { createHash } from 'node:crypto';
import type { Target } from './define.ts';

/** Letters of a name that every service takes; images may have no more than 128. */
const idLettersMax = 63;

/**
 * The name of a copy. The same for the same server and occasion, so that a repeated try finds the copy of the first; an
 * occasion is what the copy is for, such as the instant since when the server is idle, or its stop.
 */
export function copyName({ id, identity }: Pick<Target, 'id' | 'identity'>, occasion: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([identity, occasion]))
    .digest('hex')
    .slice(0, 12);
  return `mayfly-${id.slice(0, idLettersMax).replace(/-+$/, '')}-${hash}`;
}
