export {
  ElastiCacheClient,
  paginateDescribeCacheClusters,
  paginateDescribeServerlessCaches,
} from '@aws-sdk/client-elasticache';
