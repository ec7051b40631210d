import type { Bill } from './monthly-bill.ts';

const beanstalk = 'infracost elastic_beanstalk_environment_test.golden 2024-07-01';
const addresses = 'AWS re:Post article ARknH_OR0cTvqoTfJrVGaB8A 2024-02-01';
const balancers = 'infracost lb_test.golden 2024-07-01';
const tables = 'infracost dynamodb_table_test.golden 2024-11-15';
const logs = 'infracost cloudwatch_log_group_test.golden 2024-07-01';
const parameters = 'infracost ssm_parameter_test.golden 2024-07-01';
const secrets = 'infracost secretsmanager_secret_test.golden 2024-07-01';

const gb = 2 ** 30;
const standard = { tableClass: 'STANDARD', billingMode: 'PAY_PER_REQUEST' };

export const otherBills: readonly Bill[] = [
  {
    type: 'ec2:elastic-ip',
    what: 'that nobody uses',
    region: 'ap-south-1',
    facts: { state: 'free' },
    usd: 3.65,
    sum: '730 × 0.005',
    source: addresses,
  },
  {
    type: 'ec2:elastic-ip',
    what: 'in use',
    region: 'us-east-1',
    facts: { state: 'associated' },
    usd: 3.65,
    sum: '730 × 0.005',
    source: addresses,
  },
  {
    type: 'ec2:elastic-ip',
    what: 'of a range of its owner',
    region: 'us-east-1',
    facts: { state: 'free', pool: 'ipv4pool-ec2-0a1b2c3d' },
    usd: 0,
    sum: '0 × 0.005',
    source: 'none needed',
  },
  {
    type: 'ec2:elastic-ip',
    what: 'in GovCloud, of which the source says nothing',
    region: 'us-gov-west-1',
    facts: { state: 'free' },
    usd: /no price of public-ipv4/,
    source: 'none',
  },
  {
    type: 'elasticloadbalancing:loadbalancer',
    what: 'application, internal',
    region: 'us-east-1',
    facts: { loadBalancerType: 'application', publicIps: 0 },
    usd: 16.43,
    sum: '730 × 0.0225',
    source: balancers,
  },
  {
    type: 'elasticloadbalancing:loadbalancer',
    what: 'application, to the internet from two zones',
    region: 'us-east-1',
    facts: { loadBalancerType: 'application', publicIps: 2 },
    usd: 23.73,
    sum: '730 × 0.0225 + 2 × 730 × 0.005',
    source: `${balancers}; ${addresses}`,
  },
  {
    type: 'elasticloadbalancing:loadbalancer',
    what: 'application, to the internet from three zones in Ireland',
    region: 'eu-west-1',
    facts: { loadBalancerType: 'application', publicIps: 3 },
    usd: 29.35,
    sum: '730 × 0.0252 + 3 × 730 × 0.005',
    source: `${addresses}; criyoo/corpershub-infrastructure docs/Cloud_Deployment_Cost_Estimate.md 2026-03-23`,
  },
  {
    type: 'elasticloadbalancing:loadbalancer',
    what: 'network, in Ireland',
    region: 'eu-west-1',
    facts: { loadBalancerType: 'network', publicIps: 0 },
    usd: 18.4,
    sum: '730 × 0.0252',
    source: beanstalk,
  },
  {
    type: 'elasticloadbalancing:loadbalancer',
    what: 'gateway',
    region: 'us-east-1',
    facts: { loadBalancerType: 'gateway', publicIps: 0 },
    usd: /no price of lb\.gateway/,
    source: 'none',
  },
  {
    type: 'dynamodb:table',
    what: 'on demand, 230 GB',
    region: 'us-east-2',
    facts: { ...standard, billedBytes: 230 * gb },
    usd: 57.5,
    sum: '230 × 0.25',
    source: tables,
  },
  {
    type: 'dynamodb:table',
    what: 'provisioned, 10 GB',
    region: 'us-east-2',
    facts: { ...standard, billingMode: 'PROVISIONED', billedBytes: 10 * gb, readUnits: 76, writeUnits: 77 },
    usd: 46.25,
    sum: '10 × 0.25 + 76 × 730 × 0.00013 + 77 × 730 × 0.00065',
    source: tables,
  },
  {
    type: 'dynamodb:table',
    what: 'where no price is known',
    region: 'us-east-1',
    facts: { ...standard, billedBytes: gb },
    usd: /no price of dynamodb/,
    source: 'none',
  },
  {
    type: 'logs:log-group',
    what: '1,000 GB',
    region: 'us-east-1',
    facts: { logClass: 'STANDARD', storedBytes: 1000 * gb },
    usd: 30,
    sum: '1000 × 0.03',
    source: logs,
  },
  {
    type: 'secretsmanager:secret',
    what: 'one',
    region: 'us-east-1',
    facts: {},
    usd: 0.4,
    sum: '1 × 0.4',
    source: secrets,
  },
  {
    type: 'ssm:parameter',
    what: 'advanced',
    region: 'us-east-1',
    facts: { tier: 'Advanced' },
    usd: 0.05,
    sum: '730 × 0.00007',
    source: parameters,
  },
  {
    type: 'ssm:parameter',
    what: 'standard',
    region: 'us-east-1',
    facts: { tier: 'Standard' },
    usd: 0,
    sum: '0 × 0.00007',
    source: parameters,
  },
  { type: 's3:bucket', what: 'of any size', region: 'us-east-1', facts: {}, usd: /does not show/, source: 'none' },
];
