import type { Decision } from '../core/decide.ts';
import { readKeepUntil } from '../core/idle-copies.ts';
import type { Policy } from '../core/policy.ts';
import type { Instant } from '../core/time.ts';
import { copyKeys } from '../resource-types/own-copy.ts';
import type { FoundTarget } from './find-targets.ts';
import type { Ports } from './ports.ts';
import { copyNamed, scanCopies } from './scan-copies.ts';

/** What is known of a copy that Mayfly made. */
export interface CopyExplanation {
  /** The ARN of what it is a copy of. */
  of: string;
  /** Absent where its tag can't be read. */
  keepUntil?: Instant;
  /** The ledger knows that Mayfly made it; without that it is never deleted. */
  known: boolean;
}

/** Of a copy by its tags; without an idle rule nothing is decided about it. */
export async function explainCopy(
  ports: Ports,
  policy: Policy,
  { present: { tags, arn }, shard, mode }: FoundTarget,
  { dryRun, paused }: { dryRun: boolean; paused: boolean },
): Promise<{ copy: CopyExplanation; decision?: Decision } | undefined> {
  const of = tags[copyKeys.copyOf];
  const until = tags[copyKeys.keepUntil];
  if (of === undefined || until === undefined) return undefined;
  const keepUntil = readKeepUntil(until, policy);
  const known = (await copyNamed(ports.ledger, of, arn)) !== undefined;
  const session = await ports.cloud.reader(shard);
  const rules = { policy, accountMode: mode, dryRun, paused };
  // Whether it is the last one only the others show.
  const { decisions } = await scanCopies(ports, session, shard, rules, () => ({}));
  const decision = decisions.find((one) => one.arn === arn) ?? notNear(policy, keepUntil);
  return { copy: { of, known, ...(keepUntil !== undefined && { keepUntil }) }, ...(decision && { decision }) };
}

function notNear({ idle }: Policy, expiresAt: Instant | undefined): Decision | undefined {
  return idle === undefined || expiresAt === undefined ? undefined : { action: 'keep', reason: 'not-due', expiresAt };
}
