import type { Facts } from '../../lib/core/cost.ts';
import type { Bill } from './monthly-bill.ts';

const priceList = 'AWS Price List 2026-07-20';

const instances2024 = 'vantage-sh/ec2instances.info 2024-04-04';
const addresses = 'AWS re:Post article ARknH_OR0cTvqoTfJrVGaB8A 2024-02-01';

const linux = { state: 'running', platform: 'Linux/UNIX', publicIps: 0 };

const instance = (what: string, region: string, facts: Facts, rest: Pick<Bill, 'usd' | 'sum' | 'source'>): Bill => ({
  type: 'ec2:instance',
  what,
  region,
  facts: { ...linux, ...facts },
  ...rest,
});

export const serverBills: readonly Bill[] = [
  instance(
    'a small one without a public address',
    'us-east-1',
    { instanceType: 't3.micro' },
    { usd: 7.59, sum: '730 × 0.0104', source: priceList },
  ),
  instance(
    'with a public address on loan',
    'us-east-1',
    { instanceType: 't3.medium', publicIps: 1 },
    { usd: 34.02, sum: '730 × 0.0416 + 730 × 0.005', source: `${priceList}; ${addresses}` },
  ),
  instance(
    'the same in Ireland',
    'eu-west-1',
    { instanceType: 't3.medium', publicIps: 1 },
    { usd: 36.94, sum: '730 × 0.0456 + 730 × 0.005', source: `${instances2024}; ${addresses}` },
  ),
  instance(
    'two addresses on loan',
    'eu-west-1',
    { instanceType: 'm5.large', publicIps: 2 },
    { usd: 85.41, sum: '730 × 0.107 + 2 × 730 × 0.005', source: `${instances2024}; ${addresses}` },
  ),
  instance(
    'a large one, just starting',
    'us-east-1',
    { instanceType: 'c6i.4xlarge', state: 'pending' },
    { usd: 496.4, sum: '730 × 0.68', source: priceList },
  ),
  instance(
    'with a GPU',
    'us-east-1',
    { instanceType: 'p3.2xlarge' },
    { usd: 2233.8, sum: '730 × 3.06', source: priceList },
  ),
  instance(
    'bare metal at the price of its largest size',
    'us-east-1',
    { instanceType: 'm5.metal' },
    { usd: 3363.84, sum: '730 × 4.608', source: priceList },
  ),
  instance(
    'stopped: its volumes are billed as volumes',
    'us-east-1',
    { instanceType: 't3.medium', state: 'stopped' },
    { usd: 0, sum: '0 × 0.0416', source: priceList },
  ),
  instance(
    'stopped where no price is known',
    'sa-east-1',
    { instanceType: 't3.medium', state: 'stopped' },
    { usd: 0, sum: '0 × 1', source: 'none needed' },
  ),
  instance(
    'running where no price is known',
    'sa-east-1',
    { instanceType: 't3.medium' },
    { usd: /no price of ec2\.linux\.t3\.medium per hour in sa-east-1/, source: 'none' },
  ),
  instance(
    'of Windows',
    'us-east-1',
    { instanceType: 't3.medium', platform: 'Windows' },
    { usd: /platform is Windows/, source: 'none' },
  ),
  instance(
    'of the Spot market',
    'us-east-1',
    { instanceType: 't3.medium', lifecycle: 'spot' },
    { usd: /bought as spot/, source: 'none' },
  ),
  instance(
    'in a Local Zone',
    'us-east-1',
    { instanceType: 't3.medium', zone: 'us-east-1-bos-1a' },
    { usd: /zone us-east-1-bos-1a/, source: 'none' },
  ),
];
