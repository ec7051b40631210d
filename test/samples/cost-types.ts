import { type CostSample, made, shard, Tags, tagged, taggingPages, tags } from './cost-sample.ts';

function natGateway(): CostSample {
  const NatGatewayId = 'nat-0a1b2c3d4e5f60718';
  const gateway = {
    NatGatewayId,
    State: 'available',
    ConnectivityType: 'public',
    CreateTime: made,
    SubnetId: 'subnet-0a1b2c3d4e5f60718',
    NatGatewayAddresses: [{ AllocationId: 'eipalloc-0a1b2c3d4e5f60718', PublicIp: '203.0.113.7' }],
    Tags,
  };
  return {
    type: 'ec2:natgateway',
    arn: `arn:aws:ec2:${shard}:natgateway/${NatGatewayId}`,
    id: NatGatewayId,
    tags,
    createdAt: made.getTime(),
    facts: { state: 'available' },
    answers: { DescribeNatGateways: { NatGateways: [gateway] } },
    leaving: { DescribeNatGateways: { NatGateways: [{ ...gateway, State: 'deleting' }] } },
    gone: { DescribeNatGateways: { NatGateways: [{ ...gateway, State: 'deleted' }] } },
    none: { DescribeNatGateways: { NatGateways: [] } },
    paged: [{ command: 'DescribeNatGateways', items: 'NatGateways', token: 'NextToken', inputToken: 'NextToken' }],
  };
}

function classicLoadBalancer(): CostSample {
  const LoadBalancerName = 'old-shop';
  const answers = {
    DescribeLoadBalancers: {
      LoadBalancerDescriptions: [
        {
          LoadBalancerName,
          Scheme: 'internet-facing',
          AvailabilityZones: ['eu-west-1a', 'eu-west-1b'],
          CreatedTime: made,
        },
      ],
    },
    DescribeTags: { TagDescriptions: [{ LoadBalancerName, Tags }] },
  };
  const none = { DescribeLoadBalancers: { LoadBalancerDescriptions: [] } };
  return {
    type: 'elasticloadbalancing:classic-loadbalancer',
    arn: `arn:aws:elasticloadbalancing:${shard}:loadbalancer/${LoadBalancerName}`,
    id: LoadBalancerName,
    tags,
    createdAt: made.getTime(),
    facts: { scheme: 'internet-facing', publicIps: 2 },
    answers,
    leaving: none,
    none,
    paged: [
      {
        command: 'DescribeLoadBalancers',
        items: 'LoadBalancerDescriptions',
        token: 'NextMarker',
        inputToken: 'Marker',
      },
    ],
  };
}

function fileSystem(): CostSample {
  const FileSystemId = 'fs-0a1b2c3d4e5f60718';
  const arn = `arn:aws:elasticfilesystem:${shard}:file-system/${FileSystemId}`;
  const system = {
    FileSystemId,
    FileSystemArn: arn,
    LifeCycleState: 'available',
    CreationTime: made,
    ThroughputMode: 'provisioned',
    ProvisionedThroughputInMibps: 10,
    SizeInBytes: { Value: 300, ValueInStandard: 200, ValueInIA: 100 },
    Tags,
  };
  return {
    type: 'elasticfilesystem:file-system',
    arn,
    id: FileSystemId,
    tags,
    createdAt: made.getTime(),
    facts: {
      state: 'available',
      oneZone: false,
      throughputMode: 'provisioned',
      throughputMbps: 10,
      standardBytes: 200,
      infrequentBytes: 100,
      archiveBytes: 0,
    },
    answers: { DescribeFileSystems: { FileSystems: [system] } },
    leaving: { DescribeFileSystems: { FileSystems: [{ ...system, LifeCycleState: 'deleting' }] } },
    gone: { DescribeFileSystems: { FileSystems: [{ ...system, LifeCycleState: 'deleted' }] } },
    none: { DescribeFileSystems: { FileSystems: [] } },
    paged: [{ command: 'DescribeFileSystems', items: 'FileSystems', token: 'NextMarker', inputToken: 'Marker' }],
  };
}

function kubernetes(): CostSample {
  const name = 'staging';
  const arn = `arn:aws:eks:${shard}:cluster/${name}`;
  const cluster = { name, arn, status: 'ACTIVE', version: '1.31', createdAt: made, tags };
  return {
    type: 'eks:cluster',
    arn,
    id: name,
    tags,
    createdAt: made.getTime(),
    facts: { state: 'ACTIVE', version: '1.31', tier: 'standard', support: 'EXTENDED_SUPPORT' },
    answers: {
      ListClusters: { clusters: [name] },
      DescribeCluster: { cluster },
      DescribeClusterVersions: {
        clusterVersions: [{ clusterVersion: '1.31', versionStatus: 'EXTENDED_SUPPORT' }],
      },
    },
    leaving: { DescribeCluster: { cluster: { ...cluster, status: 'DELETING' } } },
    none: { ListClusters: { clusters: [] } },
    paged: [
      { command: 'ListClusters', items: 'clusters', token: 'nextToken', inputToken: 'nextToken' },
      { command: 'DescribeClusterVersions', items: 'clusterVersions', token: 'nextToken', inputToken: 'nextToken' },
    ],
    onlyForThePrice: ['DescribeClusterVersions'],
  };
}

