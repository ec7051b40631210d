import { ParameterNotFound } from '@aws-sdk/client-ssm';
import { describe, expect, test, vi } from 'vitest';
import { handOver } from '../../../lib/adapters/slack/hand-over.ts';
import { SecretMissing, slackSecrets } from '../../../lib/adapters/slack/secrets.ts';
import { answeredClients } from '../../fakes/answered-clients.ts';

const missing = new ParameterNotFound({ message: '', $metadata: {} });
const denied = Object.assign(new Error('… is not authorized to perform: ssm:GetParameter'), {
  name: 'AccessDeniedException',
});

describe('the secrets of Slack', () => {
  test('are read decrypted, each by its name, and remembered for five minutes', async () => {
    vi.useFakeTimers();
    const answer = ({ Name }: { Name?: string }) => ({ Parameter: { Value: `value of ${Name}\n` } });
    const { source, sent } = answeredClients({ GetParameter: answer });
    const secrets = slackSecrets(source);
    const both = async () => [await secrets.signingSecret(), await secrets.botToken()];
    expect(await both()).toEqual(['value of /mayfly/slack/signing-secret', 'value of /mayfly/slack/bot-token']);
    vi.advanceTimersByTime(299_000);
    await both();
    expect(sent.map(({ input }) => input)).toEqual([
      { Name: '/mayfly/slack/signing-secret', WithDecryption: true },
      { Name: '/mayfly/slack/bot-token', WithDecryption: true },
    ]);
    vi.advanceTimersByTime(2_000);
    await both();
    expect(sent).toHaveLength(4);
    vi.useRealTimers();
  });

  test.each([
    ['not there', missing],
    ['without a value', { Parameter: {} }],
    ['empty', { Parameter: { Value: '' } }],
    ['only space', { Parameter: { Value: ' \n' } }],
  ])('one that is %s is missing, in words that say where it belongs', async (_, answer) => {
    const { signingSecret, botToken } = slackSecrets(answeredClients({ GetParameter: answer }).source);
    const said = await signingSecret().catch((error: Error) => error);
    expect(said).toBeInstanceOf(SecretMissing);
    expect((said as Error).message).toBe(
      'the signing secret of Slack is not set up yet: put it into Parameter Store as the SecureString ' +
        '/mayfly/slack/signing-secret of the hub',
    );
    await expect(botToken()).rejects.toThrow('/mayfly/slack/bot-token');
  });

  test('one that was put there later is found at once', async () => {
    let value: Error | object = missing;
    const { signingSecret } = slackSecrets(answeredClients({ GetParameter: () => value }).source);
    await expect(signingSecret()).rejects.toThrow(SecretMissing);
    value = { Parameter: { Value: 'secret' } };
    expect(await signingSecret()).toBe('secret');
  });

  test('one that may not be read is not called missing', async () => {
    const said = await slackSecrets(answeredClients({ GetParameter: denied }).source)
      .botToken()
      .catch((error: Error) => error);
    expect(said).not.toBeInstanceOf(SecretMissing);
    expect((said as Error).message).toMatch(/^reading \/mayfly\/slack\/bot-token failed .*kms:Decrypt/);
  });
});

describe('handing over', () => {
  const request = {
    ask: { key: 'k', person: 'U1', team: 'T1', from: { kind: 'command', text: 'grüße 😀' } },
    reply: { channel: 'C1' },
  } as const;

  test('calls exactly the worker, without waiting for it', async () => {
    const { source, sent } = answeredClients({ Invoke: { StatusCode: 202 } });
    await handOver(source, 'mayfly-slack-worker', request);
    expect(sent).toMatchObject([
      { service: 'Lambda', input: { InvocationType: 'Event', FunctionName: 'mayfly-slack-worker' } },
    ]);
    expect(JSON.parse(Buffer.from(sent[0]?.input['Payload'] as Uint8Array).toString())).toEqual(request);
  });

  test('throws where Lambda did not take it', async () => {
    await expect(
      handOver(answeredClients({ Invoke: denied }).source, 'mayfly-slack-worker', request),
    ).rejects.toThrow();
  });
});
