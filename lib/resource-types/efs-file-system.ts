import type { FileSystemDescription } from '@aws-sdk/client-efs';
import { type Amount, type Cost, estimate, type Facts, type Part } from '../core/cost.ts';
import { defineCostType } from './cost-type.ts';
import type { Description } from './define.ts';
import { above, gigabytes, numberIn, wordIn } from './fact.ts';
import { tagMap } from './tag-list.ts';

/** The baseline rate of 50 KB/s per GB of Standard storage is included with its price (Amazon EFS pricing). */
const includedMbpsPerGb = 1 / 20;

const fileSystemCost: Cost = {
  says:
    'what it stores, by its storage classes, in one zone or in several; and of provisioned throughput what is above ' +
    'the 1 MB/s that each 20 GB of Standard storage include. Reads and writes, elastic throughput and backups are ' +
    'not in it',

  monthlyUsd(facts, prices): Amount {
    const state = wordIn(facts, 'state');
    if (state === 'error') return { kind: 'unknown', why: `what AWS bills in the state ${state} is not known` };
    return estimate(prices, [...storageParts(facts), ...throughputParts(facts)]);
  },
};

function storageParts(facts: Facts): Part[] {
  const zones = facts['oneZone'] === true ? 'one-zone' : 'standard';
  return [
    storage(`efs.storage-${zones}`, numberIn(facts, 'standardBytes')),
    storage(`efs.storage-${zones}-infrequent-access`, numberIn(facts, 'infrequentBytes')),
    storage(`efs.storage-${zones}-archive`, numberIn(facts, 'archiveBytes')),
  ];
}

function storage(item: string, bytes: number | undefined): Part {
  return { item, unit: 'GB-month', quantity: gigabytes(bytes) };
}

function throughputParts(facts: Facts): Part[] {
  if (facts['throughputMode'] !== 'provisioned') return [];
  const standard = gigabytes(numberIn(facts, 'standardBytes'));
  const paid = above(numberIn(facts, 'throughputMbps'), (standard ?? 0) * includedMbpsPerGb);
  return [{ item: 'efs.provisioned-throughput', unit: 'MBps-month', quantity: paid }];
}

/** A file system. What it stores exists nowhere else. */
export const efsFileSystem = defineCostType({
  id: 'elasticfilesystem:file-system',
  title: 'EFS file system',
  sdk: () => import('./sdk/efs.ts'),
  client: (sdk) => sdk.EFSClient,

  census: {
    needs: [{ actions: ['elasticfilesystem:DescribeFileSystems'], on: '*' }],
    async run({ client, sdk }) {
      const found: Description[] = [];
      // EFS answers with a hundred a page, and with no more.
      for await (const { FileSystems = [] } of sdk.paginateDescribeFileSystems({ client }, {})) {
        found.push(...FileSystems.map(describeFileSystem));
      }
      return found;
    },
  },

  cost: fileSystemCost,
});

function describeFileSystem(system: FileSystemDescription): Description {
  const { FileSystemId: id = '', FileSystemArn: arn, LifeCycleState: state = 'unknown' } = system;
  if (state === 'deleting') return { kind: 'leaving', id };
  if (state === 'deleted') return { kind: 'gone', id };
  if (arn === undefined) return { kind: 'unreadable', id, why: 'EFS shows no ARN of it' };
  return {
    kind: 'present',
    id,
    arn,
    identity: id,
    ...(system.CreationTime !== undefined && { createdAt: system.CreationTime.getTime() }),
    tags: tagMap(system.Tags),
    facts: factsOf(system, state),
  };
}

function factsOf(system: FileSystemDescription, state: string): Facts {
  const { SizeInBytes: size, ThroughputMode: throughputMode = 'unknown' } = system;
  const mbps = system.ProvisionedThroughputInMibps;
  return {
    state,
    oneZone: system.AvailabilityZoneName !== undefined,
    throughputMode,
    ...(mbps !== undefined && { throughputMbps: mbps }),
    ...(size?.ValueInStandard !== undefined && { standardBytes: size.ValueInStandard }),
    // Classes that nothing is in may be left out of an answer that shows the others.
    ...(size?.ValueInStandard !== undefined && {
      infrequentBytes: size.ValueInIA ?? 0,
      archiveBytes: size.ValueInArchive ?? 0,
    }),
  };
}
