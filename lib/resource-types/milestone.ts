import type { Milestone } from '../core/server.ts';

/** An instant of a server's past; none where the service shows no time for it. */
export function milestone(what: string, at: Date | undefined): Milestone[] {
  return at === undefined ? [] : [{ what, at: at.getTime() }];
}
