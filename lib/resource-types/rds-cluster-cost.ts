import { type Amount, type Cost, estimate, type Facts } from '../core/cost.ts';
import { numberIn, wordIn } from './fact.ts';

/** The cluster is the server, so its instances count here and not by themselves. */
export const rdsClusterCost: Cost = {
  says:
    'running: the hours of its instances and of their public IPv4 addresses. Aurora bills storage and its operations ' +
    'by use, and RDS shows neither: they are not in it, so a stopped cluster is unknown. Unknown too: serverless and ' +
    'I/O-Optimized clusters, and Multi-AZ clusters of MySQL and PostgreSQL',

  monthlyUsd(facts, prices): Amount {
    const why = whyUnknown(facts);
    if (why !== undefined) return { kind: 'unknown', why };
    const engine = wordIn(facts, 'engine');
    const classes = wordIn(facts, 'memberClasses').split(' ');
    return estimate(
      prices,
      [
        ...classes.map((one) => ({ item: `rds.${engine}.single-az.${one}`, unit: 'hour' as const, quantity: 1 })),
        { item: 'public-ipv4.in-use.hour', unit: 'hour', quantity: numberIn(facts, 'publicIps') },
      ],
      { note: 'without its storage, which Aurora bills by use and RDS does not show' },
    );
  },
};

function whyUnknown(facts: Facts): string | undefined {
  const [state, engine, mode] = [wordIn(facts, 'state'), wordIn(facts, 'engine'), wordIn(facts, 'engineMode')];
  const members = typeof facts['memberClasses'] === 'string' ? facts['memberClasses'].split(' ').length : 0;
  if (!engine.startsWith('aurora')) return `there are no prices of clusters of the engine ${engine}`;
  // Emulators show no mode.
  if (mode !== 'provisioned' && mode !== 'unknown') return `a cluster of the mode ${mode} is billed by use`;
  if (facts['storageType'] === 'aurora-iopt1') return 'there are no prices of Aurora I/O-Optimized';
  if (state === 'stopped') return 'a stopped cluster costs its storage, and RDS does not show how much that is';
  if (/^(failed|inaccessible-|incompatible-|unknown)/.test(state)) {
    return `what AWS bills in the state ${state} is not known`;
  }
  if (members === 0) return 'it has no instance, so it costs its storage, and RDS does not show how much that is';
  if (members !== facts['instances']) return 'RDS does not show all of its instances';
  return undefined;
}
