import { randomBytes } from 'node:crypto';
import type { ClientSource } from '../../resource-types/define.ts';
import { accountProblem } from '../aws-problems.ts';
import type { SSMProvider } from '../sdk/ssm.ts';
import { linkKeyName } from './link-key-name.ts';

export interface LinkKey {
  /** `undefined` where there is none, and so no link that could be right. Throws where it can't be asked. */
  read: () => Promise<string | undefined>;
  /** The same; where there is none it is made. */
  readOrMake: () => Promise<string>;
}

/** After this a link of a key that was deleted opens nothing more. */
const maxAgeSeconds = 300;

const keyBytes = 32;

/** What links to reports are made with, in Parameter Store of the hub. */
export function linkKey(source: ClientSource): LinkKey {
  let provider: SSMProvider | undefined;
  const read = async (maxAge = maxAgeSeconds): Promise<string | undefined> => {
    const ssm = await import('../sdk/ssm.ts');
    provider ??= new ssm.SSMProvider({ awsSdkV3Client: source(ssm.SSMClient) });
    try {
      const value = await provider.get(linkKeyName, { decrypt: true, maxAge });
      return value === undefined || value.length < keyBytes ? undefined : value;
    } catch (error) {
      const { cause = error } = error as Error;
      if ((cause as Error).name === 'ParameterNotFound') return undefined;
      throw accountProblem(cause, `reading ${linkKeyName}`, remedies);
    }
  };
  return {
    read,
    async readOrMake() {
      const key = (await read()) ?? (await make(source)) ?? (await read(0));
      if (key === undefined) throw new Error(`${linkKeyName} is no key: delete it, the next report makes a new one`);
      return key;
    },
  };
}

/** `undefined` where there is something already: whoever made it at the same time has made it for both. */
async function make(source: ClientSource): Promise<string | undefined> {
  const [{ SSMClient }, { PutParameterCommand }] = await Promise.all([
    import('../sdk/ssm.ts'),
    import('../sdk/ssm-put.ts'),
  ]);
  const Value = randomBytes(keyBytes).toString('base64url');
  const Description = 'Mayfly: what the links to its weekly reports are made with. Deleted, all links end';
  try {
    await source(SSMClient).send(
      new PutParameterCommand({ Name: linkKeyName, Type: 'SecureString', Value, Description, Overwrite: false }),
    );
    return Value;
  } catch (error) {
    if ((error as Error).name === 'ParameterAlreadyExists') return undefined;
    throw accountProblem(error, `making ${linkKeyName}`, remedies);
  }
}

const remedies = {
  AccessDeniedException: 'the role needs ssm:GetParameter and, for the weekly report, ssm:PutParameter on it',
};
