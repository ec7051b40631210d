export {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateListImports,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
