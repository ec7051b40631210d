import type { PlannedDecision } from '../core/plan.ts';
import type { Present } from '../resource-types/define.ts';
import { identify } from '../resource-types/index.ts';
import { lookAtCopy } from './look-at-copy.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Ports } from './ports.ts';
import { copyNamed } from './scan-copies.ts';

/** A copy that people are to be warned about, or why they are not. */
export type CheckedCopy = { decision: PlannedDecision } & ({ found: Present } | { outcome: Outcome });

/** Looks at copies of Mayfly's before anybody is warned about them: they must be there, with the date that was seen. */
export async function describeCopies(ports: Ports, decisions: readonly PlannedDecision[]): Promise<CheckedCopy[]> {
  const checked: CheckedCopy[] = [];
  for (const decision of decisions) {
    const found = await describeCopy(ports, decision).catch(({ message }: Error) => message);
    if (typeof found === 'string') checked.push({ decision, outcome: outcomeOf(decision, 'failed', found) });
    else checked.push({ decision, ...found });
  }
  return checked;
}

async function describeCopy(
  ports: Ports,
  decision: PlannedDecision,
): Promise<{ found: Present } | { outcome: Outcome } | string> {
  const { arn, copyOf: of = '', account, region } = decision;
  const copy = await copyNamed(ports.ledger, of, arn);
  const type = identify(of)?.type;
  if (copy === undefined || type === undefined) return 'the ledger does not know it as a copy of Mayfly';
  const shard = { account, region };
  const session = await ports.cloud.reader(shard);
  const { server } = await type.bind(session.source, { ...shard, partition: session.partition });
  const seen = await lookAtCopy(server, copy, decision, ports.clock.now());
  if (seen.kind === 'unreadable') return seen.why;
  if (seen.kind === 'gone') return { outcome: outcomeOf(decision, 'gone') };
  if (seen.kind === 'changed') return { outcome: outcomeOf(decision, 'changed', seen.why) };
  return { found: { kind: 'present', id: copy.id, arn, identity: copy.id, tags: {}, facts: {} } };
}
