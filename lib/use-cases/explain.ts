import { type Decision, decide, expiryOf } from '../core/decide.ts';
import { acceptedForms, type Expiry, type ExpiryTag, readExpiryTags } from '../core/expiry.ts';
import type { Event } from '../core/history.ts';
import type { Mode, Policy } from '../core/policy.ts';
import { type Reason, reasons } from '../core/reasons.ts';
import type { Instant } from '../core/time.ts';
import { findCarryObstacles } from './carried.ts';
import { type Costs, costOfOne } from './costs.ts';
import { type CopyExplanation, explainCopy } from './explain-copy.ts';
import { explainServer, type ServerExplanation } from './explain-server.ts';
import { BadRequest, type FoundTarget, findTargets } from './find-targets.ts';
import type { Ports } from './ports.ts';

export interface Explanation {
  target: FoundTarget;
  mode: Mode;
  keys: ExpiryTag[];
  expiry: Expiry;
  decision: Decision;
  /** What a removal would meet at its recheck. */
  obstacles: string[];
  /** What its owner can do. */
  advice: string;
  history: Event[];
  /** Of a server that the idle rule is about; the decision is the one of both rules that weighs more then. */
  server?: ServerExplanation;
  /** Of a copy that Mayfly made. */
  copy?: CopyExplanation;
  costs: Costs;
  now: Instant;
}

/** Everything that decides about one resource, read from its own service. Changes nothing. */
export async function explain(ports: Ports, policy: Policy, arn: string): Promise<Explanation> {
  const { targets, missing } = await findTargets(ports, policy, arn);
  const [target] = targets;
  if (target === undefined) throw new BadRequest(missing[0]?.why ?? `${arn} was not found`);
  return explainTarget(ports, policy, target);
}

/** The same for what was found already. */
export async function explainTarget(ports: Ports, policy: Policy, target: FoundTarget): Promise<Explanation> {
  const { mode, resource } = target;
  const now = ports.clock.now();
  const paused = (await ports.ledger.pausedUntil()) !== undefined;
  const said = await judged(ports, policy, target, { paused, now, dryRun: true });
  const { decision } = said;
  // What is in the way of a removal is not in the way of a stop.
  const goes = decision.action === 'remove' || (decision.action === 'warn' && decision.reason !== 'idle-soon');
  const obstacles = goes ? await obstaclesOf(ports, policy, target, now) : [];
  return {
    target,
    mode,
    keys: readExpiryTags(target.present.tags, policy.expiry.tags, policy.expiry.timeZone),
    expiry: expiryOf(resource, policy, now),
    obstacles,
    advice: adviceFor(decision, policy, resource.arn),
    ...said,
    costs: await costOfOne(ports, target),
    now,
  };
}

/** What the rules together say of a resource; as a dry run does, or as things are. */
export async function judged(
  ports: Ports,
  policy: Policy,
  target: FoundTarget,
  { paused, now, dryRun = false }: { paused: boolean; now: Instant; dryRun?: boolean },
): Promise<Pick<Explanation, 'decision' | 'history' | 'server' | 'copy'>> {
  const { mode, resource } = target;
  const history = await ports.ledger.history(resource.arn);
  const asServer = await explainServer(ports, policy, target, { history, dryRun, paused, now });
  const asCopy = await explainCopy(ports, policy, target, { dryRun, paused });
  const byExpiry = decide(resource, { policy, accountMode: mode, dryRun, paused }, now);
  return {
    decision: asServer?.decision ?? asCopy?.decision ?? byExpiry,
    history,
    ...(asServer && { server: asServer.server }),
    ...(asCopy && { copy: asCopy.copy }),
  };
}

async function obstaclesOf(
  ports: Ports,
  policy: Policy,
  { present, shard }: FoundTarget,
  now: Instant,
): Promise<string[]> {
  const session = await ports.cloud.reader(shard);
  const carried = (await findCarryObstacles(ports, session, shard, [present], policy, now)).get(present.id);
  return [
    ...(present.protection === undefined ? [] : [`deletion-protected: ${present.protection}`]),
    ...(present.usedBy ?? []).map(({ words }) => `${reasons['in-use'].sentence} ${words}`),
    ...(carried === undefined ? [] : [`${reasons[carried.reason].sentence} ${carried.detail}`]),
  ];
}

