import type { Facts } from '../../lib/core/cost.ts';

/** A monthly bill that was worked out by hand from the sources, not from the price table. */
export interface Bill {
  type: string;
  what: string;
  region: string;
  facts: Facts;
  /** To the cent; or what the reason of an unknown amount says. */
  usd: number | RegExp;
  /** The arithmetic: products of numbers, added up. A month has 730 hours. */
  sum?: string;
  /** Where the unit prices were read, and of which day they are. */
  source: string;
}

const priceList = 'AWS Price List 2026-07-20';
const instances2024 = 'vantage-sh/ec2instances.info 2024-04-04';
const addresses = 'AWS re:Post article ARknH_OR0cTvqoTfJrVGaB8A 2024-02-01';
const databases2024 = 'coroot/cloud-pricing 2024-08-09';
const databases2021 = 'vantage-sh/ec2instances.info rds 2021-08-03';
const dbGolden = 'infracost db_instance_test.golden 2026-05-03';

const linux = { state: 'running', platform: 'Linux/UNIX', publicIps: 0 };
const mysql = { state: 'available', engine: 'mysql', instanceClass: 'db.t3.large', multiAz: false };
const postgres = { ...mysql, engine: 'postgres', instanceClass: 'db.t4g.medium' };
const gp3 = { storageType: 'gp3', storageGb: 20, publiclyAccessible: false };
const aurora = { state: 'available', engine: 'aurora-postgresql', engineMode: 'provisioned', publicIps: 0 };

const instance = (what: string, region: string, facts: Facts, rest: Pick<Bill, 'usd' | 'sum' | 'source'>): Bill => ({
  type: 'ec2:instance',
  what,
  region,
  facts: { ...linux, ...facts },
  ...rest,
});

const database = (what: string, region: string, facts: Facts, rest: Pick<Bill, 'usd' | 'sum' | 'source'>): Bill => ({
  type: 'rds:db',
  what,
  region,
  facts: { ...gp3, ...facts },
  ...rest,
});

const cluster = (what: string, region: string, facts: Facts, rest: Pick<Bill, 'usd' | 'sum' | 'source'>): Bill => ({
  type: 'rds:cluster',
  what,
  region,
  facts: { ...aurora, ...facts },
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

  database(
    'MySQL with 20 GB of gp2',
    'us-east-1',
    { ...mysql, storageType: 'gp2' },
    { usd: 101.58, sum: '730 × 0.136 + 20 × 0.115', source: dbGolden },
  ),
  database(
    'MySQL with a standby, of which the source has a price',
    'us-east-1',
    { ...mysql, multiAz: true, storageType: 'gp2', storageGb: 30 },
    { usd: 205.46, sum: '730 × 0.272 + 30 × 0.23', source: dbGolden },
  ),
  database(
    'PostgreSQL with 20 GB of gp3',
    'us-east-1',
    { ...postgres, iops: 3000, throughputMbps: 125 },
    { usd: 49.75, sum: '730 × 0.065 + 20 × 0.115', source: `${databases2024}; ${dbGolden}` },
  ),
  database(
    'PostgreSQL with a standby, at twice the price of one',
    'us-east-1',
    { ...postgres, multiAz: true },
    { usd: 99.5, sum: '2 × 730 × 0.065 + 20 × 0.23', source: `${databases2024}; ${dbGolden}` },
  ),
  database(
    'open to the world',
    'us-east-1',
    { ...postgres, publiclyAccessible: true },
    { usd: 53.4, sum: '730 × 0.065 + 730 × 0.005 + 20 × 0.115', source: `${databases2024}; ${addresses}; ${dbGolden}` },
  ),
  database(
    'stopped: 20 GB of gp3',
    'us-east-1',
    { ...postgres, state: 'stopped', publiclyAccessible: true },
    { usd: 2.3, sum: '20 × 0.115', source: dbGolden },
  ),
  database(
    'stopped with a standby: twice the storage',
    'us-east-1',
    { ...mysql, state: 'stopped', multiAz: true, storageGb: 100 },
    { usd: 23, sum: '100 × 0.23', source: dbGolden },
  ),
  database(
    'MariaDB with 400 GB of gp3 and 14,000 operations, 12,000 of them included',
    'us-east-1',
    { ...mysql, engine: 'mariadb', storageGb: 400, iops: 14_000 },
    { usd: 185.28, sum: '730 × 0.136 + 400 × 0.115 + 2000 × 0.02', source: dbGolden },
  ),
  database(
    'MySQL with provisioned operations',
    'us-east-1',
    { ...mysql, storageType: 'io1', storageGb: 100, iops: 1000 },
    { usd: 211.78, sum: '730 × 0.136 + 100 × 0.125 + 1000 × 0.1', source: dbGolden },
  ),
  database(
    'MySQL on magnetic disks',
    'us-east-1',
    { ...mysql, storageType: 'standard', storageGb: 40 },
    { usd: 103.28, sum: '730 × 0.136 + 40 × 0.1', source: dbGolden },
  ),
  database('in Ireland, where no price of its storage is known', 'eu-west-1', postgres, {
    usd: /no price of rds\.single-az\.gp3\.storage per GB-month in eu-west-1/,
    source: 'none',
  }),
  database(
    'SQL Server',
    'us-east-1',
    { ...mysql, engine: 'sqlserver-se' },
    { usd: /no price of rds\.sqlserver-se/, source: 'none' },
  ),
  database(
    'a member of a cluster, counted there',
    'us-east-1',
    { ...mysql, engine: 'aurora-mysql', cluster: 'shop' },
    { usd: 0, sum: '0 × 0.164', source: dbGolden },
  ),

  cluster(
    'Aurora with a writer and a reader',
    'us-east-1',
    { memberClasses: 'db.r6g.large db.t3.large', instances: 2 },
    { usd: 309.52, sum: '730 × 0.26 + 730 × 0.164', source: `${databases2021}; ${dbGolden}` },
  ),
  cluster(
    'Aurora in Ireland, open to the world',
    'eu-west-1',
    { memberClasses: 'db.r5.large', instances: 1, publicIps: 1 },
    { usd: 237.25, sum: '730 × 0.32 + 730 × 0.005', source: `${databases2021}; ${addresses}` },
  ),
  cluster(
    'stopped: its storage is not shown',
    'us-east-1',
    { state: 'stopped', memberClasses: 'db.r6g.large', instances: 1 },
    { usd: /costs its storage/, source: 'none' },
  ),
  cluster(
    'serverless',
    'us-east-1',
    { memberClasses: 'db.serverless', instances: 1 },
    { usd: /no price of .*db\.serverless/, source: 'none' },
  ),
];
