export {
  AutoScalingClient,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  paginateDescribeAutoScalingGroups,
  paginateDescribeLaunchConfigurations,
  paginateDescribeTags,
  paginateDescribeWarmPool,
} from '@aws-sdk/client-auto-scaling';
