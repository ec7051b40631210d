import { type Amount, type Cost, estimate } from '../core/cost.ts';
import { gigabytes, numberIn, wordIn } from './fact.ts';

/** AWS bills the blocks that changed since the snapshot before, and shows only how much all blocks are. */
export const ec2SnapshotCost: Cost = {
  says:
    'at most the storage of all its blocks, or of the whole volume where AWS does not show them: blocks that an ' +
    'earlier snapshot holds are not billed twice',

  monthlyUsd(facts, prices): Amount {
    const quantity = gigabytes(numberIn(facts, 'fullBytes')) ?? numberIn(facts, 'sizeGb');
    const tier = wordIn(facts, 'storageTier');
    return estimate(prices, [{ item: `ebs.snapshot.${tier}.storage`, unit: 'GB-month', quantity }], {
      atMost: true,
      note: 'blocks that an earlier snapshot of the volume holds are not billed again',
    });
  },
};
