export { PutParameterCommand } from '@aws-sdk/client-ssm';
