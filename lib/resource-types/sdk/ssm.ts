export {
  AddTagsToResourceCommand,
  DeleteParametersCommand,
  ListTagsForResourceCommand,
  paginateDescribeParameters,
  SSMClient,
} from '@aws-sdk/client-ssm';
