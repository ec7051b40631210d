import { type Amount, type Cost, estimate, type Part } from '../core/cost.ts';
import { whyElsewhere } from './ec2-zone.ts';
import { above, numberIn, wordIn } from './fact.ts';

interface VolumeSize {
  gb: number | undefined;
  iops: number | undefined;
  mbps: number | undefined;
}

/** What a gp3 volume has without paying for it. */
const includedIops = 3000;
const includedMbps = 125;

/** Above this, AWS sells the operations of io2 at other prices. */
const firstTierIops = 32_000;

/** What each volume type is billed by. Operations of `standard` are billed by use. */
const partsOf: Readonly<Record<string, (size: VolumeSize) => Part[]>> = {
  gp2: ({ gb }) => [storage('gp2', gb)],
  gp3: ({ gb, iops, mbps }) => [
    storage('gp3', gb),
    { item: 'ebs.gp3.iops', unit: 'IOPS-month', quantity: above(iops, includedIops) },
    { item: 'ebs.gp3.throughput', unit: 'MBps-month', quantity: above(mbps, includedMbps) },
  ],
  io1: ({ gb, iops }) => [storage('io1', gb), { item: 'ebs.io1.iops', unit: 'IOPS-month', quantity: iops }],
  io2: ({ gb, iops }) => [
    storage('io2', gb),
    { item: 'ebs.io2.iops', unit: 'IOPS-month', quantity: iops && Math.min(iops, firstTierIops) },
    { item: 'ebs.io2.iops-above-32000', unit: 'IOPS-month', quantity: above(iops, firstTierIops) },
  ],
  st1: ({ gb }) => [storage('st1', gb)],
  sc1: ({ gb }) => [storage('sc1', gb)],
  standard: ({ gb }) => [storage('standard', gb)],
};

export const ec2VolumeCost: Cost = {
  says:
    'its size, attached or not; of gp3 the operations above 3,000 and the throughput above 125 MB/s, of io1 and io2 ' +
    'all operations',

  monthlyUsd(facts, prices): Amount {
    const type = wordIn(facts, 'volumeType');
    const elsewhere = whyElsewhere(facts, prices.region);
    if (elsewhere !== undefined) return { kind: 'unknown', why: elsewhere };
    const parts = partsOf[type];
    if (parts === undefined) return { kind: 'unknown', why: `there is no price of volumes of the type ${type}` };
    const size = {
      gb: numberIn(facts, 'sizeGb'),
      iops: numberIn(facts, 'iops'),
      mbps: numberIn(facts, 'throughputMbps'),
    };
    return estimate(prices, parts(size));
  },
};

function storage(type: string, quantity: number | undefined): Part {
  return { item: `ebs.${type}.storage`, unit: 'GB-month', quantity };
}
