/** One question to the price list, and what its answers are called in the price table. */
export interface PriceQuery {
  /** As the price list calls it: `AmazonEC2`. */
  service: string;
  /** Attributes of which a product has exactly these values. */
  where: Readonly<Record<string, string>>;
  /** What the names of its items begin with, for the table. */
  prefix: string;
  /** What comes after that; `undefined` for products that nobody asks about. `usage`: without the region before it. */
  name: (attributes: Readonly<Record<string, string>>, usage: string) => string | undefined;
}

const instanceType = /^[a-z0-9-]+\.[a-z0-9-]+$/;
const instanceClass = /^db\.[a-z0-9-]+\.[a-z0-9-]+$/;

/** Rates of bare metal are mixed up with those of dedicated hardware. */
const linux: PriceQuery = {
  service: 'AmazonEC2',
  where: {
    productFamily: 'Compute Instance',
    operatingSystem: 'Linux',
    tenancy: 'Shared',
    preInstalledSw: 'NA',
    capacitystatus: 'Used',
    licenseModel: 'No License required',
    marketoption: 'OnDemand',
  },
  prefix: 'ec2.linux.',
  name: ({ instanceType: type = '' }, usage) =>
    /^BoxUsage(:|$)/.test(usage) && instanceType.test(type) && !type.includes('.metal') ? type : undefined,
};

/** Products that are told by how AWS calls their use. */
function byUsage(service: string, productFamily: string, prefix: string, names: Readonly<Record<string, string>>) {
  const known = new Map(Object.entries(names));
  return { service, where: { productFamily }, prefix, name: (_: unknown, usage: string) => known.get(usage) };
}

/** The operations of io2 above 32,000 are sold in two tiers, and are left to the other tables. */
const disks: PriceQuery[] = [
  byUsage('AmazonEC2', 'Storage', 'ebs.', {
    'EBS:VolumeUsage': 'standard.storage',
    'EBS:VolumeUsage.gp2': 'gp2.storage',
    'EBS:VolumeUsage.gp3': 'gp3.storage',
    'EBS:VolumeUsage.io2': 'io2.storage',
    'EBS:VolumeUsage.piops': 'io1.storage',
    'EBS:VolumeUsage.sc1': 'sc1.storage',
    'EBS:VolumeUsage.st1': 'st1.storage',
  }),
  byUsage('AmazonEC2', 'System Operation', 'ebs.', {
    'EBS:VolumeP-IOPS.gp3': 'gp3.iops',
    'EBS:VolumeP-IOPS.io2': 'io2.iops',
    'EBS:VolumeP-IOPS.piops': 'io1.iops',
  }),
  byUsage('AmazonEC2', 'Provisioned Throughput', 'ebs.', { 'EBS:VolumeP-Throughput.gp3': 'gp3.throughput' }),
  byUsage('AmazonEC2', 'Storage Snapshot', 'ebs.snapshot.', {
    'EBS:SnapshotArchiveStorage': 'archive.storage',
    'EBS:SnapshotUsage': 'standard.storage',
  }),
];

const network: PriceQuery[] = [
  byUsage('AmazonEC2', 'NAT Gateway', 'nat-gateway.', { 'NatGateway-Hours': 'hour' }),
  ...Object.entries({
    'Load Balancer': 'classic',
    'Load Balancer-Application': 'application',
    'Load Balancer-Gateway': 'gateway',
    'Load Balancer-Network': 'network',
  }).map(([family, kind]) => byUsage('AWSELB', family, 'lb.', { LoadBalancerUsage: `${kind}.hour` })),
];

/** Engines whose licence is free, as the price list and as RDS calls them. Others have editions and licences. */
const engines = {
  'Aurora MySQL': 'aurora-mysql',
  'Aurora PostgreSQL': 'aurora-postgresql',
  MariaDB: 'mariadb',
  MySQL: 'mysql',
  PostgreSQL: 'postgres',
} as const;

const deployments = {
  'Single-AZ': { name: 'single-az', use: 'InstanceUsage:' },
  'Multi-AZ': { name: 'multi-az', use: 'Multi-AZUsage:' },
} as const;

const databases: PriceQuery[] = Object.entries(engines).flatMap(([databaseEngine, engine]) =>
  Object.entries(deployments)
    .filter(([, { name }]) => name === 'single-az' || !engine.startsWith('aurora'))
    .map(([deploymentOption, { name, use }]) => ({
      service: 'AmazonRDS',
      where: { productFamily: 'Database Instance', databaseEngine, deploymentOption },
      prefix: `rds.${engine}.${name}.`,
      // Aurora I/O-Optimized, and clusters with readable standbys, have uses of other names.
      name: ({ instanceType: type = '' }, usage) =>
        usage.startsWith(use) && instanceClass.test(type) ? type : undefined,
    })),
);

const databaseDisks: PriceQuery[] = [
  ...Object.entries({
    'Database Storage': {
      'GP2-Storage': 'gp2.storage',
      'GP3-Storage': 'gp3.storage',
      'PIOPS-Storage': 'io1.storage',
      'PIOPS-Storage-IO2': 'io2.storage',
      StorageUsage: 'standard.storage',
    },
    'Provisioned IOPS': { 'GP3-PIOPS': 'gp3.iops', PIOPS: 'io1.iops' },
    'Provisioned Throughput': { 'GP3-Throughput': 'gp3.throughput' },
  }).map(([family, names]): PriceQuery => {
    const own = Object.entries(names).flatMap(([use, name]) => [
      [`RDS:${use}`, `single-az.${name}`] as const,
      [`RDS:Multi-AZ-${use}`, `multi-az.${name}`] as const,
    ]);
    const query = byUsage('AmazonRDS', family, 'rds.', Object.fromEntries(own));
    // Storage for engines with a licence may cost something else.
    return {
      ...query,
      name: (about, usage) => (isFree(about['databaseEngine']) ? query.name(about, usage) : undefined),
    };
  }),
];

function isFree(engine: string | undefined): boolean {
  return engine === undefined || engine === 'Any' || Object.hasOwn(engines, engine);
}

/** Everything that is asked for in a region. */
export const priceQueries: readonly PriceQuery[] = [linux, ...disks, ...network, ...databases, ...databaseDisks];

/** Uses begin with their region, in most regions. What begins otherwise (`TS-`, `Outposts-`) is something else. */
export function usageOf({ usagetype = '' }: Readonly<Record<string, string>>): string {
  return usagetype.replace(/^(EU-|[A-Z]{2,4}\d-)/, '');
}
