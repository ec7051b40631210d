export {
  AutoScalingClient,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  paginateDescribeAutoScalingGroups,
  paginateDescribeLaunchConfigurations,
  paginateDescribeTags,
  paginateDescribeWarmPool,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