const keepCopy = 'To keep it longer: set its tag mayfly:keep-until to a later date.';
const toKeepServer = 'To keep it running: mayfly extend ARN 7d';

/** What the owner can do about each reason; ARN, KEY and PROTECT stand for the resource's own. */
const advice: Record<Reason, string> = {
  'expiry-unreadable': `Write the tag in one of these forms: ${acceptedForms}. Or: mayfly extend ARN 3d`,
  'protect-unreadable': 'Set PROTECT to true, to a date, or remove it.',
  'keys-collide': 'Remove one of the two keys.',
  'no-expiry': 'Tag it KEY=3d to have it removed after three days.',
  'type-off': 'List the type in the policy under types, or leave it.',
  'owned-by-stack': 'Give the stack an expiry tag, or delete the stack.',
  'owned-by-controller': 'Give the group that owns it an expiry tag.',
  'beyond-max-lifetime': 'Give it a date that ends it, or raise expiry.maxLifetime in the policy.',
  'deletion-protected': 'Switch its deletion protection off if it should go.',
  'carries-protected': 'Free what goes with it first, or keep both.',
  'carries-live': 'Let both expire together, or move the other elsewhere.',
  'in-use': 'Let go what uses it first.',
  expired: 'To keep it: mayfly extend ARN 3d',
  'expired-unwarned': 'To keep it: mayfly extend ARN 3d',
  expiring: 'To keep it: mayfly extend ARN 3d',
  'let-go': 'To keep it: mayfly extend ARN 3d',
  'warned-recently': 'To keep it: mayfly extend ARN 3d',
  'outside-window': 'To keep it: mayfly extend ARN 3d',
  'goes-with-owner': 'To keep it, extend its stack or group.',
  quarantined: 'See the history for what the service said; it is tried again by itself.',
  paused: 'mayfly resume ends the pause.',
  'account-observed': 'Set the mode of the account to enforce in the policy, if it should go.',
  'not-due': 'Nothing to do.',
  never: 'Nothing to do.',
  protected: 'Nothing to do.',
  'protected-until': 'Nothing to do.',
  'idle-excluded': 'Nothing to do.',
  'changed-lately': 'Nothing to do.',
  postponed: 'Nothing to do.',
  'at-work': 'Nothing to do.',
  'stopped-by-person': 'Give it an expiry tag if it may go.',
  'started-again': 'Nothing to do.',
  'state-changing': 'Nothing to do.',
  'exclude-unreadable': 'Set the tag to true, to a date, or remove it.',
  unstoppable: 'Give it an expiry tag if it may go.',
  'idle-evidence-missing': 'Let Mayfly read its metrics, or set idle.requireMetrics to false.',
  'copy-failing': 'See the history for what the service said; it is tried again by itself.',
  copying: toKeepServer,
  'warned-of-stop': toKeepServer,
  'idle-soon': toKeepServer,
  idle: toKeepServer,
  'idle-copied': toKeepServer,
  'woke-up': toKeepServer,
  'stop-unfinished': toKeepServer,
  stopped: 'To have it back: mayfly restore ARN',
  'idle-done': 'To keep it: mayfly extend ARN 3d, or mayfly restore ARN',
  'copy-expired': keepCopy,
  'copy-expiring': keepCopy,
  'copy-unknown': 'Take the tag mayfly:keep-until off it, or delete it yourself.',
};

function adviceFor({ reason }: Decision, policy: Policy, arn: string): string {
  const [key = 'expires-at'] = policy.expiry.tags;
  const text = advice[reason].replace('KEY', () => key).replace('PROTECT', () => policy.protect.tag);
  return text.replaceAll('ARN', () => arn);
}
