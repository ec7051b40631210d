import type { Policy } from '../../core/policy.ts';
import type { Clock } from '../../use-cases/ports.ts';
import type { Bill } from '../../use-cases/ports-money.ts';
import { clientSource, retryStrategyForShard } from '../aws-clients.ts';
import { costExplorer, costExplorerRegion } from './cost-explorer.ts';

/** What AWS billed, by the caller's own credentials; none where the policy does not ask: each question costs. */
export function billOf({ report }: Policy, clock: Pick<Clock, 'now'>): Bill | undefined {
  if (!report.costExplorer) return undefined;
  const source = clientSource({ region: costExplorerRegion, retryStrategy: retryStrategyForShard() });
  return costExplorer({ source, clock });
}