function cacheCluster(): CostSample {
  const arn = `arn:aws:elasticache:${shard}:cluster:sessions`;
  const cluster = {
    CacheClusterId: 'sessions',
    ARN: arn,
    CacheClusterStatus: 'available',
    Engine: 'redis',
    CacheNodeType: 'cache.t3.micro',
    NumCacheNodes: 1,
    CacheClusterCreateTime: made,
  };
  return {
    type: 'elasticache:cluster',
    arn,
    id: 'sessions',
    tags,
    createdAt: made.getTime(),
    facts: { state: 'available', engine: 'redis', nodeType: 'cache.t3.micro', nodes: 1 },
    answers: { DescribeCacheClusters: { CacheClusters: [cluster] }, GetResources: tagged(arn) },
    leaving: { DescribeCacheClusters: { CacheClusters: [{ ...cluster, CacheClusterStatus: 'deleting' }] } },
    gone: { DescribeCacheClusters: { CacheClusters: [{ ...cluster, CacheClusterStatus: 'deleted' }] } },
    none: { DescribeCacheClusters: { CacheClusters: [] } },
    paged: [
      { command: 'DescribeCacheClusters', items: 'CacheClusters', token: 'Marker', inputToken: 'Marker' },
      taggingPages,
    ],
  };
}

function serverlessCache(): CostSample {
  const arn = `arn:aws:elasticache:${shard}:serverlesscache:carts`;
  const cache = { ServerlessCacheName: 'carts', ARN: arn, Status: 'available', Engine: 'valkey', CreateTime: made };
  return {
    type: 'elasticache:serverlesscache',
    arn,
    id: 'carts',
    tags,
    createdAt: made.getTime(),
    facts: { state: 'available', engine: 'valkey' },
    answers: { GetResources: tagged(arn), DescribeServerlessCaches: { ServerlessCaches: [cache] } },
    leaving: { DescribeServerlessCaches: { ServerlessCaches: [{ ...cache, Status: 'deleting' }] } },
    none: { GetResources: { ResourceTagMappingList: [] } },
    paged: [
      taggingPages,
      {
        command: 'DescribeServerlessCaches',
        items: 'ServerlessCaches',
        token: 'NextToken',
        inputToken: 'NextToken',
      },
    ],
  };
}

function searchDomain(): CostSample {
  const arn = `arn:aws:es:${shard}:domain/logs`;
  const domain = {
    DomainId: '222222222222/logs',
    DomainName: 'logs',
    ARN: arn,
    Created: true,
    Deleted: false,
    ClusterConfig: {
      InstanceType: 'm5.large.search',
      InstanceCount: 3,
      DedicatedMasterEnabled: true,
      DedicatedMasterType: 't3.small.search',
      DedicatedMasterCount: 3,
      WarmEnabled: false,
      NodeOptions: [
        { NodeType: 'coordinator', NodeConfig: { Enabled: true, Type: 'm5.large.elasticsearch', Count: 2 } },
      ],
    },
    EBSOptions: { EBSEnabled: true, VolumeType: 'gp3', VolumeSize: 100, Iops: 3000, Throughput: 125 },
  };
  return {
    type: 'es:domain',
    arn,
    id: 'logs',
    tags,
    facts: {
      ...{ state: 'available', dataType: 'm5.large.search', dataNodes: 3 },
      ...{ masterType: 't3.small.search', masterNodes: 3, coordinatorType: 'm5.large.search', coordinatorNodes: 2 },
      ...{ volumes: true, volumeType: 'gp3', volumeGb: 100, iops: 3000, throughputMbps: 125 },
    },
    answers: {
      ListDomainNames: { DomainNames: [{ DomainName: 'logs', EngineType: 'OpenSearch' }] },
      DescribeDomains: { DomainStatusList: [domain] },
      GetResources: tagged(arn),
    },
    leaving: { DescribeDomains: { DomainStatusList: [{ ...domain, Deleted: true }] } },
    none: { ListDomainNames: { DomainNames: [] } },
    paged: [taggingPages],
  };
}

/** One for each type of the registry of counted types. */
export const costSamples: readonly CostSample[] = [
  classicLoadBalancer(),
  natGateway(),
  fileSystem(),
  kubernetes(),
  cacheCluster(),
  serverlessCache(),
  searchDomain(),
];
