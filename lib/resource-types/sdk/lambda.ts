export {
  DeleteFunctionCommand,
  GetFunctionCommand,
  LambdaClient,
  TagResourceCommand,
} from '@aws-sdk/client-lambda';
