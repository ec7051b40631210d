/** Where a person puts Slack's secrets: SecureStrings of the hub's Parameter Store. */
export const secretNames = {
  signingSecret: '/mayfly/slack/signing-secret',
  botToken: '/mayfly/slack/bot-token',
} as const;

export type SecretName = (typeof secretNames)[keyof typeof secretNames];
