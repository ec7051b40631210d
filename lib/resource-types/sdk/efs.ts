export { EFSClient, paginateDescribeFileSystems } from '@aws-sdk/client-efs';
