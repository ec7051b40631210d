import type { Bill } from './monthly-bill.ts';

const gateways = 'infracost nat_gateway_test.golden 2024-07-01';
const network = 'amartinawi/cost-optimization-scanner docs/audits/AUDIT-05-Network.md 2026-05-01';
const balancers = 'infracost elb_test.golden 2024-07-01';
const beanstalk = 'infracost elastic_beanstalk_environment_test.golden 2024-07-01';
const addresses = 'AWS re:Post article ARknH_OR0cTvqoTfJrVGaB8A 2024-02-01';
const kubernetes = 'infracost eks_cluster_test.golden 2025-07-07';
const cluster = { state: 'ACTIVE', version: '1.33', tier: 'standard', support: 'STANDARD_SUPPORT' };

/** Of gateways, classic load balancers and Kubernetes, which Mayfly counts and never removes. */
export const networkBills: readonly Bill[] = [
  {
    type: 'ec2:natgateway',
    what: 'public or private',
    region: 'us-east-1',
    facts: { state: 'available' },
    usd: 32.85,
    sum: '730 × 0.045',
    source: gateways,
  },
  {
    type: 'ec2:natgateway',
    what: 'in Ireland',
    region: 'eu-west-1',
    facts: { state: 'available', mode: 'zonal' },
    usd: 35.04,
    sum: '730 × 0.048',
    source: network,
  },
  {
    type: 'ec2:natgateway',
    what: 'that could not be made',
    region: 'us-east-1',
    facts: { state: 'failed' },
    usd: 0,
    sum: '0 × 0.045',
    source: gateways,
  },
  {
    type: 'ec2:natgateway',
    what: 'regional',
    region: 'us-east-1',
    facts: { state: 'available', mode: 'regional' },
    usd: /it is regional/,
    source: 'none',
  },
  {
    type: 'ec2:natgateway',
    what: 'where no price is known',
    region: 'ap-south-1',
    facts: { state: 'available' },
    usd: /no price of nat-gateway\.hour/,
    source: 'none',
  },
  {
    type: 'elasticloadbalancing:classic-loadbalancer',
    what: 'internal',
    region: 'us-east-1',
    facts: { scheme: 'internal', publicIps: 0 },
    usd: 18.25,
    sum: '730 × 0.025',
    source: balancers,
  },
  {
    type: 'elasticloadbalancing:classic-loadbalancer',
    what: 'to the internet from two zones in Ireland',
    region: 'eu-west-1',
    facts: { scheme: 'internet-facing', publicIps: 2 },
    usd: 27.74,
    sum: '730 × 0.028 + 2 × 730 × 0.005',
    source: `${addresses}; ${beanstalk}`,
  },
  {
    type: 'elasticloadbalancing:classic-loadbalancer',
    what: 'that shows no zones',
    region: 'us-east-1',
    facts: { scheme: 'internet-facing' },
    usd: /does not show how much public-ipv4/,
    source: 'none',
  },
  {
    type: 'eks:cluster',
    what: 'of a version in standard support',
    region: 'us-east-1',
    facts: cluster,
    usd: 73,
    sum: '730 × 0.1',
    source: kubernetes,
  },
  {
    type: 'eks:cluster',
    what: 'of a version in extended support',
    region: 'us-east-1',
    facts: { ...cluster, version: '1.30', support: 'EXTENDED_SUPPORT' },
    usd: 438,
    sum: '730 × 0.6',
    source: kubernetes,
  },
  {
    type: 'eks:cluster',
    what: 'of a version that AWS does not tell of',
    region: 'us-east-1',
    facts: { ...cluster, support: 'AWS does not tell of version 1.19' },
    usd: /extended support is not known \(AWS does not tell of version 1\.19\)/,
    source: 'none',
  },
  {
    type: 'eks:cluster',
    what: 'of a provisioned tier',
    region: 'us-east-1',
    facts: { ...cluster, tier: 'tier-xl' },
    usd: /no price of the control plane tier tier-xl/,
    source: 'none',
  },
];
