import type { Aws } from './define.ts';
import { codeOf, isTransient, messageOf } from './removal-errors.ts';

/**
 * Why a copy that is encrypted with these keys could not be made or read, in words; `undefined` where it can. A copy is
 * worth no more than its key: one that is off, or is about to be deleted, takes every copy with it.
 */
export async function keyObstacle(
  { source }: Pick<Aws<unknown, unknown>, 'source'>,
  keys: readonly (string | undefined)[],
): Promise<string | undefined> {
  const named = [...new Set(keys.flatMap((key) => key ?? []))];
  if (named.length === 0) return undefined;
  const sdk = await import('./sdk/kms.ts');
  const client = source(sdk.KMSClient);
  for (const KeyId of named) {
    const obstacle = await obstacleOf(KeyId, {
      describe: () => client.send(new sdk.DescribeKeyCommand({ KeyId })),
      // Nothing is made: AWS answers whether it would.
      tryOut: () =>
        client.send(new sdk.GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_256', DryRun: true })),
    });
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

interface Key {
  describe: () => Promise<{
    KeyMetadata?: { KeyState?: string | undefined; KeyManager?: string | undefined } | undefined;
  }>;
  tryOut: () => Promise<unknown>;
}

async function obstacleOf(key: string, { describe, tryOut }: Key): Promise<string | undefined> {
  try {
    const { KeyState = 'unknown', KeyManager } = (await describe()).KeyMetadata ?? {};
    if (KeyState !== 'Enabled') return `the key ${key} that its data is encrypted with is ${KeyState}`;
    // A key of AWS's own serves whoever may use the service.
    if (KeyManager !== 'AWS') await tryOut();
    return undefined;
  } catch (error) {
    if (codeOf(error) === 'DryRunOperationException') return undefined;
    if (isTransient(error)) throw error;
    return (
      `the key ${key} that its data is encrypted with can't be used (${messageOf(error)}): ` +
      "allow Mayfly's role that makes copies in the policy of the key"
    );
  }
}
