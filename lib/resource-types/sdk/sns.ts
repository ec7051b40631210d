export {
  DeleteTopicCommand,
  ListTagsForResourceCommand,
  SNSClient,
  TagResourceCommand,
} from '@aws-sdk/client-sns';
