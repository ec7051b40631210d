import type { Bill } from './monthly-bill.ts';

const files = 'infracost efs_file_system_test.golden 2024-07-01';
const caches = 'LeanerCloud/ec2-instances-info data/elasticache-instances.json 2025-04-24';
const searches = 'infracost elasticsearch_domain_test.golden 2024-07-01';
const searchNodes = 'LeanerCloud/ec2-instances-info data/opensearch-instances.json 2025-04-24';
const gb = 2 ** 30;
const stored = { state: 'available', oneZone: false, throughputMode: 'bursting', infrequentBytes: 0, archiveBytes: 0 };
const cache = { state: 'available', engine: 'redis', nodeType: 'cache.m5.large', nodes: 1 };
const domain = { state: 'available', dataType: 'm5.large.search', dataNodes: 3, volumes: true };

/** Of file systems, caches and search, which Mayfly counts and never removes. */
export const storeBills: readonly Bill[] = [
  {
    type: 'elasticfilesystem:file-system',
    what: '230 GB with a throughput of 100 MB/s, of which they include 11.5',
    region: 'us-east-1',
    facts: { ...stored, standardBytes: 230 * gb, throughputMode: 'provisioned', throughputMbps: 100 },
    usd: 600,
    sum: '230 × 0.3 + 88.5 × 6',
    source: files,
  },
  {
    type: 'elasticfilesystem:file-system',
    what: '400 GB with a throughput of 10 MB/s, which they include',
    region: 'us-east-1',
    facts: { ...stored, standardBytes: 400 * gb, throughputMode: 'provisioned', throughputMbps: 10 },
    usd: 120,
    sum: '400 × 0.3',
    source: files,
  },
  {
    type: 'elasticfilesystem:file-system',
    what: '230 GB and 100 GB that are seldom read, in one zone',
    region: 'us-east-1',
    facts: { ...stored, oneZone: true, standardBytes: 230 * gb, infrequentBytes: 100 * gb },
    usd: 38.13,
    sum: '230 × 0.16 + 100 × 0.0133',
    source: files,
  },
  {
    type: 'elasticfilesystem:file-system',
    what: 'with nothing in it',
    region: 'us-east-1',
    facts: { ...stored, standardBytes: 0 },
    usd: 0,
    sum: '0 × 0.3',
    source: files,
  },
  {
    type: 'elasticfilesystem:file-system',
    what: 'with an archive',
    region: 'us-east-1',
    facts: { ...stored, standardBytes: gb, archiveBytes: gb },
    usd: /no price of efs\.storage-standard-archive/,
    source: 'none',
  },
  {
    type: 'elasticache:cluster',
    what: 'a node of Redis OSS',
    region: 'us-east-1',
    facts: cache,
    usd: 113.88,
    sum: '730 × 0.156',
    source: caches,
  },
  {
    type: 'elasticache:cluster',
    what: 'a node of Valkey',
    region: 'us-east-1',
    facts: { ...cache, engine: 'valkey' },
    usd: 91.1,
    sum: '730 × 0.1248',
    source: caches,
  },
  {
    type: 'elasticache:cluster',
    what: 'three nodes of Memcached in Ireland',
    region: 'eu-west-1',
    facts: { ...cache, engine: 'memcached', nodeType: 'cache.t3.micro', nodes: 3 },
    usd: 39.42,
    sum: '3 × 730 × 0.018',
    source: caches,
  },
  {
    type: 'elasticache:cluster',
    what: 'that could not be restored',
    region: 'us-east-1',
    facts: { ...cache, state: 'restore-failed' },
    usd: /in the state restore-failed/,
    source: 'none',
  },
  {
    type: 'elasticache:serverlesscache',
    what: 'of any size',
    region: 'us-east-1',
    facts: { state: 'available', engine: 'valkey' },
    usd: /shows neither/,
    source: 'none',
  },
  {
    type: 'es:domain',
    what: 'three nodes with 100 GB each, and three masters',
    region: 'us-east-1',
    facts: { ...domain, volumeType: 'gp3', volumeGb: 100, masterType: 't3.small.search', masterNodes: 3 },
    usd: 426.42,
    sum: '3 × 730 × 0.142 + 3 × 730 × 0.036 + 3 × 100 × 0.122',
    source: `${searches}; ${searchNodes}`,
  },
  {
    type: 'es:domain',
    what: 'two nodes with 400 GB each and 450 MB/s, of which they include 250',
    region: 'us-east-1',
    facts: { ...domain, dataNodes: 2, volumeType: 'gp3', volumeGb: 400, throughputMbps: 450 },
    usd: 330.52,
    sum: '2 × 730 × 0.142 + 2 × 400 × 0.122 + 2 × 200 × 0.064',
    source: `${searches}; ${searchNodes}`,
  },
  {
    type: 'es:domain',
    what: 'a node with operations of its own, and two warm nodes',
    region: 'us-east-1',
    facts: {
      ...{ ...domain, dataNodes: 1, volumeType: 'io1', volumeGb: 1000, iops: 2000 },
      ...{ warmType: 'ultrawarm1.medium.search', warmNodes: 2 },
    },
    usd: 796.14,
    sum: '1 × 730 × 0.142 + 2 × 730 × 0.238 + 1000 × 0.169 + 2000 × 0.088',
    source: `${searches}; ${searchNodes}`,
  },
  {
    type: 'es:domain',
    what: 'two nodes with disks of their own in Ireland',
    region: 'eu-west-1',
    facts: { ...domain, dataNodes: 2, volumes: false },
    usd: 230.68,
    sum: '2 × 730 × 0.158',
    source: searchNodes,
  },
  {
    type: 'es:domain',
    what: 'with more operations than the size includes',
    region: 'us-east-1',
    facts: { ...domain, volumeType: 'gp3', volumeGb: 100, iops: 4000 },
    usd: /no price of opensearch\.storage-iops-gp3/,
    source: 'none',
  },
  {
    type: 'es:domain',
    what: 'that shows no nodes',
    region: 'us-east-1',
    facts: { state: 'available', volumes: false },
    usd: /does not show how much opensearch\.instance/,
    source: 'none',
  },
];
