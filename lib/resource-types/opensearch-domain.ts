import type { DomainStatus } from '@aws-sdk/client-opensearch';
import { batchesOf, inParallel } from './batches.ts';
import { defineCostType } from './cost-type.ts';
import type { Description } from './define.ts';
import { domainFacts, opensearchDomainCost } from './opensearch-domain-cost.ts';
import { taggedResources, taggedResourcesNeed } from './tagged-resources.ts';

/** "Please provide a maximum of 5 domain names to describe." */
const domainsPerCall = 5;

const callsAtOnce = 4;

/** A domain of OpenSearch or Elasticsearch. It can't be stopped, and is billed until it is deleted. */
export const opensearchDomain = defineCostType({
  id: 'es:domain',
  title: 'OpenSearch domain',
  sdk: () => import('./sdk/opensearch.ts'),
  client: (sdk) => sdk.OpenSearchClient,

  census: {
    needs: [
      { actions: ['es:ListDomainNames'], on: '*' },
      { actions: ['es:DescribeDomains'], on: 'arn:aws:es:REGION:ACCOUNT:domain/*' },
      taggedResourcesNeed,
    ],
    async run(aws) {
      const { client, sdk } = aws;
      // The one listing of this service has no pages.
      const { DomainNames = [] } = await client.send(new sdk.ListDomainNamesCommand({}));
      const names = DomainNames.flatMap(({ DomainName }) => DomainName ?? []);
      if (names.length === 0) return [];
      const [pages, tags] = await Promise.all([
        inParallel(batchesOf(names, domainsPerCall), callsAtOnce, async (some) => {
          const { DomainStatusList = [] } = await client.send(new sdk.DescribeDomainsCommand({ DomainNames: some }));
          return DomainStatusList;
        }),
        taggedResources(aws, 'es:domain'),
      ]);
      const found = new Map(pages.flat().map((domain) => [domain.DomainName, domain]));
      return names.map((name) => describeDomain(name, found.get(name), tags));
    },
  },

  cost: opensearchDomainCost,
});

function describeDomain(
  id: string,
  domain: DomainStatus | undefined,
  tags: ReadonlyMap<string, Record<string, string>>,
): Description {
  if (domain?.Deleted === true) return { kind: 'leaving', id };
  if (domain?.ARN === undefined) return { kind: 'unreadable', id, why: 'OpenSearch gave no answer about it' };
  return {
    kind: 'present',
    id,
    arn: domain.ARN,
    identity: domain.DomainId ?? domain.ARN,
    tags: tags.get(domain.ARN) ?? {},
    facts: domainFacts(domain),
  };
}
