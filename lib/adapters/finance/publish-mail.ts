import type { ClientSource } from '../../resource-types/define.ts';
import { accountProblem } from '../aws-problems.ts';
import type { Mail } from './finance-mail.ts';

/** Hands a mail to the topic's subscribers. `source` makes clients in the topic's region. Throws where SNS refuses. */
export async function publishMail(source: ClientSource, topic: string, { subject, text }: Mail): Promise<void> {
  const { PublishCommand, SNSClient } = await import('../sdk/sns.ts');
  const input = { TopicArn: topic, Subject: subject, Message: text };
  await source(SNSClient)
    .send(new PublishCommand(input))
    .catch((error: unknown) => {
      throw accountProblem(error, `sending the report to ${topic}`, remedies);
    });
}

const denied =
  'the role needs sns:Publish on it; the policy of a topic in another account, and of the key that encrypts it, must ' +
  'let the role in';

const remedies: Readonly<Record<string, string>> = {
  AuthorizationErrorException: denied,
  AuthorizationError: denied,
  KMSAccessDeniedException: denied,
  NotFoundException: 'there is no such topic: look at report.topic of the policy',
  NotFound: 'there is no such topic: look at report.topic of the policy',
};
