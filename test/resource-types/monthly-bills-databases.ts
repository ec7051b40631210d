import type { Facts } from '../../lib/core/cost.ts';
import type { Bill } from './monthly-bill.ts';

const addresses = 'AWS re:Post article ARknH_OR0cTvqoTfJrVGaB8A 2024-02-01';
const databases2024 = 'coroot/cloud-pricing 2024-08-09';
const databases2021 = 'vantage-sh/ec2instances.info rds 2021-08-03';
const ireland = 'amartinawi/cost-optimization-scanner docs/audits/AUDIT-03-RDS.md 2026-05-01';
const dbGolden = 'infracost db_instance_test.golden 2026-05-03';

const mysql = { state: 'available', engine: 'mysql', instanceClass: 'db.t3.large', multiAz: false };
const postgres = { ...mysql, engine: 'postgres', instanceClass: 'db.t4g.medium' };
const gp3 = { storageType: 'gp3', storageGb: 20, publiclyAccessible: false };
const aurora = { state: 'available', engine: 'aurora-postgresql', engineMode: 'provisioned', publicIps: 0 };

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

export const databaseBills: readonly Bill[] = [
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
  database('PostgreSQL in Ireland', 'eu-west-1', postgres, {
    usd: 52.91,
    sum: '730 × 0.069 + 20 × 0.127',
    source: `${databases2024}; ${ireland}`,
  }),
  database(
    'with a standby in Ireland',
    'eu-west-1',
    { ...mysql, multiAz: true, storageType: 'gp2' },
    {
      usd: 215.3,
      sum: '2 × 730 × 0.144 + 20 × 0.253',
      source: `${databases2024}; ${ireland}`,
    },
  ),
  database(
    'where no price of its storage is known',
    'us-east-1',
    { ...mysql, storageType: 'io2', iops: 1000 },
    {
      usd: /no price of rds\.single-az\.io2\.storage per GB-month in us-east-1/,
      source: 'none',
    },
  ),
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
