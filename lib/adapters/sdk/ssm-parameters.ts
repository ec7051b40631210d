export { paginateDescribeParameters, SSMClient } from '@aws-sdk/client-ssm';
