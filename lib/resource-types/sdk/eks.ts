export {
  DescribeClusterCommand,
  EKSClient,
  paginateDescribeClusterVersions,
  paginateListClusters,
} from '@aws-sdk/client-eks';
