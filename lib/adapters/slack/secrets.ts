import type { ClientSource } from '../../resource-types/define.ts';
import { accountProblem } from '../aws-problems.ts';
import { type SecretName, secretNames } from './secret-names.ts';

/** Nobody has put the secret where it is looked for. */
export class SecretMissing extends Error {
  override name = 'SecretMissing';
}

/** Slack's secrets, asked for when they are needed. */
export interface SlackSecrets {
  /** What Slack signs its requests with. */
  signingSecret: () => Promise<string>;
  /** What Mayfly calls Slack with. */
  botToken: () => Promise<string>;
}

/** A secret that was changed counts after this at the latest. */
const maxAgeSeconds = 300;

/** Reads Parameter Store, and remembers for five minutes. A missing secret is `SecretMissing`, never an empty text. */
export function slackSecrets(source: ClientSource): SlackSecrets {
  const provider = lazily(async () => {
    const { SSMClient, SSMProvider } = await import('../sdk/ssm.ts');
    return new SSMProvider({ awsSdkV3Client: source(SSMClient) });
  });
  const read = async (name: SecretName, title: string) => {
    const parameters = await provider();
    let value: string | undefined;
    try {
      value = await parameters.get(name, { decrypt: true, maxAge: maxAgeSeconds });
    } catch (error) {
      const { cause = error } = error as Error;
      if ((cause as Error).name !== 'ParameterNotFound') throw accountProblem(cause, `reading ${name}`, remedies);
    }
    const secret = value?.trim() ?? '';
    if (secret !== '') return secret;
    throw new SecretMissing(
      `the ${title} of Slack is not set up yet: put it into Parameter Store as the SecureString ${name} of the hub`,
    );
  };
  return {
    signingSecret: () => read(secretNames.signingSecret, 'signing secret'),
    botToken: () => read(secretNames.botToken, 'bot token'),
  };
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const remedies = {
  AccessDeniedException:
    'the caller needs ssm:GetParameter on it, and kms:Decrypt on the key that it is encrypted with',
};
