export {
  AutoScalingClient,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  paginateDescribeAutoScalingGroups,
  paginateDescribeTags,
  paginateDescribeWarmPool,
} from '@aws-sdk/client-auto-scaling';
