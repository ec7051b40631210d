import { type Amount, type Cost, estimate, type Facts, nothing, type Part, type RegionPrices } from '../core/cost.ts';
import { above, numberIn, wordIn } from './fact.ts';

/** From this size on, RDS spreads gp3 storage over four volumes, and includes more. */
const stripedGb = 400;
const included = { plain: { iops: 3000, mbps: 125 }, striped: { iops: 12_000, mbps: 500 } };

/** States of which it is not known what AWS bills. */
const broken = /^(failed|inaccessible-|incompatible-|restore-error|insufficient-|unknown)/;

export const rdsDbCost: Cost = {
  says:
    'running: the hours of its class and engine, its storage, and a public IPv4 address where it is publicly ' +
    'accessible. Stopped: its storage. With a standby in another zone hours and storage cost twice. A member of a ' +
    'cluster is counted with the cluster. Backups beyond what is included, and extended support, are not in it',

  monthlyUsd(facts, prices): Amount {
    const { cluster, multiAz } = facts;
    const state = wordIn(facts, 'state');
    if (cluster !== undefined) return nothing(`it is a member of the cluster ${cluster}, and is counted with it`);
    if (broken.test(state)) return { kind: 'unknown', why: `what AWS bills in the state ${state} is not known` };
    const parts = storageParts(facts);
    if (state !== 'stopped') parts.unshift(...runningParts(facts));
    return estimate(
      prices,
      parts.map((part) => (multiAz === true ? withStandby(prices, part) : part)),
    );
  },
};

function runningParts(facts: Facts): Part[] {
  const item = `rds.${wordIn(facts, 'engine')}.single-az.${wordIn(facts, 'instanceClass')}`;
  return [
    { item, unit: 'hour', quantity: 1 },
    { item: 'public-ipv4.in-use.hour', unit: 'hour', quantity: facts['publiclyAccessible'] === true ? 1 : 0 },
  ];
}

function storageParts(facts: Facts): Part[] {
  const type = wordIn(facts, 'storageType');
  const [gb, iops, mbps] = [
    numberIn(facts, 'storageGb'),
    numberIn(facts, 'iops'),
    numberIn(facts, 'throughputMbps'),
  ] as const;
  const item = `rds.single-az.${type}`;
  const storage: Part = { item: `${item}.storage`, unit: 'GB-month', quantity: gb };
  if (type === 'io1' || type === 'io2') {
    return [storage, { item: `${item}.iops`, unit: 'IOPS-month', quantity: iops }];
  }
  if (type !== 'gp3') return [storage];
  const free = (gb ?? 0) < stripedGb ? included.plain : included.striped;
  return [
    storage,
    // RDS shows neither where both are what is included.
    { item: `${item}.iops`, unit: 'IOPS-month', quantity: above(iops ?? free.iops, free.iops) },
    { item: `${item}.throughput`, unit: 'MBps-month', quantity: above(mbps ?? free.mbps, free.mbps) },
  ];
}

/** A standby is a second instance with storage of its own: where the table has both prices, one is twice the other. */
function withStandby(prices: RegionPrices, part: Part): Part {
  const item = part.item.replace('single-az', 'multi-az');
  if (item === part.item) return part;
  if (prices.find(item, part.unit) !== undefined) return { ...part, item };
  return { ...part, quantity: part.quantity === undefined ? undefined : 2 * part.quantity };
}
