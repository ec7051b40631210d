export {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueueTagsCommand,
  SQSClient,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
