import type { Part } from '../core/guard-parts.ts';
import type { Present, Undo } from '../core/guard-release.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import type { Ports } from './ports.ts';

/** What came of one part, under its `keyOfPart`. */
export type PartResult = { key: string } & (
  | { kind: 'changed' }
  /** It is as it was before it was asked for. */
  | { kind: 'refused'; why: string }
  /** Nobody knows what came of it, or nothing yet: the next try tells. */
  | { kind: 'transient'; why: string }
  | { kind: 'gone'; why: string }
);

/** Carries out parts in one shard. One result a part, in their order. */
export async function changeParts(
  _ports: Pick<Ports, 'cloud' | 'clock'>,
  _shard: Shard,
  _policy: Policy,
  _parts: readonly Part[],
): Promise<PartResult[]> {
  throw new Error('not yet');
}

/** Takes parts back: starts what was stopped, gives groups their sizes. One result a part, in their order. */
export async function takeBack(
  _ports: Pick<Ports, 'cloud'>,
  _shard: Shard,
  _policy: Policy,
  _items: readonly { part: Part; undo: Undo }[],
): Promise<PartResult[]> {
  throw new Error('not yet');
}

/** How parts stand in one shard, under their keys. Throws where the account can't be read at all. */
export async function presentParts(
  _ports: Pick<Ports, 'cloud'>,
  _shard: Shard,
  _parts: readonly Part[],
): Promise<Map<string, Present>> {
  throw new Error('not yet');
}
