import type { Words } from '../core/answer.ts';
import { tagsNamed } from '../core/expiry.ts';
import type { Policy } from '../core/policy.ts';
import type { Memory } from '../core/resource.ts';
import type { Duration, Instant } from '../core/time.ts';
import type { BoundServer } from '../resource-types/bind-server.ts';
import type { BoundType, Description } from '../resource-types/define.ts';
import type { Restorable } from './find-restorable.ts';
import type { Ports, Session } from './ports.ts';

export interface RestoreOrder {
  policy: Policy;
  /** For the ledger. */
  who: string;
  /** Until then it is waited for; what is not done by then is `pending`. */
  until: Instant;
  /** Why they may not, by the server's owner tag. Absent: whoever can give the order may. */
  whyNot?: (ownerTag: string | undefined) => Promise<Words | undefined>;
  /** Once it is known that they may, before anything is changed. */
  begun?: (tags: Readonly<Record<string, string>>, how: string) => Promise<void>;
  /** What is waited for, in words. */
  says?: (words: string) => void;
}

/** What became of an order to restore. */
export type Restoration =
  | {
      kind: 'restored';
      /** Of the server as it is now. */
      arn: string;
      /** Of the server that was meant. */
      from: string;
      /** `running`: it ran already. */
      how: 'started' | 'made' | 'running';
      /** The id of the copy that it was made of. */
      copy?: string;
      /** What could not be restored. */
      lost: readonly string[];
      /** What was not done when the waiting ended: restoring again goes on with it. */
      pending: readonly string[];
      notes: readonly string[];
    }
  | { kind: 'failed'; arn: string; why: string }
  | { kind: 'refused'; why: Words };

/** One server at its restore. */
export interface Restoring {
  ports: Ports;
  order: RestoreOrder;
  target: Restorable;
  memory: Memory;
  began: Instant;
  /** Reads only. */
  reading: BoundType & { server: BoundServer };
  /** Starts and makes servers. */
  acting: BoundType & { server: BoundServer };
}

/** Throws where the type is no server. */
export async function boundIn(
  { source, partition }: Session,
  { type, account, region }: Restorable,
): Promise<Restoring['reading']> {
  const bound = await type.bind(source, { account, region, partition });
  if (bound.server === undefined) throw new Error(`${type.title} is no server`);
  return { ...bound, server: bound.server };
}

/** What the service shows of it now. */
export async function lookAt(bound: BoundType, id: string): Promise<Description> {
  const [seen] = await bound.describe([id]);
  return seen ?? { kind: 'unreadable', id, why: 'the service gave no answer about it' };
}

/** Nothing was changed, or not enough to say more. */
export function failed({ arn }: Pick<Restorable, 'arn'>, why: string): Restoration {
  return { kind: 'failed', arn, why };
}

/** Why the person may not restore what carries these tags; `undefined`: they may. */
export async function mayNot(
  { policy, whyNot }: RestoreOrder,
  tags: Readonly<Record<string, string>>,
): Promise<Restoration | undefined> {
  const why = await whyNot?.(tagsNamed(tags, policy.tags.owner)[0]?.[1]);
  return why === undefined ? undefined : { kind: 'refused', why };
}

/** A server comes within seconds, a database within an hour: the longer it takes, the less often it is asked for. */
const shortest: Duration = 2_000;
const longest: Duration = 15_000;

/** Waits for the next look; `false` where the waiting is over. */
export async function waited({ ports: { clock }, order, began }: Restoring, words: string): Promise<boolean> {
  const now = clock.now();
  const pause = Math.min(longest, Math.max(shortest, (now - began) / 4));
  if (now + pause > order.until) return false;
  order.says?.(words);
  await clock.sleep(pause);
  return true;
}
