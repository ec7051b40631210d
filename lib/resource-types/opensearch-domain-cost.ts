import type { DomainStatus } from '@aws-sdk/client-opensearch';
import { type Amount, type Cost, estimate, type Facts, type Part } from '../core/cost.ts';
import { above, numberIn, wordIn } from './fact.ts';

/** What a node of a domain may be; each kind has a type and a number of its own. */
const nodeKinds = ['data', 'master', 'warm', 'coordinator'] as const;

type NodeKind = (typeof nodeKinds)[number];

export const opensearchDomainCost: Cost = {
  says:
    'the hours of its data, master, warm and coordinator nodes, and the volume of each data node; of gp3 what is ' +
    'above the operations and the throughput that its size includes. What is stored behind warm and OR nodes or ' +
    'cold, and extended support, are not in it',

  monthlyUsd: (facts, prices): Amount =>
    estimate(prices, [...nodeKinds.flatMap(nodePart(facts)), ...volumeParts(facts)]),
};

function nodePart(facts: Facts): (kind: NodeKind) => Part[] {
  return (kind) => {
    const quantity = numberIn(facts, `${kind}Nodes`);
    // A domain always has data nodes, whatever its answer shows.
    if (quantity === undefined && kind !== 'data') return [];
    return [{ item: `opensearch.instance.${wordIn(facts, `${kind}Type`)}`, unit: 'hour', quantity }];
  };
}

/** AWS attaches one volume to each data node, and shows the size of one. */
function volumeParts(facts: Facts): Part[] {
  if (facts['volumes'] !== true) return [];
  const nodes = numberIn(facts, 'dataNodes');
  const [type, gb] = [wordIn(facts, 'volumeType'), numberIn(facts, 'volumeGb')];
  const [iops, mbps] = [numberIn(facts, 'iops'), numberIn(facts, 'throughputMbps')];
  const ofAll = (one: number | undefined) => (one === undefined || nodes === undefined ? undefined : one * nodes);
  const storage: Part = { item: `opensearch.storage-${type}`, unit: 'GB-month', quantity: ofAll(gb) };
  if (type === 'io1')
    return [storage, { item: 'opensearch.storage-iops-io1', unit: 'IOPS-month', quantity: ofAll(iops) }];
  if (type !== 'gp3') return [storage];
  const free = included(gb ?? 0);
  return [
    storage,
    // Without a number in the answer a volume has what its size includes.
    { item: 'opensearch.storage-iops-gp3', unit: 'IOPS-month', quantity: ofAll(above(iops ?? free.iops, free.iops)) },
    { item: 'opensearch.throughput-gp3', unit: 'MBps-month', quantity: ofAll(above(mbps ?? free.mbps, free.mbps)) },
  ];
}

/** What the price of a gp3 volume of OpenSearch includes (Amazon OpenSearch Service pricing, quotas). */
function included(gb: number): { iops: number; mbps: number } {
  return {
    iops: Math.max(3000, Math.min(16_000, 3 * gb)),
    mbps: gb < 170 ? 125 : Math.min(1000, 250 * Math.ceil(gb / 3072)),
  };
}

/** What prices need of a domain. */
export function domainFacts({ ClusterConfig, EBSOptions, Created }: DomainStatus): Facts {
  const { DedicatedMasterEnabled, WarmEnabled, NodeOptions = [], ...config } = ClusterConfig ?? {};
  const coordinators = NodeOptions.find(({ NodeType }) => NodeType === 'coordinator')?.NodeConfig;
  return {
    state: Created === false ? 'creating' : 'available',
    ...nodes('data', config.InstanceType, config.InstanceCount),
    ...(DedicatedMasterEnabled && nodes('master', config.DedicatedMasterType, config.DedicatedMasterCount)),
    ...(WarmEnabled && nodes('warm', config.WarmType, config.WarmCount)),
    ...(coordinators?.Enabled && nodes('coordinator', coordinators.Type, coordinators.Count)),
    volumes: EBSOptions?.EBSEnabled === true,
    volumeType: EBSOptions?.VolumeType ?? 'unknown',
    ...(EBSOptions?.VolumeSize !== undefined && { volumeGb: EBSOptions.VolumeSize }),
    ...(EBSOptions?.Iops !== undefined && { iops: EBSOptions.Iops }),
    ...(EBSOptions?.Throughput !== undefined && { throughputMbps: EBSOptions.Throughput }),
  };
}

/** The number of nodes that are there but not counted is no number, and so makes the amount unknown. */
function nodes(kind: NodeKind, type = 'unknown', count = Number.NaN): Facts {
  return { [`${kind}Type`]: type.replace(/\.elasticsearch$/, '.search'), [`${kind}Nodes`]: count };
}
