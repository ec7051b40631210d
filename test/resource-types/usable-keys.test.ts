import { expect, test } from 'vitest';
import { keyObstacle } from '../../lib/resource-types/usable-keys.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const key = 'arn:aws:kms:eu-west-1:222222222222:key/1';
const customer = (KeyState: string) => ({ KeyMetadata: { KeyState, KeyManager: 'CUSTOMER' } });
const wouldWork = awsError('DryRunOperationException');

async function ask(answers: Readonly<Record<string, Answer>>, keys: readonly (string | undefined)[] = [key]) {
  const clients = answeredClients(answers);
  return { obstacle: await keyObstacle(clients, keys), sent: clients.sent };
}

test('a key that may be used is no obstacle, and nothing is made with it', async () => {
  const { obstacle, sent } = await ask({
    DescribeKey: customer('Enabled'),
    GenerateDataKeyWithoutPlaintext: wouldWork,
  });
  expect(obstacle).toBeUndefined();
  expect(sent.map(({ input }) => input)).toEqual([{ KeyId: key }, { KeyId: key, KeySpec: 'AES_256', DryRun: true }]);
});

test.each(['Disabled', 'PendingDeletion', 'PendingImport', 'Unavailable'])('a key that is %s is one', async (state) => {
  const { obstacle } = await ask({ DescribeKey: customer(state) });
  expect(obstacle).toBe(`the key ${key} that its data is encrypted with is ${state}`);
});

test('a key that our role may not use is one, and says what to do', async () => {
  const refused = awsError('AccessDeniedException', 'not authorized');
  const notSeen = await ask({ DescribeKey: refused });
  const notUsed = await ask({ DescribeKey: customer('Enabled'), GenerateDataKeyWithoutPlaintext: refused });
  for (const { obstacle } of [notSeen, notUsed]) {
    expect(obstacle).toContain('not authorized');
    expect(obstacle).toContain("allow Mayfly's role that makes copies in the policy of the key");
  }
});

test("a key of AWS's own is not tried out", async () => {
  const { obstacle, sent } = await ask({ DescribeKey: { KeyMetadata: { KeyState: 'Enabled', KeyManager: 'AWS' } } });
  expect(obstacle).toBeUndefined();
  expect(sent).toHaveLength(1);
});

test("AWS's own faults say nothing about the key", async () => {
  await expect(ask({ DescribeKey: awsError('ThrottlingException', 'slow down') })).rejects.toThrow('slow down');
});

test('each key is looked at once, and without keys nobody is asked', async () => {
  const answers = { DescribeKey: customer('Enabled'), GenerateDataKeyWithoutPlaintext: wouldWork };
  expect((await ask(answers, [key, undefined, key])).sent).toHaveLength(2);
  expect((await ask(answers, [undefined])).sent).toHaveLength(0);
});
