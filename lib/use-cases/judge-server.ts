import type { Words } from '../core/answer.ts';
import { decide } from '../core/decide.ts';
import { decideIdle, idleAtOf, standsSince } from '../core/idle.ts';
import { clockOf, idleEvidence, lastChangeInWords, type MoreEvidence } from '../core/idle-evidence.ts';
import { type ServerOutlook, serverOutlook } from '../core/idle-outlook.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Mode, Policy } from '../core/policy.ts';
import { reasons } from '../core/reasons.ts';
import type { Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import { toTarget } from './describe-targets.ts';
import { joinServers } from './join-servers.ts';
import type { ScannedServer } from './scan-servers.ts';

/** What is said of one server of the idle rule. */
export interface JudgedServer {
  /** As a plan has it: of the expiry and the idle rule what weighs more. */
  decision: PlannedDecision;
  idleSince: Instant;
  /** How that is known, in words. */
  idleSinceFrom: string;
  /** When it is idle for as long as the policy says, postponements included. */
  idleAt: Instant;
  lastChange: Words;
  evidence: Words[];
  outlook: ServerOutlook;
}

interface Judging extends MoreEvidence {
  policy: Policy & { idle: NonNullable<Policy['idle']> };
  shard: Shard;
  mode: Mode;
  now: Instant;
  dryRun: boolean;
  paused: boolean;
}

/** Decides about a server as a sweep would, and says what that rests on and what comes next. Asks nobody anything. */
export function judgeServer(scanned: ScannedServer, judging: Judging): JudgedServer {
  const { policy, shard, mode, now, dryRun, paused } = judging;
  const { type, present, memory, seen } = scanned;
  const rules = { policy, accountMode: mode, dryRun, paused };
  const { resource } = toTarget(present.arn, type, { shard, present, memory, mode });
  const expiry = decide(resource, rules, now);
  const planned = { arn: present.arn, type: type.id, ...shard, decidedOn: {}, ...expiry };
  const shown = clockOf(seen, policy.idle);
  const idle = decideIdle({ ...seen, memory: shown }, policy, now);
  const [joined = planned] = joinServers([planned], [scanned], () => ({ decidedOn: {} }), { shard, rules, now });
  const decision = { ...joined, ...(expiry.expiresAt !== undefined && { expiresAt: expiry.expiresAt }) };
  const idleSince = standsSince(shown);
  return {
    decision,
    idleSince,
    idleSinceFrom: idleSince === seen.memory.since ? seen.memory.from : 'first sight',
    idleAt: idleAtOf(shown, policy.idle),
    lastChange: lastChangeInWords(seen.memory),
    evidence: [
      ...idleEvidence(seen, policy.idle, judging),
      ...(idle === undefined ? [] : [inWords(idle)]),
      ...(decision.action === 'hold' && decision.reason !== idle?.reason ? [inWords(decision)] : []),
      ...(mode === 'observe' ? [['its account is only observed: nothing happens to it']] : []),
    ],
    outlook: serverOutlook({ idle, expiry, joined: decision }, seen.memory, policy, now),
  };
}

function inWords({ reason, detail }: Pick<PlannedDecision, 'reason' | 'detail'>): Words {
  return [`${reasons[reason].sentence}${detail === undefined ? '' : ` (${detail})`}`];
}
