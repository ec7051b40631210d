export { DescribeRegionsCommand, EC2Client, paginateDescribeTags } from '@aws-sdk/client-ec2';
