import type { Rules } from '../core/decide.ts';
import {
  type CopyDecision,
  copiesIn,
  decideCopy,
  isCopyNear,
  isLastCopy,
  type ListedCopy,
  readKeepUntil,
} from '../core/idle-copies.ts';
import type { PlannedDecision } from '../core/plan.ts';
import { isTypeOn } from '../core/policy.ts';
import { nothingKnown, type Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { identify } from '../resource-types/index.ts';
import { copyKeys, partKey } from '../resource-types/own-copy.ts';
import type { Listed, Ports, Session } from './ports.ts';

export interface CopyScan {
  decisions: PlannedDecision[];
  problems: string[];
}

/** What copies are, as listings name them. */
const copyTypes = ['ec2:image', 'rds:snapshot', 'rds:cluster-snapshot'];

/** The snapshots of an image go with it; where a try to delete both has ended between them they are left. */
const partType = 'ec2:snapshot';

const copiesAtOnce = 4;

type KnownCopy = ReturnType<typeof copiesIn>[number];

type About = Pick<PlannedDecision, 'name' | 'owner' | 'environment'>;

interface Listing {
  /** `isRest`: its image does not show any more, snapshots of it do. */
  copy: ListedCopy & { tags: Readonly<Record<string, string>>; isRest?: true };
  copies: readonly ListedCopy[];
  now: Instant;
}

/** Finds the copies of Mayfly's whose time is near, and decides about them. Throws where they can't be listed. */
export async function scanCopies(
  ports: Ports,
  session: Session,
  shard: Shard,
  rules: Rules,
  about: (tags: Readonly<Record<string, string>>) => About,
): Promise<CopyScan> {
  const { policy } = rules;
  if (policy.idle === undefined) return { decisions: [], problems: [] };
  const now = ports.clock.now();
  const { listed, problems } = await ports.inventory.tagged(
    session,
    shard,
    [copyKeys.keepUntil],
    [...copyTypes, partType],
  );
  const copies = listed.flatMap(asCopy);
  const near = [...copies, ...restsIn(listed, copies, policy)].filter((copy) => isCopyNear(copy, policy, now));
  const decisions = await inParallel(near, copiesAtOnce, async (copy) => {
    const decision = await decidedOn(ports, rules, { copy, copies, now });
    return decision === undefined ? [] : [{ ...decision, ...named(copy, about), ...shard }];
  });
  return { decisions: decisions.flat(), problems };
}

function asCopy({ arn, tags }: Listed): Listing['copy'][] {
  const keepUntil = tags[copyKeys.keepUntil];
  const of = tags[copyKeys.copyOf];
  const kind = identify(arn)?.kind ?? '';
  if (keepUntil === undefined || of === undefined || tags[partKey] !== undefined) return [];
  return copyTypes.includes(kind) ? [{ arn, keepUntil, of, tags }] : [];
}

/** By the image that they were of, each with the latest date that one of them carries. */
function restsIn(listed: readonly Listed[], copies: readonly Listing['copy'][], policy: Rules['policy']) {
  const there = new Set(copies.map(({ arn }) => arn));
  const rests = new Map<string, Listing['copy']>();
  const end = (one: Listing['copy']) => readKeepUntil(one.keepUntil, policy) ?? Number.POSITIVE_INFINITY;
  for (const { arn, tags } of listed) {
    const { [copyKeys.keepUntil]: keepUntil, [copyKeys.copyOf]: of, [partKey]: image } = tags;
    if (keepUntil === undefined || of === undefined || image === undefined) continue;
    if (identify(arn)?.kind !== partType) continue;
    const rest = {
      arn: `${arn.slice(0, arn.lastIndexOf(':') + 1)}image/${image}`,
      keepUntil,
      of,
      tags,
      isRest: true as const,
    };
    const before = rests.get(rest.arn);
    if (!there.has(rest.arn) && (before === undefined || end(rest) > end(before))) rests.set(rest.arn, rest);
  }
  return [...rests.values()];
}

/** Besides its decision what the recheck compares: the date that was decided on, and what was there of it. */
async function decidedOn({ ledger }: Ports, rules: Rules, { copy, copies, now }: Listing) {
  const { policy } = rules;
  const { arn, of, keepUntil } = copy;
  const made = copiesIn(await ledger.history(of));
  const known = made.some((one) => isNamed(one, of, arn));
  // One that never became whole takes no other's place.
  const whole = copies.filter((one) => made.some((own) => isWhole(own) && isNamed(own, of, one.arn)));
  const { receipts } = (await ledger.memories([arn])).get(arn) ?? nothingKnown;
  // Of what is left of an image nobody could restore, so it is no last copy.
  const last = copy.isRest === undefined && isLastCopy(copy, whole, policy);
  const decision = decideCopy({ keepUntil, last, known, receipts }, policy, now);
  if (decision === undefined) return undefined;
  const type = identify(arn)?.kind ?? 'unknown';
  const decidedOn = { [copyKeys.keepUntil]: keepUntil, ...(copy.isRest && { [partKey]: idOf(arn) }) };
  const server = identify(of)?.type;
  const isOff = server !== undefined && !isTypeOn(server.id, policy);
  // Members let Mayfly delete copies of servers that it may make copies of.
  const allowed = isOff
    ? { ...decision, action: 'keep' as const, reason: 'type-off' as const }
    : asAllowed(decision, rules);
  return { arn, type, copyOf: of, ...allowed, decidedOn };
}

/** Observe mode warns nobody and deletes nothing, nor does a pause. */
function asAllowed(decision: CopyDecision, { dryRun, accountMode, paused }: Rules): CopyDecision {
  if (dryRun || decision.action === 'hold' || decision.action === 'keep') return decision;
  if (accountMode !== 'enforce') return { ...decision, action: 'keep', reason: 'account-observed' };
  return paused ? { ...decision, action: 'hold', reason: 'paused' } : decision;
}

function named({ tags }: Listing['copy'], about: (tags: Listing['copy']['tags']) => About): About {
  const { name, owner, environment } = about(tags);
  return { ...(name && { name }), ...(owner && { owner }), ...(environment && { environment }) };
}

/** The copy of that ARN, if the ledger knows that Mayfly made it of that server. */
export async function copyNamed(
  ledger: Pick<Ports['ledger'], 'history'>,
  of: string,
  arn: string,
): Promise<KnownCopy | undefined> {
  return copiesIn(await ledger.history(of)).find((copy) => isNamed(copy, of, arn));
}

/** Whether a copy of the ledger is the one of that ARN and of that server. */
export function isNamed(copy: KnownCopy, of: string, arn: string): boolean {
  return copy.id === idOf(arn) && copy.of === of;
}

function isWhole({ verifiedAt, ended }: KnownCopy): boolean {
  return verifiedAt !== undefined && ended === undefined;
}

function idOf(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);
}
