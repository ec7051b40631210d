import type { Cluster } from '@aws-sdk/client-eks';
import { type Amount, type Cost, estimate } from '../core/cost.ts';
import { defineCostType } from './cost-type.ts';
import type { Aws, Description } from './define.ts';
import { wordIn } from './fact.ts';
import { describeEach, messageOf } from './removal-errors.ts';

type Eks = Aws<typeof import('./sdk/eks.ts'), import('@aws-sdk/client-eks').EKSClient>;

const goneNames = ['ResourceNotFoundException'];

const clusterCost: Cost = {
  says:
    'the hours of its control plane, at the rate of standard or of extended support for its version. Its nodes are ' +
    'counted as what they are. Fargate and Auto Mode are not in it. A cluster of a provisioned tier: unknown',

  monthlyUsd(facts, prices): Amount {
    const state = wordIn(facts, 'state');
    const [tier, support] = [wordIn(facts, 'tier'), wordIn(facts, 'support')];
    if (state === 'FAILED') return { kind: 'unknown', why: `what AWS bills in the state ${state} is not known` };
    if (tier !== 'standard') return { kind: 'unknown', why: `there is no price of the control plane tier ${tier}` };
    const item = items[support];
    if (item === undefined) {
      const why = `whether its version is in extended support is not known (${support})`;
      return { kind: 'unknown', why };
    }
    return estimate(prices, [{ item, unit: 'hour', quantity: 1 }]);
  },
};

/** The first 14 months of a version are standard support, the next 12 cost more (Amazon EKS user guide). */
const items: Readonly<Record<string, string>> = {
  STANDARD_SUPPORT: 'eks.cluster.hour',
  EXTENDED_SUPPORT: 'eks.cluster.extended-support.hour',
};

/** A Kubernetes cluster: its control plane. Clusters of other places that are only connected are not listed. */
export const eksCluster = defineCostType({
  id: 'eks:cluster',
  title: 'EKS cluster',
  sdk: () => import('./sdk/eks.ts'),
  client: (sdk) => sdk.EKSClient,

  census: {
    needs: [
      { actions: ['eks:ListClusters', 'eks:DescribeClusterVersions'], on: '*' },
      { actions: ['eks:DescribeCluster'], on: 'arn:aws:eks:REGION:ACCOUNT:cluster/*' },
    ],
    async run(aws) {
      const { client, sdk } = aws;
      const names: string[] = [];
      for await (const { clusters = [] } of sdk.paginateListClusters({ client }, {})) names.push(...clusters);
      const described = await describeEach(names, goneNames, async (name) => {
        const { cluster } = await client.send(new sdk.DescribeClusterCommand({ name }));
        return describeCluster(name, cluster);
      });
      return withSupport(aws, described);
    },
  },

  cost: clusterCost,
});

/**
 * With the support of their versions. What AWS does not tell of a version is no support of any kind: the clusters are
 * there all the same, and unknown is what they cost.
 */
async function withSupport(aws: Eks, described: readonly Description[]): Promise<Description[]> {
  const isOpen = (one: Description) => one.kind === 'present' && one.facts['support'] === undefined;
  const versions = described
    .filter(isOpen)
    .flatMap((one) => (one.kind === 'present' ? wordIn(one.facts, 'version') : []));
  const supports = await supportsOf(aws, [...new Set(versions)]);
  return described.map((one) => {
    if (one.kind !== 'present' || !isOpen(one)) return one;
    return { ...one, facts: { ...one.facts, support: supports(wordIn(one.facts, 'version')) } };
  });
}

async function supportsOf({ client, sdk }: Eks, clusterVersions: string[]): Promise<(version: string) => string> {
  const found = new Map<string, string>();
  if (clusterVersions.length > 0) {
    try {
      for await (const page of sdk.paginateDescribeClusterVersions({ client }, { clusterVersions })) {
        for (const { clusterVersion = '', versionStatus = '' } of page.clusterVersions ?? []) {
          found.set(clusterVersion, versionStatus);
        }
      }
    } catch (error) {
      return () => messageOf(error);
    }
  }
  return (version) => found.get(version) || `AWS does not tell of version ${version}`;
}

function describeCluster(id: string, cluster: Cluster | undefined): Description {
  const {
    arn,
    status: state = 'unknown',
    version = 'unknown',
    createdAt,
    tags,
    controlPlaneScalingConfig,
  } = cluster ?? {};
  if (state === 'DELETING') return { kind: 'leaving', id };
  if (cluster === undefined || arn === undefined) return { kind: 'unreadable', id, why: 'EKS gave no answer about it' };
  return {
    kind: 'present',
    id,
    arn,
    identity: cluster.id ?? arn,
    ...(createdAt !== undefined && { createdAt: createdAt.getTime() }),
    tags: tags ?? {},
    facts: {
      state,
      version,
      tier: controlPlaneScalingConfig?.tier ?? 'standard',
      // AWS upgrades a cluster with this policy at the end of standard support.
      ...(cluster.upgradePolicy?.supportType === 'STANDARD' && { support: 'STANDARD_SUPPORT' }),
    },
  };
}
