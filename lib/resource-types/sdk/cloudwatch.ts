export { CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
