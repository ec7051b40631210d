import type { SeenServer } from './idle.ts';
import type { Policy } from './policy.ts';
import type { Metrics } from './server.ts';

type IdlePolicy = NonNullable<Policy['idle']>;

/** What the policy wants to know of an idle server and nobody could tell, in words. */
export function missingEvidence(
  { metrics, unasked, memory: { trail } }: Pick<SeenServer, 'metrics' | 'unasked' | 'memory'>,
  idle: IdlePolicy,
): string | undefined {
  if (idle.cloudTrail === 'require' && (trail === undefined || trail.unreadable !== undefined)) {
    return `CloudTrail: ${trail?.unreadable ?? unasked ?? 'it was not asked'}`;
  }
  if (!idle.requireMetrics) return undefined;
  if (metrics === undefined) return 'its metrics were not read';
  if (typeof metrics === 'string') return metrics;
  return 'missing' in metrics ? metrics.missing : undefined;
}

function knownOf(metrics: SeenServer['metrics']): Metrics {
  if (metrics === undefined || typeof metrics === 'string') return {};
  return 'missing' in metrics ? metrics.known : metrics;
}

/** What shows that the server does something, in words. */
export function workIn(seen: Pick<SeenServer, 'metrics'>, idle: IdlePolicy): string | undefined {
  const { cpuPeak = 0, networkMbPerDay = 0 } = knownOf(seen.metrics);
  const found = [
    cpuPeak > idle.cpuPeak && `CPU peak ${round(cpuPeak)}%`,
    networkMbPerDay > idle.networkMbPerDay && `network ${round(networkMbPerDay)} MB a day`,
    useOf(seen, idle) ?? false,
  ].filter((one) => one !== false);
  return found.length === 0 ? undefined : found.join(', ');
}

/** What shows that somebody uses a database, in words. */
export function useOf({ metrics }: Pick<SeenServer, 'metrics'>, idle: IdlePolicy): string | undefined {
  const { connections = 0 } = knownOf(metrics);
  return connections > idle.connections ? `${round(connections)} connections` : undefined;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
